"""Words: what the lexicon knows, capitals that are spelled or said, mixed tokens (A4, H5N1, Covid-19), foreign words."""

import re

from docreader.spoken import numbers
from docreader.spoken.joined import apart, parts
from docreader.spoken.letters import LETTER, LOWER, UPPER, is_sayable, is_syllable, new_placement, spell
from docreader.spoken.lexicon import Entry, table
from docreader.spoken.patterns import lazy
from docreader.spoken.repetition import unrepeated
from docreader.spoken.roman import roman
from docreader.spoken.text import WINDOW, Edit, Text
from docreader.spoken.units import units

_GLUED_NUMBER = lazy(r"[^\W\d_]{2,7}(?=\d)")
_PIECE = lazy(r"[^\W_]{1,60}")
_JOINT = lazy(r"[.&/’'+*-](?=[^\W_])|[–](?=[A-ZĐ])|\s?&\s?(?=[A-ZĐ])")
_LETTERS = lazy(LETTER + "+")
_MIXED = lazy(r"[^\W\d_]{1,12}(?:[-. ]?\d+(?:[.,]\d+)*[A-Za-zĐđ]{0,3}){1}(?:-?[A-Za-z]{0,3}\d{0,3}){0,2}(?![^\W_])")


def word(text: Text, i: int) -> Edit | None:
    """The word that begins at i, or None where it is said as it stands."""
    raw = text.raw
    if i and (raw[i - 1].isalnum()):
        return _tail(text, i)
    if raw[i] in "xX" and _TIMES_GLUED.match(raw, i):
        return Edit(i, i + 1, "nhân", "sign")
    ends = _ends(raw, i)
    first_end = ends[0]
    first = raw[i:first_end]
    glued = _GLUED_NUMBER.match(first) if not first.isalpha() else None
    if glued is not None and not glued[0].isascii() and is_syllable(glued[0]) and not glued[0].isupper():
        return Edit(i, i + glued.end(), new_placement(glued[0]), "spelling")  # Sáng15/8: a lost space
    headline = first.isupper() and len(first) > 1 and is_headline(text, i, first_end)
    found = roman(text, i, headline) if len(first) == 1 else None
    found = found or several(text, i, first) or _known(text, i, ends, headline) or roman(text, i, headline)
    if found is not None:
        return found
    money = units().get(first)
    if money is not None and money[1] == "money" and len(first) > 2 and first.isupper():
        return Edit(i, first_end, money[0], "money")
    if any(c.isdecimal() for c in raw[i : ends[0]]) or (
        len(ends) > 1 and raw[ends[0] : ends[0] + 1] in "-." and raw[ends[0] + 1].isdecimal()
    ):
        mixed_edit = _mixed(text, i)
        if mixed_edit is not None:
            return mixed_edit
    m = _LETTERS.match(raw, i)
    assert m is not None
    return _plain_word(text, i, m.end(), headline)


def _ends(raw: str, i: int) -> list[int]:
    """Where the token that begins at i may end: at each of its joints, the shortest first."""
    m = _PIECE.match(raw, i)
    assert m is not None
    ends = [m.end()]
    while len(ends) < 8:
        joint = _JOINT.match(raw, ends[-1])
        if joint is None:
            break
        m = _PIECE.match(raw, joint.end())
        if m is None:
            break
        ends.append(m.end())
    return ends


def choose(text: Text, entries: tuple[Entry, ...], start: int, end: int) -> Entry | None:
    """The first entry whose neighbours fit."""
    if len(entries) == 1 and entries[0].free:
        return entries[0]
    before = text.raw[max(0, start - WINDOW) : start]
    after = text.raw[end : end + WINDOW]
    for entry in entries:
        if entry.fits(before, after):
            others = tuple(dict.fromkeys(e.spoken for e in entries if e.spoken != entry.spoken))
            if others and entry.free:
                text.doubt(start, end, entry.spoken, others, "ambiguous")
            return entry
    return None


def several(text: Text, i: int, first: str) -> Edit | None:
    """A form of several words: World Cup, Buôn Ma Thuột."""
    longest = text.lexicon.longest.get(first.lower())
    if longest is None:
        return None
    raw = text.raw
    ends = []
    end = i
    for _ in range(longest):
        m = _SPACED.match(raw, end)
        if m is None:
            break
        end = m.end()
        ends.append(end)
    for end in reversed(ends[1:]):
        written = " ".join(raw[i:end].split())
        for form in (written, written.rstrip(".,;:!?)")):
            entries = text.lexicon.find(form)
            if entries and not raw[i + len(form) : i + len(form) + 1].isalnum():
                entry = choose(text, entries, i, i + len(form))
                if entry is not None:
                    return Edit(i, i + len(form), unrepeated(text, i, i + len(form), _said(entry, form)), "lexicon")
    return None


_SPACED = lazy(r"\s{0,3}[^\s;:!?()“”\"]{1,30}")


def _known(text: Text, i: int, ends: list[int], headline: bool) -> Edit | None:
    raw = text.raw
    lexicon = text.lexicon
    for end in reversed(ends):
        for dot in _dots(raw, end):
            form = raw[i : end + dot]
            entries = lexicon.find(form)
            if not entries and "–" in form:
                entries = lexicon.find(form.replace("–", "-"))
            if not entries and "&" in form and " " in form:
                entries = lexicon.find(re.sub(r"\s?&\s?", "&", form))
            if not entries and len(form) > 1:
                entries = _recased(text, form)
            if not entries:
                continue
            if headline and form.isalpha() and is_syllable(form) and form not in lexicon.own:
                # Among capitals it is an ordinary word (CA MẮC MỚI) but where its neighbours tell (CA TỈNH).
                entries = tuple(e for e in entries if not e.free)
            entry = choose(text, entries, i, end + dot)
            if entry is None:
                continue
            stop = end + dot
            if (
                not dot
                and raw[stop : stop + 1] == "."
                and (raw[stop + 1 : stop + 2].isalnum() or (form in lexicon.dotted and _NAME_AHEAD.match(raw, stop)))
            ):
                stop += 1
            return Edit(i, stop, unrepeated(text, i, stop, _said(entry, form)), "lexicon")
    return None


def _dots(raw: str, end: int) -> tuple[int, ...]:
    """Whether a mark belongs to the form, the likelier first: at the end of a line it is the sentence's."""
    if raw[end : end + 1] not in (".", ":"):
        return (0,)
    return (1, 0) if raw[end + 1 : end + 8].strip(' )”"»') else (0, 1)


_NAME_AHEAD = lazy(rf"\.\s+[{UPPER}0-9]|\.,")


def _recased(text: Text, form: str) -> tuple[Entry, ...]:
    """ubnd, Hđnd, THS: an abbreviation in another case, where the letters can be nothing else."""
    if form.islower() or form.istitle():
        core = form.rstrip(".")
        if len(core) >= 3 and core.isalpha() and not is_syllable(core) and not is_sayable(core):
            return text.lexicon.forms.get(form.upper(), ())
        return ()
    return text.lexicon.folded.get(form.upper(), ()) if form.isupper() else ()


def _said(entry: Entry, written: str) -> str:
    if entry.spoken == "=":
        word = re.sub(r"[^\w\s]+|[\d_]+", " ", written)
        return new_placement(" ".join(word.split()))
    return spell(written) if entry.spoken == "*" else entry.spoken


def is_headline(text: Text, start: int, end: int) -> bool:
    """Whether the capitals at start stand among other capitals that are ordinary words."""
    around = text.raw[max(0, start - 60) : start] + " " + text.raw[end : end + 60]
    hits = 0
    for token in re.findall(r"[^\W\d_]+", around):
        if token.isupper() and len(token) > 1:
            if (
                (not token.isascii() and is_syllable(token))
                or (len(token) > 2 and token.isascii() and is_syllable(token) and not text.lexicon.forms.get(token))
            ) or (not token.isascii() and len(token) > 1 and _OLD.search(token)):
                hits += 1
        elif len(token) > 1 and token.islower():
            hits -= 1
    return hits >= 2


_OLD = lazy("[ÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ]")


def _plain_word(text: Text, i: int, end: int, headline: bool) -> Edit | None:
    raw = text.raw
    token = raw[i:end]
    if len(token) == 1:
        return _letter(text, i, token)
    if token.isupper():
        return _capitals(text, i, end, token, headline)
    placed = new_placement(token)
    if placed != token and is_syllable(placed) and not _HAS_CAPS.search(token[1:]):
        return Edit(i, end, placed, "spelling")
    if is_syllable(token) and not _HAS_CAPS.search(token[1:]):
        return None
    if _HAS_CAPS.search(token[1:]) and token.isalpha():
        return _camel(text, i, end, token)
    if not _VOWEL.search(token.lower()) and len(token) <= 5:
        text.doubt(i, end, spell(token), (), "unknown abbreviation")
        return Edit(i, end, spell(token), "spelled")
    if several := apart(token):
        text.doubt(i, end, several, (token,), "words without a space between")
        return Edit(i, end, several, "glued")
    if _LATIN.fullmatch(token):
        text.doubt(i, end, token, (), "foreign word without a reading")
    return None


_HAS_CAPS = lazy(r"[A-ZĐƯ]")
_VOWEL = lazy(r"[aeiouyàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]")
_LATIN = lazy(r"[A-Za-zÀ-ỹĐđ]{2,40}")
_FULL_STOP = lazy(r"\.(?:[A-ZĐ]|\s?[A-ZĐ]|\s?[,;()]|\s[a-zà-ỹđ])")


def _letter(text: Text, i: int, c: str) -> Edit | None:
    """A letter by itself: bảng B, điểm đ; vowels are said as they stand."""
    if c.lower() in "aeiouyêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵâăốồổỗộớờởỡợứừửữựếềểễệ":
        initial = c.isupper() and (
            _INITIAL.match(text.raw, i + 1)
            or (_SURNAME.match(text.raw, i + 1) and not _NAMED_BY_LETTER.search(text.before(i)))
        )
        return Edit(i, i + 2, c, "letter") if initial else None
    name = spell(c)
    if not name or name == c:
        return None
    raw = text.raw
    end = i + 1
    if c in "xX" and _TIMES.match(raw, i) and not (i and raw[i - 1].isalnum()):
        return Edit(i, end, "nhân", "sign")
    if c in _MINOR and _APOSTROPHE.match(raw, end):
        return Edit(i, end + 1, _MINOR[c], "name")  # H'Lan, K'Brêu: names of the Central Highlands
    if c.isupper() and raw[end : end + 1] == "." and _FULL_STOP.match(raw, end):
        end += 1  # an initial: ông Nguyễn V. T. cho biết
    return Edit(i, end, name, "letter")


_INITIAL = lazy(r"\.\s?[A-ZĐ]\b")
# A. Guterres; but "bảng A. Trận": a full stop
_SURNAME = lazy(rf"\.\s?[{UPPER}][{LOWER}]")
_NAMED_BY_LETTER = lazy(
    r"(?:bảng|nhóm|khối|loại|hạng|cúm|điểm|vitamin|min|khu|tòa|toà|nhà|lô|gan|phần|mục|phương án|đội|tổ|mẫu|phụ lục|đáp án|câu|ý|type|lớp \d{1,2}|phòng|virus|vi rút|văn|thị|xã|thôn|anh|chị|em|bà|ông)\s$|\d$"
)
_TIMES_GLUED = lazy(r"x\d{1,3}(?:,\d)?(?![^\W_])")
# 3 x 4; mức lương cơ sở x hệ số
_TIMES = lazy(rf"[xX]\s?\d|x\s(?=[{LOWER}]{{2}})")
_APOSTROPHE = lazy(r"['’](?=[^\W\d_])")
_MINOR = {"H": "Hờ", "K": "Cờ", "M": "Mờ", "R": "Rờ", "B": "Bờ", "Đ": "Đờ", "D": "Dờ", "G": "Gờ", "L": "Lờ", "N": "Nờ", "P": "Pờ", "T": "Tờ", "S": "Sờ"}  # fmt: skip


def _capitals(text: Text, i: int, end: int, token: str, headline: bool) -> Edit:
    if is_syllable(token) and (not token.isascii() or headline or _before_capitals(text, end)):
        return Edit(i, end, new_placement(token.lower()), "capitals")
    if not token.isascii() and is_syllable(new_placement(token)):
        return Edit(i, end, new_placement(token.lower()), "capitals")
    if by_parts := parts(token, text.lexicon):
        text.doubt(i, end, by_parts, (spell(token),), "unknown abbreviation, read by its parts")
        return Edit(i, end, by_parts, "parts")
    if (
        len(token) >= 3
        and is_syllable(token)
        and not text.lexicon.forms.get(token)
        and _VOWEL.search(token.lower())
        and token.isascii()
    ):
        text.doubt(i, end, token.capitalize(), (spell(token),), "unknown abbreviation, read as a word")
        return Edit(i, end, token.lower(), "capitals")
    if is_sayable(token):
        text.doubt(i, end, token.capitalize(), (spell(token),), "unknown abbreviation, read as a word")
        return Edit(i, end, token.capitalize(), "said")
    text.doubt(i, end, spell(token), (), "unknown abbreviation, spelled")
    return Edit(i, end, spell(token), "spelled")


def _before_capitals(text: Text, end: int) -> bool:
    """Whether an ordinary syllable in capitals comes next: XI MĂNG, VI SINH."""
    m = _CAPITAL_WORD.match(text.raw, end)
    return m is not None and is_syllable(m[1]) and m[1] not in text.lexicon.forms


_CAPITAL_WORD = lazy(rf"\s([{UPPER}]{{2,7}})(?!\w)")


def _camel(text: Text, i: int, end: int, token: str) -> Edit | None:
    """theoMẫu, PGSTs, iPad: mixed case that the lexicon does not know."""
    glued = _GLUED.fullmatch(token)
    if glued is not None and is_syllable(glued[1]) and is_syllable(glued[2]):
        return Edit(i, end, new_placement(f"{glued[1]} {glued[2]}"), "glued")
    stuck = _STUCK.fullmatch(token)
    if stuck is not None and not stuck[2].isascii() and (is_syllable(stuck[2]) or apart(stuck[2])):
        entries = text.lexicon.find(stuck[1])
        entry = choose(text, entries, i, i + len(stuck[1])) if entries else None
        if entry is not None:
            return Edit(i, i + len(stuck[1]), _said(entry, stuck[1]), "glued")
    if not _VOWEL.search(token.lower()) or (sum(c.isupper() for c in token) * 2 > len(token) and len(token) < 6):
        text.doubt(i, end, spell(token), (), "unknown abbreviation, spelled")
        return Edit(i, end, spell(token), "spelled")
    text.doubt(i, end, token, (), "foreign word without a reading")
    return None


# An abbreviation and a word whose space was lost: BTTTTngày.
_STUCK = lazy(rf"([{UPPER}]{{2,10}})([{LOWER}]{{2,14}})")
# Two words whose space was lost: tạiĐiểm.
_GLUED = lazy(rf"([{UPPER}]?[{LOWER}]{{2,6}})([{UPPER}][{LOWER}]{{1,6}})")
_DIGITS_IN = lazy(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_CHAIN = lazy(r"[^\W_]{1,30}(?:-[^\W_]{1,30}){0,3}")


def _mixed(text: Text, i: int) -> Edit | None:
    """Letters and digits in one token: A4, F1, B12, H5N1, CO2, PM2.5, U23, QL1A, Covid-19, SARS-CoV-2."""
    raw = text.raw
    m = _MIXED.match(raw, i)
    if m is None:
        m = _CHAIN.match(raw, i)
        if m is None:
            return None
    end = m.end()
    match = m[0].rstrip("-. ")
    end = i + len(match)
    out = []
    for n, piece in enumerate(_DIGITS_IN.findall(match)):
        if piece[0].isdecimal():
            out.append(_digits_in(piece, n))
        elif n > 1 and re.fullmatch("[IV]+", piece) and f"-{piece}" in match:  # RON95-III
            out.append(numbers.cardinal(numbers.roman(piece)))
        else:
            out.append(_letters_in(text, piece, n == 0, i))
    return Edit(i, end, " ".join(out), "mixed")


def _digits_in(piece: str, n: int) -> str:
    if "." in piece or "," in piece:
        sign = " chấm " if "." in piece else " phẩy "
        return sign.join(numbers.named(p) for p in re.split(r"[.,]", piece))
    return numbers.named(piece) if len(piece) <= 4 else numbers.digits(piece)


def _letters_in(text: Text, piece: str, first: bool, i: int) -> str:
    numbered = table("numbered").get(piece) if first or len(piece) > 2 else None
    if numbered and not (len(numbered) > 1 and numbered[1] in text.before(i)):
        return numbered[0]
    entries = text.lexicon.find(piece)
    if entries and len(piece) > 2:
        entry = next(
            (e for e in entries if e.fits(text.raw[max(0, i - WINDOW) : i], " 1")),
            entries[-1] if entries[-1].free else None,
        )
        if entry is not None and (len(piece) > 2 or not entry.free or first):
            return _said(entry, piece)
    if (len(piece) > 3 and is_sayable(piece)) or (
        len(piece) > 1 and not piece.isupper() and _VOWEL.search(piece.lower()) and is_syllable(piece)
    ):
        return new_placement(piece if piece.istitle() or piece.islower() else piece.capitalize())
    return spell(piece)


def _tail(text: Text, i: int) -> Edit | None:
    """Letters glued behind a number that no unit claimed: 5G, 4K, 1A, 12B."""
    m = _LETTERS.match(text.raw, i)
    assert m is not None
    token = m[0]
    entries = text.lexicon.find(token)
    if len(token) > 1 and entries:
        entry = choose(text, entries, i, m.end())
        if entry is not None:
            return Edit(i, m.end(), _said(entry, token), "lexicon")
    if len(token) <= 3 and not (is_syllable(token) and len(token) > 1 and not token.isupper()):
        return Edit(i, m.end(), spell(token), "letter")
    return _plain_word(text, i, m.end(), False) or Edit(i, m.end(), new_placement(token), "word")
