"""The cache, with real recordings and real damage."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docreader.audio.cache import Cache
from docreader.audio.part import Part
from docreader.audio.record import record
from docreader.speech import engines, voices
from docreader.speech.engine import WordTime
from docreader.spoken.model import Script, Utterance

PART = Part(
    b"\xff\xf3" + bytes(range(256)) * 8, "mp3", 22050, 576 * 40, 22000, (WordTime(0, 3, 0.01), WordTime(4, 8, 0.3))
)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "clips")


def entries(cache: Cache) -> list[Path]:
    return [path for path in cache.folder.rglob("*") if path.is_file()]


def test_gives_back_what_it_was_given(cache: Cache) -> None:
    key = cache.key("xin chào", voices.load(), "mp3")
    assert cache.get(key) is None
    for part in (PART, replace(PART, estimated=True), replace(PART, words=())):
        cache.put(key, part)
        assert cache.get(key) == part
    assert cache.size()[0] == 1


def test_whatever_changes_the_sound_changes_the_key(cache: Cache) -> None:
    voice = voices.load()
    others = [
        cache.key("xin chào.", voice, "mp3"),
        cache.key("xin chào", voice, "pcm"),
        cache.key("xin chào", voice, "mp3-V4"),
        cache.key("xin chào", voice, "mp3", speed=0.9),
        cache.key("xin chào", voice, "mp3", apart=True),
        *(cache.key("xin chào", other, "mp3") for other in (
            replace(voice, rate=1.1), replace(voice, pitch=1.1), replace(voice, volume=0.9), replace(voice, gain=1.0),
            replace(voice, engine="google"), replace(voice, settings={**voice.settings, "pitch": 51}),
        )),
    ]  # fmt: skip
    same = cache.key("xin chào", replace(voice, description="another", file=None), "mp3")
    assert same == cache.key("xin chào", voice, "mp3")
    assert len({same, *others}) == 1 + len(others)


@pytest.mark.parametrize("damage", [b"", b"x", None])
def test_a_damaged_entry_is_none_and_goes(cache: Cache, damage: bytes | None) -> None:
    key = cache.key("xin chào", voices.load(), "mp3")
    cache.put(key, PART)
    (entry,) = entries(cache)
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 1
    entry.write_bytes(content if damage is None else damage)
    assert cache.get(key) is None
    assert entries(cache) == []


def test_reading_again_says_nothing_and_a_changed_sentence_says_one(
    cache: Cache, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = voices.load()
    first = record(script, voice, cache=cache)
    first.save(tmp_path / "first.mp3")
    assert cache.size()[0] == len(script.utterances)

    started: list[object] = []
    popen = subprocess.Popen

    def start(*arguments: Any, **options: Any) -> Any:
        started.append(arguments)
        return popen(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    again = record(script, voice, cache=cache)
    assert not started, "a worker was started for nothing"
    again.save(tmp_path / "again.mp3")
    assert again.marks == first.marks
    assert (tmp_path / "again.mp3").read_bytes() == (tmp_path / "first.mp3").read_bytes()

    changed = Script((*script.utterances[:-1], Utterance("câu khác", "câu khác", 0)))
    record(changed, voice, cache=cache)
    assert len(started) == 1
    assert cache.size()[0] == len(script.utterances) + 1


def test_pauses_are_not_part_of_it(cache: Cache, script: Script) -> None:
    record(script, voices.load(), cache=cache)
    longer = Script(tuple(replace(u, pause=2000) for u in script.utterances))
    again = record(longer, voices.load(), cache=cache)
    assert cache.size()[0] == len(script.utterances)
    assert again.marks[1].start - again.marks[0].end == pytest.approx(2.0, abs=0.03)


def test_it_is_at_most_half_of_raw_and_ten_times_faster(cache: Cache) -> None:
    text = "Các cấp ủy, tổ chức đảng đã nghiêm túc quán triệt và triển khai thực hiện đề án, cơ bản đạt chỉ tiêu {}."
    script = Script(
        tuple(
            Utterance(t, t, 450)
            for t in (text.format(n) for n in ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"] * 5)
        )
    )
    script = Script(tuple(replace(u, spoken=f"{u.spoken} {'và ' * n}") for n, u in enumerate(script.utterances)))
    begun = time.perf_counter()
    said = record(script, voices.load(), cache=cache)
    anew = time.perf_counter() - begun
    again = min(_timed(script, cache) for _ in range(5))
    assert cache.size()[1] < said.duration * said.rate * 2 / 2
    assert anew / again > 10, f"{anew:.3f} s, then {again:.3f} s"


def _timed(script: Script, cache: Cache) -> float:
    begun = time.perf_counter()
    record(script, voices.load(), cache=cache)
    return time.perf_counter() - begun


@pytest.mark.parametrize("voice", ["northern", "central", "southern"])
def test_samples_are_kept_as_flac_without_loss_in_at_most_half(cache: Cache, script: Script, voice: str) -> None:
    first = record(script, voices.load(voice), format="wav", cache=cache)
    raw = sum(round((mark.end - mark.start) * first.rate) * 2 for mark in first.marks)
    number, size = cache.size()
    assert number == len(script.utterances) and size <= raw / 2
    assert all(b"fLaC" in entry.read_bytes()[:4000] for entry in entries(cache))
    again = record(script, voices.load(voice), format="wav", cache=cache)
    first.file.seek(0)
    again.file.seek(0)
    assert first.file.read() == again.file.read()
    assert first.marks == again.marks

    victim = entries(cache)[0]
    content = bytearray(victim.read_bytes())
    content[-100] ^= 255
    victim.write_bytes(content)
    third = record(script, voices.load(voice), format="wav", cache=cache)
    assert third.duration == pytest.approx(first.duration, abs=0.1)
    assert cache.size()[0] == number, "the damaged entry was not made again"


def test_one_entry_of_samples_serves_all_formats_of_a_slow_engine(
    cache: Cache, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines.KINDS, "espeak", replace(engines.KINDS["espeak"], quick=False))
    said = [record(script, voices.load(), format=format, cache=cache) for format in ("mp3", "wav", "flac", "mp3-V4")]
    assert cache.size()[0] == len(script.utterances)
    durations = [one.duration for one in said]
    assert max(durations) - min(durations) < 0.1, "MP3 is padded to whole frames, nothing else may differ"


def test_bounded_and_the_least_used_go_first(tmp_path: Path) -> None:
    size = 3000
    cache = Cache(tmp_path, 256 * size * 3)
    part = replace(PART, data=bytes(size - 200), words=())
    keys = [f"00{n:038x}" for n in range(6)]  # all in one share, which holds three
    for age, key in enumerate(keys[:3]):
        cache.put(key, part)
        os.utime(cache._path(key), (1000 + age, 1000 + age))
    assert cache.get(keys[0])
    cache.put(keys[3], part)
    assert [bool(cache.get(key)) for key in keys[:4]] == [True, False, True, True]
    for key in keys:
        cache.put(key, part)
    assert cache.size()[1] <= cache.limit
    cache.put("0" * 40, replace(part, data=bytes(size * 4)))
    assert cache.get("0" * 40) is None, "an entry larger than its share"
    cache.trim(size)
    assert cache.size()[0] == 1
    cache.clear()
    assert cache.size() == (0, 0) and not entries(cache)


def test_a_folder_that_cannot_be_written_fails_nothing(script: Script, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "clips")
    assert len(record(script, voices.load(), cache=cache).marks) == len(script.utterances)
    assert cache.size() == (0, 0)


def test_many_processes_and_kills_leave_only_whole_entries(cache: Cache) -> None:
    code = """
import random, sys
from docreader.audio.cache import Cache
from docreader.audio.part import Part
cache = Cache(sys.argv[1], 256 * 200_000)
print("ready", flush=True)
while True:
    n = random.randrange(40)
    key = f"{n % 2:02x}{n:038x}"
    part = cache.get(key)
    assert part is None or part.data == bytes([n]) * 20_000
    cache.put(key, Part(bytes([n]) * 20_000, "mp3", 22050, 576, 500, ()))
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(cache.folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout and writer.stdout.readline() == "ready\n"
    time.sleep(1.0)
    assert [writer.poll() for writer in writers] == [None] * 3, "a writer met a wrong entry"
    for writer in writers:
        writer.kill()
        writer.communicate()
    found = 0
    for n in range(40):
        part = cache.get(f"{n % 2:02x}{n:038x}")
        assert part is None or part.data == bytes([n]) * 20_000
        found += part is not None
    assert found
    assert cache.size()[1] <= 2 * 200_000 + 3 * 21_000


def test_a_voice_in_another_folder_is_the_same_and_other_weights_are_not(cache: Cache, tmp_path: Path) -> None:
    keys = []
    for folder, weights in (("here", b"one"), ("there", b"one"), ("other", b"two")):
        place = tmp_path / folder
        place.mkdir()
        (place / "mine.onnx").write_bytes(weights)
        (place / "mine.onnx.json").write_text("{}")
        (place / "mine.toml").write_text('engine = "piper"\n[settings]\nmodel = "mine.onnx"\n')
        keys.append(cache.key("xin chào", voices.load(str(place / "mine.toml")), "mp3"))
    assert keys[0] == keys[1] != keys[2]
    (tmp_path / "here" / "mine.onnx.json").write_text('{"inference": 1}')
    assert cache.key("xin chào", voices.load(str(tmp_path / "here" / "mine.toml")), "mp3") != keys[0]
