"""Bytes of a page -> text: what the bytes are counts for more than what somebody says they are."""

import codecs
import re

from docreader.legacy import to_unicode

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.I)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w:.-]+)", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# In windows-1258 the five tones are bytes of their own, after the vowel: so often that no other encoding looks like it.
_TONED = re.compile(rb"[aeiouyAEIOUY\xc2\xca\xd4\xe2\xea\xf4\xe3\xc3\xf5\xd5\xfd\xdd][\xcc\xec\xde\xd2\xf2]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LATIN = {"iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252", "us-ascii", "ascii", "x-user-defined", ""}


def decode(content: bytes, charset: str = "") -> str:
    """The text of ``content``; ``charset`` is what the server said, if it said anything. Never raises."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _known(charset) or _known(_declared(content))
    if declared == "utf-8":
        # A page cut in the middle of a letter, or a few bytes pasted from elsewhere.
        text = content.decode("utf-8", "replace")
        if text.count("\ufffd") * 20 <= len(_HIGH.findall(content)) or not _looks_1258(content):
            return text
    if declared in ("utf-8", "", "cp1252") and _looks_1258(content):
        return content.decode("cp1258", "replace")
    if declared in ("", "cp1252"):
        text = content.decode("cp1252", "replace")
        if (converted := to_unicode(text)) != text:
            return converted
    if not declared:
        declared = _guess(content)
    try:
        return content.decode(declared or "cp1252", "replace")
    except (UnicodeError, ValueError):  # idna, punycode and such, which know no "replace"
        return content.decode("cp1252", "replace")


def _declared(content: bytes) -> str:
    head = content[:4096]
    found = _XML.search(head) or _META.search(head)
    return found[1].decode("ascii", "replace") if found else ""


def _known(name: str) -> str:
    """Python's name for a charset; empty if it is unknown. As browsers do, latin-1 is read as windows-1252."""
    name = name.strip().lower()
    if name in _LATIN:
        return "cp1252" if name else ""
    try:
        "a".encode(name)  # LookupError too for codecs that don't make text, such as base64 and uu
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""


def _looks_1258(content: bytes) -> bool:
    high = len(_HIGH.findall(content))
    return high >= 4 and len(_TONED.findall(content)) * 5 > high


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:50_000]).best()
    return best.encoding if best else ""
