"""What the commands share: options, completion, going through sources."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from docreader import console
from docreader.errors import DocreaderError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from docreader.article.fetch import Fetch
    from docreader.speech.voices import Voice
    from docreader.spoken.lexicon import Lexicon


def explain(error: Exception) -> str:
    """The line for an error; for one that nobody foresaw too."""
    if isinstance(error, DocreaderError):
        return str(error)
    if isinstance(error, OSError):
        return str(error.strerror or error) + (f": {error.filename}" if error.filename else "")
    return f"unexpected {type(error).__name__}: {error}; please report this with the source that caused it"


def each(sources: Iterable[str], work: Callable[[str], None], failed: Callable[[str, str], None]) -> int:
    """Do ``work`` for each source; one that fails does not stop the rest. Returns the exit status."""
    total = failures = 0
    for source in sources:
        total += 1
        try:
            work(source)
        except BrokenPipeError:
            raise
        except Exception as error:
            failures += 1
            console.complain(explain(error))
            failed(source, explain(error))
    if failures and total > 1:
        console.complain(f"{failures} of {total} sources failed")
    return 1 if failures else 0


def complete_file(context: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def complete_voice(context: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from docreader.speech.voices import available

    return [CompletionItem(voice.name) for voice in available() if voice.name.startswith(begun)] or complete_file(
        context, parameter, begun
    )


def factor(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """Checks --rate, --pitch and --volume."""
    from docreader.speech.voices import LIMITS

    low, high = LIMITS[parameter.name or ""]
    if value is not None and not low <= value <= high:  # also true of NaN
        raise click.BadParameter(f"{value:g} is not from {low:g} to {high:g} (1 is the voice's own)")
    return value


def load_voice(
    name: str | None, rate: float | None, pitch: float | None, volume: float | None, *, quiet: bool
) -> "Voice":
    """Who reads; a word where it is not the one that the user installed for it. Raises VoiceError."""
    from docreader.speech import voices

    voice = voices.load(name, rate=rate, pitch=pitch, volume=volume)
    for passed in voices.passed_over() if name is None and not quiet else ():
        console.complain(f"the voice {passed.name} {passed.lacks}; {voice.name} reads instead")
    return voice


lexicon_option = click.option(
    "--lexicon",
    "lexicons",
    metavar="FILE",
    multiple=True,
    shell_complete=complete_file,
    help="A lexicon of your own (TSV: written, spoken, contexts), before ours; may be given more than once.",
)


insecure_option = click.option(
    "--insecure",
    metavar="HOST",
    multiple=True,
    help="Fetch from this host though its certificate cannot be checked; may be given more than once.",
)


_Command = Callable[..., int]
_SOUND = (
    click.option(
        "-v", "--voice", metavar="NAME|FILE.toml", shell_complete=complete_voice,
        help="Who reads. [default: the first that docreader voices lists]",
    ),
    click.option("--rate", type=float, callback=factor, help="Speed, 0.5 to 2 times the voice's own."),
    click.option("--pitch", type=float, callback=factor, help="Pitch, 0.5 to 2 times the voice's own."),
    click.option("--volume", type=float, callback=factor, help="Loudness, 0.1 to 2 times the voice's own."),
    click.option(
        "--quote-voice", metavar="NAME|FILE.toml", shell_complete=complete_voice, help="A second voice, for quotations."
    ),
    click.option(
        "--bitrate", metavar="KB/S",
        help="Of mp3 (8 to 160, or V0 to V9: variable), opus (6 to 256) and m4a (16 to 160). [default: 64; opus: 32]",
    ),
    click.option(
        "--introduction", metavar="TEXT", default="",
        help="What is said first, such as '{title}. Theo {site}, {date}.'; fields: title, site, author, date.",
    ),
    click.option("--ending", metavar="TEXT", default="", help="Likewise, what is said last."),
    click.option("--word-captions", is_flag=True, help="Write .words.vtt beside each track: WebVTT, a cue a word."),
    click.option("--srt", is_flag=True, help="Likewise SubRip, a cue a sentence."),
    lexicon_option,
    insecure_option,
    click.option("--no-cache", is_flag=True, help="Say every sentence anew, and keep none; see docreader cache."),
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors."),
)  # fmt: skip


def sound_options(command: _Command) -> _Command:
    """How articles are read, and what is written beside their sound: the same for one and for a whole site."""
    for option in reversed(_SOUND):
        command = option(command)
    return command


def speakers(
    voice: str | None,
    quote_voice: str | None,
    rate: float | None,
    pitch: float | None,
    volume: float | None,
    *,
    quiet: bool,
) -> "tuple[Voice, Voice | None]":
    """Who reads, and who reads quotations. Raises VoiceError."""
    first = load_voice(voice, rate, pitch, volume, quiet=quiet)
    return first, load_voice(quote_voice, rate, None, volume, quiet=quiet) if quote_voice else None


def fetching(insecure: tuple[str, ...]) -> "Fetch | None":
    """How pages are fetched; None is as always."""
    if not insecure:
        return None
    from docreader.article.fetch import Fetch

    return Fetch(insecure_hosts=frozenset(host.lower() for host in insecure))


def load_lexicon(files: tuple[str, ...]) -> "Lexicon | None":
    """Ours with the given files before it; None where none is given."""
    if not files:
        return None
    from pathlib import Path

    from docreader.spoken.lexicon import with_own

    return with_own(*map(Path, files))
