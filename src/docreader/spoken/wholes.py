"""What stands behind x/y tells how it is said: 18/20 xã (so many out of so many), 3/5 diện tích (a share), 2/9 (a day).

The nouns are lexicon/wholes.tsv: noun, kind (count, part, of, time).
"""

import re
from functools import cache

from docreader.spoken.lexicon import table
from docreader.spoken.patterns import lazy

# 2/9 năm nay, 1/7 năm 2025: the year of a day
_YEAR_OF_DAY = lazy(r"\s*năm\s(?:nay|ngoái|sau|trước|đó|tới|qua|này|kia|học|\d)")
# 2/3 (66,7%): the share that it is
_SHARE_BEHIND = lazy(r"\s?\(\s?(?:chiếm\s|đạt\s|tỷ lệ\s|hơn\s|gần\s|khoảng\s|~\s?)*\d[\d.,]*\s?%")


@cache
def _noun() -> re.Pattern[str]:
    nouns = sorted(table("wholes"), key=len, reverse=True)
    return re.compile(r"\s*(" + "|".join(nouns) + r")(?!\w)")


def whole(behind: str) -> str:
    """The kind of the noun that ``behind`` (lower case) begins with: count, part, of, time, share; empty where none does."""
    if _SHARE_BEHIND.match(behind):
        return "share"
    m = _noun().match(behind)
    if m is None or (m[1] == "năm" and _YEAR_OF_DAY.match(behind)):
        return ""
    return table("wholes")[m[1]][0]
