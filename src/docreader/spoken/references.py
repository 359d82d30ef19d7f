"""References to the law by the letters of their parts: đ.a k.2 Đ.15, K1 Đ5 Luật này, khoản 2 Đ.15, NĐ168/2024/NĐ-CP."""

from docreader.spoken import numbers
from docreader.spoken.letters import spell
from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy
from docreader.spoken.text import Edit, Text

_NUMBER = r"(\d{1,3})([a-zđ]?)(?![^\W_]|[/.,]\d)"
_JOINT = r"\s?(?:,|;|-|của)?\s?"
_ARTICLE_HEAD = r"(?:Đ\.?\s?\d|[đĐ]iều \d)"
_CLAUSE_HEAD = rf"(?:[kK]\.?\s?\d{{1,2}}[a-z]?{_JOINT}{_ARTICLE_HEAD}|[kK]hoản \d)"
_POINT = lazy(rf"[đĐ]\.?\s?([a-zđ])(?={_JOINT}{_CLAUSE_HEAD})")
_CLAUSE = lazy(rf"[kK]\.?\s?{_NUMBER}(?={_JOINT}{_ARTICLE_HEAD})")
_ARTICLE = lazy(rf"Đ\.?\s?{_NUMBER}")
_CLAUSE_BEFORE = lazy(r"(?<!\w)(?:khoản|k\.?)\s?\d{1,2}[a-z]?\s?(?:,|;|-|của)?\s?$")
_LAW_AHEAD = lazy(
    r"\s?,?\s(?:của )?(?:luật|bộ luật|hiến pháp|pháp lệnh|nghị định|nghị quyết|thông tư|quy chế|điều lệ|"
    r"(?:blhs|blds|bltths|blttds|bllđ|lđđ|nđ|tt|nq)(?!\w))"
)
_TYPE = lazy(r"([A-ZĐ][A-Za-zĐđ]{1,3})\.?(?=\d{1,5}/(?:\d{4}/)?[A-ZĐ]|\d{1,5}/(?:19|20)\d\d(?!\d))")


def reference(text: Text, i: int) -> Edit | None:
    """A point, a clause or an article at i, or the type of a document whose number is glued to it."""
    raw = text.raw
    if raw[i] in "đĐ":
        m = _POINT.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), f"điểm {spell(m[1])}", "article")
    if raw[i] in "kK":
        m = _CLAUSE.match(raw, i)
        if m is not None:
            return Edit(i, m.end(), f"khoản {_said(m[1], m[2])}", "article")
    if raw[i] == "Đ":
        m = _ARTICLE.match(raw, i)
        if m is not None and (_CLAUSE_BEFORE.search(text.before(i)) or _LAW_AHEAD.match(text.low, m.end())):
            return Edit(i, m.end(), f"điều {_said(m[1], m[2])}", "article")
    m = _TYPE.match(raw, i)
    if m is not None and m[1] in table("documents"):
        return Edit(i, m.end(), table("documents")[m[1]][0], "document")
    return None


def _said(number: str, letter: str) -> str:
    return numbers.integer(number) + (f" {spell(letter)}" if letter else "")
