"""The commands. Each imports what it needs when it runs: help and completion stay quick."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from docreader import __version__, console
from docreader.errors import DocreaderError, SourceError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from docreader.article.fetch import Fetch
    from docreader.article.model import Article
    from docreader.spoken.doubts import Finding
    from docreader.spoken.lexicon import Lexicon

SHELLS = ("bash", "zsh", "fish")
FORMATS = ("mp3", "wav")


class _InterruptError(Exception):
    """Ctrl-C, kept from click, which would answer it with status 1."""


class _ClosedPipeError(Exception):
    """A broken pipe, kept from click likewise."""


class _Group(click.Group):
    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KeyboardInterrupt:
            raise _InterruptError from None
        except BrokenPipeError:
            raise _ClosedPipeError from None


def run() -> int:
    """Run the program; returns its exit status: 0, 1 (something failed), 2 (a bad option), 130 (interrupted)."""
    # Ending by a signal must run the clean-up too: no half file, no worker left behind.
    signal.signal(signal.SIGTERM, _end)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup stays nohup
        signal.signal(signal.SIGHUP, _end)
    try:
        status = cli.main(prog_name="docreader", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "docreader"
        console.complain(f"{error.format_message().rstrip('.')}; see {where} --help")
        return 2
    except click.ClickException as error:
        console.complain(error.format_message())
        return 1
    except (_InterruptError, click.Abort, KeyboardInterrupt):
        console.complain("interrupted")
        return 130
    except (_ClosedPipeError, BrokenPipeError):
        console.drop_output()
        return 141  # what a shell reports of a program that SIGPIPE ended
    except Exception as error:
        if isinstance(error, OSError):
            console.drop_output()
        console.complain(explain(error))
        return 1


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def explain(error: Exception) -> str:
    """The line for an error; for one that nobody foresaw too."""
    if isinstance(error, DocreaderError):
        return str(error)
    if isinstance(error, OSError):
        return str(error.strerror or error) + (f": {error.filename}" if error.filename else "")
    return f"unexpected {type(error).__name__}: {error}; please report this with the source that caused it"


def _factor(context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    from docreader.speech.voices import LIMITS

    low, high = LIMITS[parameter.name or ""]
    if value is not None and not low <= value <= high:  # also true of NaN
        raise click.BadParameter(f"{value:g} is not from {low:g} to {high:g} (1 is the voice's own)")
    return value


def _complete_file(context: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]


def _complete_voice(context: click.Context, parameter: click.Parameter, begun: str) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    from docreader.speech.voices import available

    return [CompletionItem(voice.name) for voice in available() if voice.name.startswith(begun)] or _complete_file(
        context, parameter, begun
    )


def _each(sources: Iterable[str], work: Callable[[str], None], failed: Callable[[str, str], None]) -> int:
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


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nThe first minute:\n  docreader read https://example.vn/bai-viet -o bai-viet.mp3\n"
    "  docreader normalise 'Ngày 17/11/2020, HĐND tỉnh họp'",
)
@click.version_option(__version__, "-V", "--version", prog_name="docreader", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn Vietnamese articles into speech."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_lexicon = click.option(
    "--lexicon",
    "lexicons",
    metavar="FILE",
    multiple=True,
    shell_complete=_complete_file,
    help="A lexicon of your own (TSV: written, spoken, contexts), before ours; may be given more than once.",
)


_insecure = click.option(
    "--insecure",
    metavar="HOST",
    multiple=True,
    help="Fetch from this host though its certificate cannot be checked; may be given more than once.",
)


def _fetching(insecure: tuple[str, ...]) -> "Fetch | None":
    """How pages are fetched; None is as always."""
    if not insecure:
        return None
    from docreader.article.fetch import Fetch

    return Fetch(insecure_hosts=frozenset(host.lower() for host in insecure))


def _load_lexicon(files: tuple[str, ...]) -> "Lexicon | None":
    """Ours with the given files before it; None where none is given."""
    if not files:
        return None
    from pathlib import Path

    from docreader.spoken.lexicon import with_own

    return with_own(*map(Path, files))


@cli.command(
    epilog="\b\nExamples:\n  docreader read https://example.vn/bai-viet -o bai-viet.mp3\n"
    "  docreader read *.html bai.txt ghi-chu.md -o mp3/ --captions\n"
    "  echo 'Xin chào các bạn.' | docreader read - -o chao.wav --voice southern --rate 1.2",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=_complete_file)
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR/",
    shell_complete=_complete_file,
    help="File to write, or folder (made if need be) for one file a source; - is standard output. "
    "Without it, a file here, named by the title.",
)
@click.option(
    "-v",
    "--voice",
    metavar="NAME|FILE.toml",
    shell_complete=_complete_voice,
    help="Who reads; see docreader voices. [default: northern]",
)
@click.option("--rate", type=float, callback=_factor, help="Speed, 0.5 to 2 times the voice's own.")
@click.option("--pitch", type=float, callback=_factor, help="Pitch, 0.5 to 2 times the voice's own.")
@click.option("--volume", type=float, callback=_factor, help="Loudness, 0.1 to 2 times the voice's own.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(FORMATS),
    help="Format of the sound. [default: as the file's name says, else mp3]",
)
@_lexicon
@_insecure
@click.option("--captions", is_flag=True, help="Write a WebVTT file, a cue a sentence, beside each track.")
@click.option("--no-cache", is_flag=True, help="Say every sentence anew, and keep none; see docreader cache.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Tell of each source as one JSON object a line.")
def read(
    sources: tuple[str, ...],
    output: str | None,
    voice: str | None,
    rate: float | None,
    pitch: float | None,
    volume: float | None,
    format: str | None,
    lexicons: tuple[str, ...],
    insecure: tuple[str, ...],
    captions: bool,
    no_cache: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Read articles aloud into sound files.

    SOURCE is an http(s) address, an .html, .txt, .md, .pdf, .docx or .epub file, or - for standard input.
    """
    from docreader import reading
    from docreader.audio.cache import Cache
    from docreader.audio.crew import Crew
    from docreader.outputs import Names
    from docreader.speech import voices

    chosen = _format(output, format, len(sources))
    if output == "-":
        if len(sources) > 1 or captions or as_json:
            raise click.UsageError("standard output takes one source, without --captions and --json")
        if sys.stdout.isatty():
            raise click.UsageError("standard output is a terminal: give a file with -o, or send it to a program")
    speaker = voices.load(voice, rate=rate, pitch=pitch, volume=volume)
    lexicon, fetching = _load_lexicon(lexicons), _fetching(insecure)
    cache = None if no_cache else Cache.of_user()
    if output == "-":
        with Crew(speaker, chosen, cache=cache) as crew:
            return _each(sources, lambda source: reading.pour(source, chosen, lexicon, crew, fetching), lambda *_: None)
    names = Names.choose(output, len(sources), chosen)
    order = reading.Order(speaker, chosen, names, captions, quiet, as_json, lexicon, fetching)

    def work(source: str) -> None:
        done = reading.read(source, order, crew)
        if as_json:
            console.write_json(asdict(done))
        elif not quiet:
            minutes, seconds = divmod(round(done.duration), 60)
            console.write(f"{done.output}  {minutes}:{seconds:02}, {done.sentences} sentences\n")

    def failed(source: str, error: str) -> None:
        if as_json:
            console.write_json({"source": source, "error": error})

    with Crew(speaker, chosen, cache=cache) as crew:
        return _each(sources, work, failed)


def _format(output: str | None, format: str | None, sources: int) -> str:
    """The format asked for, by --format or by the file's name. Raises UsageError for a name that tells another one."""
    if format or not output or output.endswith("/") or sources > 1:
        if sources > 1 and output and output.lower().endswith(tuple(f".{name}" for name in FORMATS)):
            raise click.UsageError(f"{sources} sources need a folder: -o {output.rpartition('.')[0]}/")
        return format or "mp3"
    from pathlib import Path

    suffix = Path(output).suffix.lower().lstrip(".")
    if not suffix or Path(output).is_dir():
        return "mp3"
    if suffix not in FORMATS:
        raise click.UsageError(
            f"there is no format {suffix!r} for {output}: name a file .{' or .'.join(FORMATS)}, or give --format"
        )
    return suffix


@cli.command(
    epilog="\b\nExamples:\n  docreader normalise 'Ngày 17/11/2020, HĐND tỉnh họp'\n"
    "  docreader normalise < written.txt > spoken.txt",
)
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@_lexicon
@click.option(
    "--explain",
    "explained",
    is_flag=True,
    help="Write each place that is not said as it stands: span, written, rule, spoken.",
)
@click.option("--json", "as_json", is_flag=True, help="With --explain: one JSON object a place.")
def normalise(texts: tuple[str, ...], lexicons: tuple[str, ...], explained: bool, as_json: bool) -> None:
    """Write texts as they are spoken.

    Without TEXT, reads lines (UTF-8) from standard input and writes each at once: one line out for each line in.
    """
    from docreader.spoken.normalise import normalise

    if as_json and not explained:
        raise click.UsageError("--json goes with --explain: docreader normalise --explain --json")
    lexicon = _load_lexicon(lexicons)
    if explained:
        for number, text in enumerate(texts or (line for line, _ in _lines()), 1):
            _explain(number, text, lexicon, as_json)
        return
    for text in texts:
        console.write(normalise(text, lexicon) + "\n")
    if texts:
        return
    for line, end in _lines():
        console.write(normalise(line, lexicon) + end)


def _explain(number: int, text: str, lexicon: "Lexicon | None", as_json: bool) -> None:
    """One line a place: line of the input, span in characters, written, rule, spoken; tabs between or as JSON."""
    from docreader.spoken.doubts import explain

    for edit in explain(text, lexicon):
        written = text[edit.start : edit.end].replace("\t", " ")
        if as_json:
            place = {"line": number, "start": edit.start, "end": edit.end, "written": written}
            console.write_json({**place, "rule": edit.rule, "spoken": edit.spoken})
            continue
        console.write(f"{number}\t{edit.start}-{edit.end}\t{written}\t{edit.rule}\t{edit.spoken}\n")


@cli.command(
    epilog="\b\nExamples:\n  docreader check bai.html\n  docreader check trang/ --tsv > tu-dien.tsv\n"
    "  docreader check https://example.vn/bai-viet --lexicon tu-dien.tsv --json",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=_complete_file)
@_lexicon
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a form.")
@click.option("--tsv", is_flag=True, help="Write a lexicon to fill in and give back with --lexicon.")
@_insecure
def check(
    sources: tuple[str, ...], lexicons: tuple[str, ...], as_json: bool, tsv: bool, insecure: tuple[str, ...]
) -> int:
    """List what the normaliser is not sure of: unknown and ambiguous abbreviations, foreign words without a reading.

    SOURCE is what docreader read takes, or a folder: then every page, text, PDF, DOCX and EPUB below it.
    """
    from docreader.article.source import load
    from docreader.spoken.doubts import Findings, as_lexicon

    lexicon, fetching = _load_lexicon(lexicons), _fetching(insecure)
    counted = Findings(lexicon)
    status = _each(
        _files(sources), lambda source: counted.add(source, load(source, fetching)), lambda source, error: None
    )
    found = counted.found()
    if tsv:
        console.write(as_lexicon(found))
    elif as_json:
        for finding in found:
            console.write_json(asdict(finding))
    else:
        _table(found)
    return status


_READABLE = (".html", ".htm", ".txt", ".md", ".pdf", ".docx", ".epub")


def _files(sources: Iterable[str]) -> Iterator[str]:
    """The sources, with the pages and texts below each folder in its place."""
    from pathlib import Path

    for source in sources:
        if source != "-" and Path(source).is_dir():
            inside = sorted(str(p) for p in Path(source).rglob("*") if p.suffix.lower() in _READABLE)
            if not inside:
                raise SourceError(f"there is nothing to read below {source}: no {', '.join(_READABLE)}")
            yield from inside
        else:
            yield source


def _table(found: "list[Finding]") -> None:
    rows = [("TIMES", "WRITTEN", "READ NOW", "OR", "WHY", "WHERE")]
    rows += [(str(f.count), f.written, f.taken, " | ".join(f.others), f.reason, f.places[0]) for f in found]
    widths = [min(40, max(len(row[n]) for row in rows)) for n in range(5)]
    for row in rows:
        console.write(
            "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]) + "\n"
        )


def _lines() -> Iterator[tuple[str, str]]:
    """Each line of standard input and its end. A line ends at a line feed and nowhere else."""
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "surrogateescape")
        body = text.rstrip("\r\n")
        yield body, text[len(body) :]


@cli.command(
    epilog="\b\nExamples:\n  docreader extract https://example.vn/bai-viet > bai-viet.md\n"
    "  docreader extract page.html --json",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=_complete_file)
@click.option("--json", "as_json", is_flag=True, help="Write the whole structure as one JSON object a line.")
@click.option("--explain", "explained", is_flag=True, help="Tell which rule took or dropped what, one a line.")
@_insecure
def extract(sources: tuple[str, ...], as_json: bool, explained: bool, insecure: tuple[str, ...]) -> int:
    """Print the article of a page: title, lead and body, nothing else.

    What is printed is Markdown: it can be corrected and read with docreader read.
    """
    from docreader.article.source import explain as explain_page
    from docreader.article.source import load

    fetching = _fetching(insecure)

    def work(source: str) -> None:
        if explained:
            for rule, what in explain_page(source, fetching):
                console.write_json({"source": source, "rule": rule, "what": what}) if as_json else console.write(
                    f"{rule}\t{what}\n"
                )
            return
        article = load(source, fetching)
        if as_json:
            console.write_json(asdict(article))
        else:
            console.write(_markdown(article))

    return _each(sources, work, lambda source, error: None)


def _markdown(article: "Article") -> str:
    parts = [f"# {article.title}" if article.title else "", article.lead]
    for block in article.blocks:
        match block.kind:
            case "heading":
                parts.append(f"{'#' * max(2, block.level)} {block.text}")
            case "item":
                parts.append(f"- {block.text}")
            case "quote":
                parts.append(f"> {block.text}")
            case "caption":
                pass  # not read, so not printed; --json has it
            case _:
                parts.append(block.text)
    return "\n\n".join(part for part in parts if part) + "\n"


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a voice.")
def voices(as_json: bool) -> None:
    """List the voices: engine, region, licence, online or offline, installed or not."""
    from docreader.speech.voices import available

    rows: list[tuple[str, ...]] = [("NAME", "ENGINE", "REGION", "LICENCE", "NETWORK", "INSTALLED", "DESCRIPTION")]
    for voice in available():
        if as_json:
            shown: dict[str, Any] = {
                "name": voice.name,
                "engine": voice.engine,
                "language": voice.language,
                "region": voice.region,
                "licence": voice.licence,
                "online": voice.online,
                "installed": voice.installed,
                "description": voice.description,
                "file": str(voice.file) if voice.file else None,
            }
            console.write_json(shown)
        rows.append(
            (
                voice.name,
                voice.engine,
                voice.region or "-",
                voice.licence or "-",
                "online" if voice.online else "offline",
                "yes" if voice.installed else "no",
                voice.description,
            )
        )
    if as_json:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        console.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")


class _Size(click.ParamType):
    """A number of bytes: 500MB, 2 GB, 1.5G, 1048576."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        from docreader.audio.cache import size

        try:
            return value if isinstance(value, int) else size(value)
        except ValueError:
            self.fail(f"{value!r} is no size: write it as 500MB or 2GB", param, context)


@cli.group(
    invoke_without_command=True,
    epilog="\b\nExamples:\n  docreader cache\n  docreader cache trim 500MB\n  docreader cache clear",
)
@click.option("--json", "as_json", is_flag=True, help="Tell of it as one JSON object.")
@click.pass_context
def cache(context: click.Context, as_json: bool) -> None:
    """Show what sentences are kept, so that none is said twice.

    They lie in one folder (DOCREADER_CACHE names another), at most 2 GB of them (DOCREADER_CACHE_LIMIT), the least
    lately used out first.
    """
    if context.invoked_subcommand is not None:
        return
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    entries, used = kept.size()
    if as_json:
        console.write_json({"folder": str(kept.folder), "entries": entries, "bytes": used, "limit": kept.limit})
    else:
        console.write(f"{kept.folder}: {entries} sentences, {_megabytes(used)} of at most {_megabytes(kept.limit)}\n")


@cache.command("trim")
@click.argument("size", type=_Size())
def cache_trim(size: int) -> None:
    """Keep at most SIZE (500MB, 2GB) of what was lately used."""
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    kept.trim(size)
    entries, used = kept.size()
    console.write(f"{entries} sentences, {_megabytes(used)} are left\n")


@cache.command("clear")
def cache_clear() -> None:
    """Remove all of it."""
    from docreader.audio.cache import Cache

    kept = Cache.of_user()
    entries, used = kept.size()
    kept.clear()
    console.write(f"{entries} sentences, {_megabytes(used)} were removed\n")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"


@cli.command(
    epilog="\b\nExamples:\n  docreader serve --allow 'https://portal.example/*'\n"
    "  docreader serve --config /etc/docreader.toml --port 8080 --set jobs=8",
)
@click.option("--config", metavar="FILE.toml", shell_complete=_complete_file, help="Settings, by their names.")
@click.option("--host", metavar="ADDRESS", help="Where to listen. [default: 127.0.0.1]")
@click.option("--port", type=int, help="[default: 8000; 0: any that is free]")
@click.option("--allow", metavar="URL/*", multiple=True, help="Addresses that may be fetched; none by default.")
@click.option("--origin", "origins", metavar="ORIGIN", multiple=True, help="More sites whose pages may use it (CORS).")
@click.option("-v", "--voice", metavar="NAME", shell_complete=_complete_voice, help="Of who asks for none.")
@click.option("--cache", metavar="DIR", help="Where what was made is kept.")
@click.option("--set", "more", metavar="NAME=VALUE", multiple=True, help="Any other setting; lists by commas.")
def serve(
    config: str | None,
    host: str | None,
    port: int | None,
    allow: tuple[str, ...],
    origins: tuple[str, ...],
    voice: str | None,
    cache: str | None,
    more: tuple[str, ...],
) -> None:
    """Serve the widget and its sound: articles of the allowed addresses as text, MP3, marks, captions, PDF.

    Each setting may stand in the file, in the environment (DOCREADER_SERVE_ALLOW) or here; the later wins. Put
    https in front of it: see deploy/.
    """
    from docreader.web import settings
    from docreader.web.server import serve

    options: dict[str, Any] = {"host": host, "port": port, "voice": voice, "cache": cache}
    options |= {"allow": allow or None, "origins": origins or None}
    for given in more:
        name, equals, value = given.partition("=")
        if not equals:
            raise click.UsageError(f"--set {given!r}: write it as NAME=VALUE")
        options[name.strip()] = value
    serve(settings.load(config, None, {name: value for name, value in options.items() if value is not None}))


@cli.command(
    epilog="\b\nExamples:\n  docreader completion bash > ~/.local/share/bash-completion/completions/docreader\n"
    "  docreader completion fish > ~/.config/fish/completions/docreader.fish\n"
    "  source <(docreader completion zsh)",
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete docreader's commands, options and voices."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None  # the choice is click's own
    template = kind.source_template % kind(cli, {}, "docreader", "_DOCREADER_COMPLETE").source_vars()
    console.write(template + "\n")
