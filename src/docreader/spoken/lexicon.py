"""Lexicons: written forms, how they are said, and the neighbours that decide between several readings.

The files are TSV (docs/reading.md, Lexicons): ``written  spoken  left  right  near  note``. An editor can add a row without code.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from docreader.errors import LexiconError
from docreader.spoken.letters import LOWER, UPPER
from docreader.spoken.patterns import lazy

COLUMNS = ("written", "spoken", "left", "right", "near", "note")
_ABBREVIATIONS = ("general", "places", "titles", "organisations", "international", "prose")
_WORDS = ("foreign", "names")
MARKS = ".,;:!?)"
_FOLDER = Path(__file__).parent / "lexicon"

# Titles among the forms of several meanings.
_TITLES = ("TS", "BS", "KS", "LS", "CN", "HT", "TT", "TP", "TX", "GĐ", "PCT", "DS", "Q", "P", "H")

_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Đào|Trịnh|Mai|Lương|Lưu|Hà|Tạ|Phùng|Tô|Trương|"
    "Cao|Chu|Châu|Đàm|Vi|Nông|Hứa|Lâm|Quách|Thái|Triệu|Kiều|Lục|Ma|Bế|Hoàn|Tống|Từ|Vương|Văn|Thân|Nghiêm|La|Lại|Giáp|Khổng|Đồng|Doãn|"
    "Mạc|Trang|Ninh|Sầm|Lò|Giàng|Vàng|Sùng|Thào|Đỗ|Tăng|Âu|Ông|Đậu|Viên|Bàn|Chẩu|Hầu|Cầm|Quàng|Siu|Rơ"
)

_ATOMS = {
    "<num>": r"\d[\d.,]*[A-Za-z]?",
    "<hour>": r"\d{1,2}(?:[hg:]\d{0,2}'?|\sgiờ)",
    "<phone>": r"\(?0\d{2,}",
    "<Name>": rf"(?-i:[{UPPER}][{LOWER}]+)",
    "<Person>": rf"(?-i:(?:{_SURNAMES})\s(?:[{UPPER}][{LOWER}]*\s){{0,2}}[{UPPER}][{LOWER}]+)",
    "<degree>": r"(?-i:(?:PGS|GS|TSKH|TS|ThS|Ths|BS|CK\s?I{1,2}|CK\s?[12]|BSCK\s?I{1,2}|BSCK\s?[12])(?![^\W_]))",
    "<country>": r"(?:Mỹ|Nga|Pháp|Đức|Anh|Ý|Italia|Hàn Quốc|Nhật Bản|Trung Quốc|Ấn Độ|Ukraine|Ba Lan|Philippines|Indonesia|Brazil|Argentina|Mexico|Chile|Peru|Venezuela|Colombia|Cuba|Israel|Iran|Iraq|Syria|Ai Cập|Nam Phi|Thổ Nhĩ Kỳ|Phần Lan|Hungary|Romania|Bulgaria|Séc|Serbia|Belarus|Mông Cổ|Sri Lanka|Đài Loan|Pakistan|Nigeria|Kenya|Angola|Mozambique|Kazakhstan|Uzbekistan|Azerbaijan|Armenia|Gruzia|Áo|Thụy Sĩ|Bồ Đào Nha|Hy Lạp|Lào|Campuchia|Thái Lan|Malaysia|Singapore|Myanmar|Brunei|Canada|Úc|Australia|New Zealand|Hà Lan|Bỉ|Thụy Điển|Na Uy|Đan Mạch|Tây Ban Nha)",
    "<CAPS>": r"(?-i:[A-ZĐ][A-ZĐƯ&.-]*[A-ZĐƯ]\b)",
    "<doc>": r"\d+(?:/\d{4})?[/-](?-i:[A-ZĐ]\w*)[-/](?-i:[A-ZĐ]\w*)",
    "<date>": r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{4})?",
    "<year>": r"(?:19|20)\d\d",
    "<room>": r"\d{3,4}",
    "<plate>": r"\d{2}\s?-?\s?(?-i:[A-ZĐ]{1,2})\d?",
    "<roman>": r"(?-i:[IVXLC]+\b)",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What must stand next to the form (``wanted``) and what must not (``barred``); None where nothing is asked."""

    wanted: re.Pattern[str] | None = None
    barred: re.Pattern[str] | None = None


class Entry(NamedTuple):
    """One row; a tuple, since ten thousand of them are made at every start."""

    written: str
    spoken: str
    left: str = ""
    right: str = ""
    near: str = ""

    @property
    def free(self) -> bool:
        """Whether it holds anywhere."""
        return not (self.left or self.right or self.near)

    def fits(self, before: str, after: str) -> bool:
        """``before`` and ``after``: the text around the form, with its case, up to a window's length."""
        if self.left and not _holds(_context(self.left, "left"), before):
            return False
        if self.right and not _holds(_context(self.right, "right"), after):
            return False
        return not self.near or _holds(_context(self.near, "near"), before + " \n " + after)


def _holds(context: Context, text: str) -> bool:
    if context.barred is not None and context.barred.search(text):
        return False
    return context.wanted is None or context.wanted.search(text) is not None


@lru_cache(None)
def _context(cell: str, side: str) -> Context:
    """The patterns of one cell; compiled when it is first asked for."""
    wanted: list[str] = []
    barred: list[str] = []
    for alternative in cell.split("|"):
        alternative = alternative.strip()
        if not alternative:
            continue
        refused = alternative.startswith("!")
        words = alternative.lstrip("!").split()
        edge = {"<start>": r"(?:^|[(“\"\n;])", "<end>": r"(?:$|[)”\".,;:!?\n])"}
        pattern = (
            r"[\s,(“\"]*".join(edge.get(w) or _ATOMS.get(w) or re.escape(w) for w in words)
            if len(words) > 1
            else (edge.get(words[0]) or _ATOMS.get(words[0]) or re.escape(words[0]))
        )
        if side == "left":
            glue = r"\s*$" if words[-1] == "<start>" else r"[\s:\"“(]*$"
            pattern = rf"(?:(?<!\w)|(?=^)){pattern}{glue}" if words[0] not in edge else pattern + glue
        elif side == "right":
            pattern = (
                (r"^[\s\"“]*" if words[0] in edge else r"^\.?[\s:\"“(]*")
                + pattern
                + (r"(?!\w)" if words[-1] not in edge else "")
            )
        else:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        (barred if refused else wanted).append(pattern)
    return Context(
        re.compile("|".join(wanted), re.I) if wanted else None,
        re.compile("|".join(barred), re.I) if barred else None,
    )


@dataclass(frozen=True)
class Lexicon:
    """Forms by their exact writing; ``words`` are found in any case."""

    forms: dict[str, tuple[Entry, ...]]
    words: dict[str, tuple[Entry, ...]]
    """Foreign words and names, by their lower case."""
    longest: dict[str, int] = field(default_factory=dict)
    """The letters that a form of several words begins with → how many words the longest has (keys lower case)."""
    seconds: dict[str, set[str]] = field(default_factory=dict)
    """The same letters → the second words of those forms, lower case, without a mark behind them."""
    own: frozenset[str] = frozenset()
    """Forms of the site's own lexicon, which go before every rule of ours."""
    dotted: frozenset[str] = frozenset()
    """Forms of titles and places: a full stop behind them ends no sentence when a name follows."""
    folded: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """Forms with small letters (ThS, Covid) by their capitals, for headlines."""
    plain: set[str] = field(default_factory=set)
    """Tokens found to need nothing, kept while the program runs (bounded by the caller)."""
    heads: dict[str, set[str]] = field(default_factory=dict)
    """Tokens that need nothing but where a form of several words begins with them → the second words of such forms."""

    def find(self, written: str) -> tuple[Entry, ...]:
        return self.forms.get(written) or self.words.get(written.lower()) or ()


def read(path: Path) -> Iterator[Entry]:
    """The rows of a lexicon file. Raises LexiconError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise LexiconError(f"{path}: cannot read the lexicon ({e.strerror}); check its name and its rights") from None
    except UnicodeDecodeError:
        raise LexiconError(f"{path}: the lexicon is not UTF-8; save it as UTF-8 text with tabs") from None
    lines = unicodedata.normalize("NFC", text).split("\n")
    return _rows(lines, str(path))


_DIGIT = lazy(r"\d")


def _rows(lines: Iterable[str], name: str) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [c.strip() for c in line.split("\t")]
        if cells[0] == "written":
            continue
        if len(cells) < 2 or not cells[0] or len(cells) > len(COLUMNS):
            raise LexiconError(
                f"{name}:{number}: a row is {' <tab> '.join(COLUMNS)}, of which the first two are needed"
            )
        if not cells[1] or _DIGIT.search(cells[1]):
            raise LexiconError(f"{name}:{number}: {cells[0]!r} must be said in letters, not {cells[1]!r}")
        if len(cells) > 2 and any(not part.strip(" !") for cell in cells[2:5] if cell for part in cell.split("|")):
            raise LexiconError(
                f"{name}:{number}: an empty alternative among the contexts of {cells[0]!r}; take out the spare | or !"
            )
        yield Entry(*cells[:5])


def build(
    abbreviations: Iterable[Entry], words: Iterable[Entry], own: Iterable[Entry] = (), dotted: Iterable[str] = ()
) -> Lexicon:
    """Later entries without a context yield to earlier ones; ``own`` goes before all."""
    forms: dict[str, list[Entry]] = {}
    lower: dict[str, list[Entry]] = {}
    own = tuple(own)
    mine = {e.written for e in own}
    for entry in own:
        forms.setdefault(entry.written, []).append(entry)
    for entry in abbreviations:
        if entry.written not in mine:
            forms.setdefault(entry.written, []).append(entry)
    for entry in words:
        if entry.written not in mine:
            lower.setdefault(entry.written.lower(), []).append(entry)
    longest: dict[str, int] = {}
    seconds: dict[str, set[str]] = {}
    for written in (*forms, *lower):
        parts = written.split()
        if len(parts) > 1:
            first = re.split(r"(?<=\w)[\W_]", parts[0].lower(), maxsplit=1)[0]  # "pctn" of PCTN, TC
            longest[first] = max(longest.get(first, 0), len(parts))
            seconds.setdefault(first, set()).add(parts[1].lower().rstrip(MARKS))
    return Lexicon(
        {k: tuple(v) for k, v in forms.items()},
        {k: tuple(v) for k, v in lower.items()},
        longest,
        seconds,
        frozenset(mine),
        frozenset(dotted),
        {k.upper(): tuple(v) for k, v in forms.items() if not k.isupper() and k.upper() not in forms},
    )


def _bundled(name: str) -> Iterator[Entry]:
    """The rows of one of our files, unchecked: a test reads them as strictly as an editor's."""
    for line in (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#" and not line.startswith("written\t"):
            yield Entry(*line.split("\t")[:5])


def _assemble(own: Iterable[Entry] = ()) -> Lexicon:
    by_name = {name: tuple(_bundled(name)) for name in ("ambiguous", *_ABBREVIATIONS, *_WORDS)}
    decided = {e.written for e in by_name["ambiguous"]}
    others = (e for name in _ABBREVIATIONS for e in by_name[name] if e.written not in decided)
    return build(
        (*by_name["ambiguous"], *others),
        (e for name in _WORDS for e in by_name[name]),
        own,
        {*(e.written.rstrip(".") for name in ("titles", "places") for e in by_name[name]), *_TITLES},
    )


@cache
def default() -> Lexicon:
    """Ours, loaded once."""
    return _assemble()


def with_own(*paths: Path) -> Lexicon:
    """Ours, overridden by a site's own files."""
    return _assemble(e for path in paths for e in read(path))


@cache
def table(name: str) -> dict[str, tuple[str, ...]]:
    """A bundled table by its first column: units, codes of documents, issuers, labels of domains."""
    rows: dict[str, tuple[str, ...]] = {}
    for line in (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        if line and not line.startswith("#"):
            first, *rest = line.split("\t")
            rows.setdefault(first, tuple(rest))
    return rows
