"""Every spelling that Vietnamese allows, against the IPA of espeak-ng: what differs is explained in espeak.tsv."""

import csv
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docreader.speech import syllable
from docreader.speech.syllable import REGIONS, TONES, parse

ESPEAK = Path(__file__).with_name("espeak.tsv")
VOICES = {"north": "vi", "central": "vi-VN-x-central", "south": "vi-VN-x-south"}
MARKS = dict(zip(TONES, ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"), strict=True))
_OWN = {"iê": "ia", "uô": "ua", "ươ": "ưa"}
_FRONT = "ieê"

# espeak's own process: it aborts where threads share it. One text a line, as JSON; answers likewise.
_ASK = """
import ctypes, json, os, sys, espeakng_loader
lib = ctypes.CDLL(str(espeakng_loader.get_library_path()))
lib.espeak_Initialize(1, 0, os.path.dirname(espeakng_loader.get_data_path()).encode(), 0x8000)
lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
lib.espeak_SetVoiceByName(sys.argv[1].encode())
print(json.dumps([lib.espeak_TextToPhonemes(ctypes.c_char_p(w.encode()), 1, 2).decode() for w in json.load(sys.stdin)]))
"""


def spellings() -> Iterator[str]:
    """Every onset with every rime, by the rules of spelling, without a tone."""
    glides = {ours: spelling for spelling, ours in syllable._GLIDES.items() if not spelling.startswith("y")}
    for onset in syllable._ONSETS:
        for nucleus, codas in syllable._RIMES.items():
            for coda in codas.split(" "):
                if coda in ("j", "w"):
                    rime = glides[f"{nucleus} {coda}"]
                else:
                    rime = nucleus + coda if coda else _OWN.get(nucleus, nucleus)
                for medial in (False, True):
                    if (medial or onset != "qu") and not (medial and nucleus not in syllable._AFTER_MEDIAL):
                        written = _spell(onset, medial, nucleus, rime)
                        if written:
                            yield written


def _spell(onset: str, medial: bool, nucleus: str, rime: str) -> str:
    if medial:
        if onset in ("b", "m", "v", "ph", "p", "g", "gh", "gi", "r", "c", "k", "ngh"):
            return ""
        rime = {"iê": "y" + rime[1:], "i": "y" + rime[1:]}.get(nucleus, rime)
        return onset + rime if onset == "qu" else onset + ("o" if nucleus in ("a", "ă", "e") else "u") + rime
    if (onset in ("c", "g", "ng")) == (rime[0] in _FRONT) and onset in ("c", "g", "ng", "k", "gh", "ngh"):
        return ""
    if onset in ("k", "gh", "ngh") and rime[0] not in _FRONT:
        return ""
    if onset == "gi" and rime[0] in "iê":
        return "g" + rime if nucleus == "i" or rime in ("iêng", "iêt") else ""
    return "y" + rime[1:] if not onset and nucleus == "iê" and rime != "ia" else onset + rime


def marked(written: str, tone: str) -> str:
    place = max((n for n, c in enumerate(written) if c in "ăâêôơư"), default=-1)
    if place < 0:
        start = 2 if re.match(r"qu|gi[aeou]", written) else 0
        place = next(n for n, c in enumerate(written) if n >= start and c in "aeiouy")
        place += bool(re.fullmatch(r"o[aeo].+|uy.+", written[place:]))  # hòa, but hoàn
    return unicodedata.normalize("NFC", written[: place + 1] + MARKS[tone] + written[place + 1 :])


def folds(region: str, side: str) -> list[tuple[str, str]]:
    with ESPEAK.open(encoding="utf-8", newline="") as file:
        return [
            (row["pattern"], row["becomes"])
            for row in csv.DictReader(file, delimiter="\t")
            if row["side"] in (side, "both") and (row["regions"] == "*" or region in row["regions"].split())
        ]


def folded(sounds: str, rows: list[tuple[str, str]]) -> str:
    for pattern, becomes in rows:
        sounds = re.sub(pattern, becomes, sounds)
    return sounds


@pytest.mark.parametrize("region", REGIONS)
def test_every_spelling_is_said_as_espeak_says_it_but_for_what_is_explained(region: str) -> None:
    bare = sorted(set(spellings()))
    assert len(bare) > 4000
    written = [marked(spelling, "sắc") for spelling in bare]
    told = subprocess.run(
        [sys.executable, "-c", _ASK, VOICES[region]],
        input=json.dumps(written),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [re.sub("[ˈˌɜ]", "", sounds) for sounds in json.loads(told.stdout)]
    our_rows, their_rows = folds(region, "ours"), folds(region, "espeak")
    wrong = []
    for spelling, sounds in zip(written, theirs, strict=True):
        said = parse(spelling, region)
        if said is None or folded(said.ipa, our_rows) != folded(sounds, their_rows):
            wrong.append((spelling, said and said.ipa, sounds))
    assert not wrong, wrong[:20]


def test_all_tones_of_all_spellings_in_both_places_of_the_mark() -> None:
    for spelling in spellings():
        for tone in TONES:
            said = parse(marked(spelling, tone))
            if spelling.endswith(("p", "t", "c", "ch")) and tone not in ("ngang", "sắc", "nặng"):
                assert said is None, spelling
            else:
                expected = "sắc" if tone == "ngang" and said and said.checked else tone
                assert said is not None and said.tone == expected, (spelling, tone)
    assert parse("hòa") == parse("hoà") == parse("HOÀ") == parse(unicodedata.normalize("NFD", "hòa"))
    assert parse("thủy") == parse("thuỷ")


@pytest.mark.parametrize(
    ("written", "ipa", "tone"),
    [
        ("gì", "zi", "huyền"),
        ("giếng", "ziəŋ", "sắc"),
        ("giữa", "zɯə", "ngã"),
        ("già", "zaː", "huyền"),
        ("quốc", "kuək", "sắc"),
        ("quyền", "kwiən", "huyền"),
        ("khuya", "xwiə", "ngang"),
        ("yêu", "iəw", "ngang"),
        ("Ủy", "wi", "hỏi"),
        ("thuở", "tʰwəː", "hỏi"),
        ("của", "kuə", "hỏi"),
        ("sách", "sɛc", "sắc"),
        ("xoong", "sɔːŋ", "ngang"),
        ("đồng", "ɗoŋm", "huyền"),
        ("nghiêng", "ŋiəŋ", "ngang"),
        ("ngoằn", "ŋwan", "huyền"),
    ],
)
def test_northern(written: str, ipa: str, tone: str) -> None:
    said = parse(written)
    assert said is not None and (said.ipa, said.tone) == (ipa, tone)


@pytest.mark.parametrize(
    ("written", "north", "central", "south"),
    [
        ("vàng", "vaːŋ", "vaːŋ", "jaːŋ"),
        ("giả", "zaː", "jaː", "jaː"),
        ("dả", "zaː", "jaː", "jaː"),
        ("rả", "zaː", "ʐaː", "ʐaː"),
        ("sao", "saːw", "ʂaːw", "ʂaːw"),
        ("xao", "saːw", "saːw", "saːw"),
        ("trà", "tɕaː", "ʈaː", "ʈaː"),
        ("chà", "tɕaː", "caː", "caː"),
        ("lan", "laːn", "laːŋ", "laːŋ"),
        ("lát", "laːt", "laːk", "laːk"),
        ("tin", "tin", "tin", "tin"),
        ("qua", "kwaː", "kwaː", "waː"),
    ],
)
def test_regions(written: str, north: str, central: str, south: str) -> None:
    assert [said.ipa for region in REGIONS if (said := parse(written, region))] == [north, central, south]


def test_hoi_and_nga_are_one_outside_the_north() -> None:
    assert [said.tone for region in REGIONS if (said := parse("mã", region))] == ["ngã", "hỏi", "hỏi"]


@pytest.mark.parametrize("written", ["", "b", "strong", "mát́", "màt", "bl", "ưa1", "kkk", "aa", "мама", "你好", "zô"])
def test_no_syllables(written: str) -> None:
    assert parse(written) is None


@given(st.text(max_size=12))
def test_any_text_is_a_syllable_or_none(text: str) -> None:
    said = parse(text)
    assert said is None or (said.nucleus and said.tone in TONES)
