"""docreader read: articles into sound."""

import sys
from dataclasses import asdict

import click

from docreader import console
from docreader.audio import formats
from docreader.commands.shared import complete_file, each, fetching, load_lexicon, sound_options, speakers

FORMATS = (*formats.NAMES, formats.EPUB)


@click.command(
    epilog="\b\nExamples:\n  docreader read https://example.vn/bai-viet -o bai-viet.mp3\n"
    "  docreader read *.html bai.txt ghi-chu.md -o mp3/ --captions\n"
    "  echo 'Xin chào các bạn.' | docreader read - -o chao.wav --voice southern --rate 1.2",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=complete_file)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR/",
    shell_complete=complete_file,
    help="File to write, or folder (made if need be) for one file a source; - is standard output. "
    "Without it, a file here, named by the title.",
)
@click.option(
    "-f",
    "--format",
    type=click.Choice(FORMATS),
    help="Format of the sound; epub is an e-book that reads along. [default: as the file's name says, else mp3]",
)
@click.option(
    "--jingle",
    metavar="FILE",
    shell_complete=complete_file,
    help="A sound of at most a minute to open each track: WAV, MP3, FLAC or Ogg.",
)
@click.option(
    "--cover",
    metavar="FILE|article",
    shell_complete=complete_file,
    help="A picture for players to show: a JPEG or PNG file, or 'article' for each article's own.",
)
@click.option("--captions", is_flag=True, help="Write a WebVTT file, a cue a sentence, beside each track.")
@click.option(
    "--marks",
    is_flag=True,
    help="Likewise .json: the text with the time of each sentence and word, as the widget reads it.",
)
@sound_options
@click.option("--json", "as_json", is_flag=True, help="Tell of each source as one JSON object a line.")
def read(
    sources: tuple[str, ...],
    output: str | None,
    voice: str | None,
    rate: float | None,
    pitch: float | None,
    volume: float | None,
    format: str | None,
    bitrate: str | None,
    quote_voice: str | None,
    jingle: str | None,
    introduction: str,
    ending: str,
    cover: str | None,
    lexicons: tuple[str, ...],
    insecure: tuple[str, ...],
    captions: bool,
    word_captions: bool,
    srt: bool,
    marks: bool,
    no_cache: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read articles aloud into sound files.

    SOURCE is an http(s) address, an .html, .txt, .md, .pdf, .docx or .epub file, or - for standard input.
    """
    from pathlib import Path

    from docreader import reading
    from docreader.audio.cache import Cache
    from docreader.audio.cover import ARTICLE, from_file
    from docreader.audio.crew import Crew
    from docreader.audio.jingle import load as jingle_of
    from docreader.outputs import Names
    from docreader.spoken.around import check

    asked = _format(output, format, len(sources))
    book = asked == formats.EPUB
    chosen = formats.with_bitrate("mp3" if book else asked, bitrate)
    wanted = {"captions": captions, "word_captions": word_captions, "srt": srt, "marks": marks}
    beside = tuple(name for name, asked in wanted.items() if asked)
    if output == "-":
        if len(sources) > 1 or beside or as_json or cover or book:
            raise click.UsageError(
                "standard output takes one source, without --json, --cover and files beside it, and no epub"
            )
        if sys.stdout.isatty():
            raise click.UsageError("standard output is a terminal: give a file with -o, or send it to a program")
    speaker, second = speakers(voice, quote_voice, rate, pitch, volume, quiet=quiet)
    opening = jingle_of(jingle) if jingle else b""
    lexicon, how = load_lexicon(lexicons), fetching(insecure)
    cache = None if no_cache else Cache.of_user()
    for template in (introduction, ending):
        check(template)
    names = Names(Path()) if output == "-" else Names.choose(output, len(sources), asked if book else chosen)
    picture = from_file(cover) if cover and cover != ARTICLE else None
    order = reading.Order(names, beside, quiet, lexicon, how, opening, picture, cover == ARTICLE, introduction, ending)
    if output == "-":
        with Crew(speaker, chosen, cache=cache, second=second) as crew:
            return each(sources, lambda source: reading.pour(source, order, crew), lambda *_: None)

    def work(source: str) -> None:
        done = reading.read(source, order, crew)
        if as_json:
            console.write_json(asdict(done))
        elif not quiet:
            minutes, seconds = divmod(round(done.duration), 60)
            console.write(f"{done.output}  {minutes}:{seconds:02}, {done.sentences} sentences, voice {done.voice}\n")

    def failed(source: str, error: str) -> None:
        if as_json:
            console.write_json({"source": source, "error": error})

    with Crew(speaker, chosen, cache=cache, second=second) as crew:
        return each(sources, work, failed)


def _format(output: str | None, format: str | None, sources: int) -> str:
    """The format asked for, by --format or by the file's name. Raises UsageError for a name that tells another one."""
    if format or not output or output.endswith("/") or sources > 1:
        if (
            sources > 1
            and output
            and output.lower().endswith(tuple(f".{name}" for name in (*formats.SUFFIXES, formats.EPUB)))
        ):
            raise click.UsageError(f"{sources} sources need a folder: -o {output.rpartition('.')[0]}/")
        return format or "mp3"
    from pathlib import Path

    suffix = Path(output).suffix.lower().lstrip(".")
    if not suffix or Path(output).is_dir():
        return "mp3"
    if suffix == formats.EPUB:
        return suffix
    if suffix not in formats.SUFFIXES:
        raise click.UsageError(
            f"there is no format {suffix!r} for {output}: name a file .{' or .'.join(FORMATS)}, or give --format"
        )
    return formats.SUFFIXES[suffix]
