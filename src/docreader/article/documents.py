"""Plain text and Markdown -> Article. Heavier documents have modules of their own: pdf, docx, epub."""

import re

from docreader.article.dom import clean
from docreader.article.metadata import language_of
from docreader.article.model import Article, Block, Kind
from docreader.errors import NotAnArticle
from docreader.legacy import to_unicode

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"(\s*)(?:([-*+•])|(\d{1,4})[.)])\s+(.*)$")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_UNDERLINE = re.compile(r"\s*(=+|-{3,})\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_INLINE = (
    (re.compile(r"!\[([^\]]{0,500})\]\([^)\s]{0,2000}(?:\s+\"[^\"]*\")?\)"), ""),
    (re.compile(r"\[([^\]]{1,500})\]\([^)\s]{0,2000}(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"\[([^\]]{1,500})\]\[[^\]]{0,100}\]"), r"\1"),
    (re.compile(r"\[\^[^\]]{1,50}\]"), ""),
    (re.compile(r"<(https?://[^>\s]{1,2000})>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^>]{0,500}>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)([^*_]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]{1,2000}?)(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"(`+)([^`]{1,2000})\1"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>-])"), r"\1"),
)


def from_text(text: str, name: str = "") -> Article:
    """Plain text: empty lines part the paragraphs; without any, each line is one. A short first line is the title."""
    text = to_unicode(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    parts = re.split(r"\n\s*\n", text)
    # Lines wrapped by hand are joined; lines that are whole paragraphs are not.
    wrapped = len(parts) > 1 and all(len(line) <= 100 for line in text.split("\n"))
    lines = [clean(line) for part in parts for line in ([part] if wrapped else part.split("\n"))]
    found = [_plain(line) for line in lines if line]
    return article(found, name, first_is_title=True)


def from_markdown(text: str, name: str = "") -> Article:
    """Markdown: its headings, lists, quotations and tables; code is left out, front matter gives the title."""
    text = to_unicode(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    matter, lines = _front_matter(text.split("\n"))
    found: list[Block] = []
    run: list[str] = []
    kind: Kind = "paragraph"
    level, prefix, fenced = 0, "", False
    headers: list[str] = []

    def end() -> None:
        nonlocal run, kind, level, prefix
        if words := _inline(" ".join(run)):
            found.append(Block(kind, prefix + words, level))
        run, kind, level, prefix = [], "paragraph", 0, ""

    for number, line in enumerate(lines):
        if _FENCE.match(line):
            end()
            fenced = not fenced
        elif fenced or (_TABLE_RULE.match(line) and "|" in line):
            continue
        elif run and kind == "paragraph" and (under := _UNDERLINE.match(line)):
            kind, level = "heading", 1 if under[1][0] == "=" else 2
            end()
        elif not line.strip() or _RULE.match(line):
            end()
            headers = []
        elif heading := _HEADING.match(line):
            end()
            run, kind, level = [heading[2]], "heading", len(heading[1])
            end()
        elif "|" in line and line.strip().startswith("|"):
            end()
            cells = [_inline(cell) for cell in line.strip().strip("|").split("|")]
            if not headers and number + 1 < len(lines) and _TABLE_RULE.match(lines[number + 1]):
                headers = cells
                continue
            named = [f"{head}: {cell}" if head else cell for head, cell in zip(headers, cells, strict=False) if cell]
            if row := "; ".join(named or [cell for cell in cells if cell]):
                found.append(Block("row", row))
        elif item := _ITEM.match(line):
            end()
            run, kind, level = [item[4]], "item", 1 + len(item[1].expandtabs(4)) // 2
            prefix = f"{item[3]}. " if item[3] else ""
        elif line.lstrip().startswith(">"):
            if kind != "quote":
                end()
                kind = "quote"
            run.append(line.lstrip().lstrip("> "))
        else:
            if kind == "quote":
                end()
            run.append(line)
            if line.endswith("  "):
                end()
    end()
    return article(found, name, title=matter.get("title", ""), author=matter.get("author", ""))


def article(
    found: list[Block], name: str, title: str = "", author: str = "", first_is_title: bool = False, published: str = ""
) -> Article:
    """Blocks as an Article; the title is the first heading, or a short first line, or empty: a file's name is not read aloud."""
    if not any(map(str.isalnum, "".join(block.text for block in found))):
        raise NotAnArticle(f"{name or 'the text'} holds nothing to read; give a text with words in it")
    if (not title and found[0].kind == "heading") or (
        not title and first_is_title and len(found) > 1 and len(found[0].text) <= 200 and found[0].text[-1] not in ".;,"
    ):
        title, found = found[0].text, found[1:]
    elif title and found[0].text == title and len(found) > 1:
        found = found[1:]
    language = language_of(" ".join(block.text for block in found), "")
    return Article(title=title, blocks=tuple(found), author=author, published=published, language=language, url=name)


def _plain(line: str) -> Block:
    item = _ITEM.match(line)
    if item and item[4]:
        return Block("item", f"{item[3]}. {item[4]}" if item[3] else item[4], 1)
    return Block("paragraph", line)


def _inline(text: str) -> str:
    for pattern, plain in _INLINE:
        # Bold is the one mark with two groups around its words.
        text = pattern.sub(r"\2" if pattern.groups == 2 else plain, text)
    return clean(text)


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    if not lines or lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:60]):
        return {}, lines
    last = next(number for number, line in enumerate(lines) if number and line.strip() == "---")
    pairs = (line.partition(":") for line in lines[1:last])
    return {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs if value}, lines[last + 1 :]
