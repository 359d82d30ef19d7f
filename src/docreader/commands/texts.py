"""Text in, text out: normalise, check, extract."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from docreader import console
from docreader.commands.shared import complete_file, each, fetching, insecure_option, lexicon_option, load_lexicon
from docreader.errors import SourceError

if TYPE_CHECKING:
    from docreader.article.model import Article
    from docreader.spoken.doubts import Finding
    from docreader.spoken.lexicon import Lexicon


@click.command(
    epilog="\b\nExamples:\n  docreader normalise 'Ngày 17/11/2020, HĐND tỉnh họp'\n"
    "  docreader normalise < written.txt > spoken.txt",
)
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@lexicon_option
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
    lexicon = load_lexicon(lexicons)
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


@click.command(
    epilog="\b\nExamples:\n  docreader check bai.html\n  docreader check trang/ --tsv > tu-dien.tsv\n"
    "  docreader check https://example.vn/bai-viet --lexicon tu-dien.tsv --json",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=complete_file)
@lexicon_option
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a form.")
@click.option("--tsv", is_flag=True, help="Write a lexicon to fill in and give back with --lexicon.")
@insecure_option
def check(
    sources: tuple[str, ...], lexicons: tuple[str, ...], as_json: bool, tsv: bool, insecure: tuple[str, ...]
) -> int:
    """List what the normaliser is not sure of: unknown and ambiguous abbreviations, foreign words without a reading.

    SOURCE is what docreader read takes, or a folder: then every page, text, PDF, DOCX and EPUB below it.
    """
    from docreader.article.source import load
    from docreader.spoken.doubts import Findings, as_lexicon

    lexicon, how = load_lexicon(lexicons), fetching(insecure)
    counted = Findings(lexicon)

    def work(source: str) -> None:
        if _is_folder(source):  # which _files found empty
            raise SourceError(f"there is nothing to read below {source}: no {', '.join(_READABLE)}")
        counted.add(source, load(source, how))

    status = each(_files(sources), work, lambda source, error: None)
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


def _is_folder(source: str) -> bool:
    from pathlib import Path

    return source != "-" and Path(source).is_dir()


def _files(sources: Iterable[str]) -> Iterator[str]:
    """The sources, with the pages and texts below each folder in its place; a folder that has none stays."""
    from pathlib import Path

    for source in sources:
        if _is_folder(source):
            yield from sorted(str(p) for p in Path(source).rglob("*") if p.suffix.lower() in _READABLE) or [source]
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


@click.command(
    epilog="\b\nExamples:\n  docreader extract https://example.vn/bai-viet > bai-viet.md\n"
    "  docreader extract page.html --json",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, shell_complete=complete_file)
@click.option("--json", "as_json", is_flag=True, help="Write the whole structure as one JSON object a line.")
@click.option("--explain", "explained", is_flag=True, help="Tell which rule took or dropped what, one a line.")
@insecure_option
def extract(sources: tuple[str, ...], as_json: bool, explained: bool, insecure: tuple[str, ...]) -> int:
    """Print the article of a page: title, lead and body, nothing else.

    What is printed is Markdown: it can be corrected and read with docreader read.
    """
    from docreader.article.source import explain as explain_page
    from docreader.article.source import load

    how = fetching(insecure)

    def work(source: str) -> None:
        if explained:
            for rule, what in explain_page(source, how):
                if as_json:
                    console.write_json({"source": source, "rule": rule, "what": what})
                else:
                    console.write(f"{rule}\t{what}\n")
            return
        article = load(source, how)
        if as_json:
            console.write_json(asdict(article))
        else:
            console.write(_markdown(article))

    return each(sources, work, lambda source, error: None)


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
