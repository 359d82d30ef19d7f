"""Each format as a whole file: decoded by ffmpeg's libraries, its tags read by mutagen."""
# mypy: allow-untyped-calls

import io
import os
import subprocess
import sys
from array import array
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, BitrateMode
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from docreader.audio import formats
from docreader.audio.cache import Cache
from docreader.audio.crew import Crew
from docreader.audio.model import Recording
from docreader.audio.record import record, stream
from docreader.errors import OutputError
from docreader.speech import voices
from docreader.spoken.model import Script
from tests.audio.conftest import ARTICLE

TITLES = [ARTICLE.title, "Kết quả", "Nhiệm vụ <mới> & cũ"]
ALL = ["mp3", "mp3-24", "mp3-V4", "mp3-V9", "mp3-128", "wav", "flac", "opus", "opus-16", "m4a", "m4a-32"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def plain(script: Script, cache: Cache) -> "np.ndarray[Any, Any]":
    """The samples of the recording."""
    said = say(script, cache, "wav")
    said.file.seek(0)
    return np.frombuffer(said.file.read(), np.int16) / 32768


def say(script: Script, cache: Cache, format: str) -> Recording:
    """The recording, whose clips are the same whatever the format."""
    with Crew(voices.load(), format, cache=cache, apart=True) as crew:
        return record(script, crew.voice, format=format, crew=crew)


def heard(source: Any, rate: int = 22050) -> "np.ndarray[Any, Any]":
    """What ffmpeg's libraries decode, at another rate where it is told."""
    found = []
    with av.open(source) as file:
        resampler = av.AudioResampler("fltp", "mono", rate)
        for frame in file.decode(audio=0):
            found += [one.to_ndarray()[0] for one in resampler.resample(frame)]
        found += [one.to_ndarray()[0] for one in resampler.resample(None)]
    samples: np.ndarray[Any, Any] = np.concatenate(found)
    return samples


def picture() -> bytes:
    """A PNG of one point."""
    return bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
        "000003010100c9fe92ef0000000049454e44ae426082"
    )


def envelope(samples: "np.ndarray[Any, Any]", rate: int = 22050) -> "np.ndarray[Any, Any]":
    """Loudness of each 10 ms."""
    size = rate // 100
    found: np.ndarray[Any, Any] = np.sqrt((samples[: len(samples) // size * size].reshape(-1, size) ** 2).mean(axis=1))
    return found


@pytest.mark.parametrize("format", ALL)
def test_a_file_holds_what_was_said_when_it_was_said(
    format: str, script: Script, cache: Cache, plain: "np.ndarray[Any, Any]", tmp_path: Path
) -> None:
    said = say(script, cache, format)
    path = tmp_path / f"a.{formats.name(format)}"
    said.save(path, ARTICLE, format=format, cover=picture())
    samples = heard(str(path))
    assert len(samples) / 22050 == pytest.approx(said.duration, abs=0.06)
    count = min(len(samples), len(plain)) // 220 * 220
    alike = np.corrcoef(envelope(samples[:count]), envelope(plain[:count]))[0, 1]
    assert alike > 0.97, "the sound is another, or comes at another time"


@pytest.mark.parametrize("format", ["flac", "wav"])
def test_nothing_is_lost(
    format: str, script: Script, cache: Cache, plain: "np.ndarray[Any, Any]", tmp_path: Path
) -> None:
    said = say(script, cache, format)
    said.save(tmp_path / f"a.{format}", ARTICLE)
    samples = heard(str(tmp_path / f"a.{format}"))
    assert np.array_equal(np.round(samples * 32768), np.round(plain * 32768))


@pytest.mark.parametrize("format", ALL)
def test_a_stream_is_a_whole_track_and_begins_at_once(
    format: str, script: Script, cache: Cache, plain: "np.ndarray[Any, Any]"
) -> None:
    with Crew(
        voices.load(), format, cache=cache, apart=True
    ) as crew:  # espeak's clips are a little longer or shorter else
        pieces = list(stream(script, crew.voice, format=format, crew=crew))
    assert sum(map(bool, pieces[: len(pieces) // 2])) >= 1, "nothing leaves before half is said"
    samples = heard(io.BytesIO(b"".join(pieces)))
    assert len(samples) / 22050 == pytest.approx(len(plain) / 22050, abs=0.12)


@pytest.mark.parametrize(
    ("format", "kbps"), [("mp3-24", 24), ("mp3-32", 32), ("mp3-128", 128), ("opus-16", 16), ("m4a-48", 48)]
)
def test_the_bit_rate_is_the_one_asked_for(format: str, kbps: int, script: Script, cache: Cache) -> None:
    said = say(script, cache, format)
    told = said.file.seek(0, 2) * 8 / said.duration / 1000
    assert told == pytest.approx(kbps, rel=0.05 if format.startswith("mp3") else 0.35)


@pytest.mark.parametrize("quality", [0, 4, 9])
def test_a_variable_rate_tells_players_the_truth(quality: int, script: Script, cache: Cache, tmp_path: Path) -> None:
    said = say(script, cache, f"mp3-V{quality}")
    path = tmp_path / "a.mp3"
    said.save(path, ARTICLE)
    info: Any = MP3(path).info
    assert info.bitrate_mode == BitrateMode.VBR
    assert info.length == pytest.approx(said.duration, abs=1e-3)
    body = said.head + said.file.read() if said.file.seek(0) == 0 else b""
    at = body.index(b"Xing")
    assert int.from_bytes(body[at + 12 : at + 16], "big") == len(body), "the bytes that it tells"
    table = body[at + 16 : at + 116]
    assert list(table) == sorted(table) and len(set(table)) > 60
    # Where the table says that half of it lies, half of the sound is left.
    half = len(body) * table[50] // 256
    rest = heard(io.BytesIO(body[half:]))
    assert len(rest) / 22050 == pytest.approx(said.duration / 2, abs=said.duration / 100 + 0.15)


def test_better_qualities_are_larger(script: Script, cache: Cache) -> None:
    said = [say(script, cache, f"mp3-V{n}") for n in (0, 2, 4, 6, 9)]
    sizes = [one.file.seek(0, 2) for one in said]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > sizes[-1] * 1.5


@pytest.fixture(scope="module")
def saved(script: Script, cache: Cache, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Recording]]:
    folder = tmp_path_factory.mktemp("saved")
    found = {}
    for format in formats.NAMES:
        said = say(script, cache, format)
        said.save(folder / f"a.{format}", ARTICLE, cover=picture())
        found[format] = (folder / f"a.{format}", said)
    return found


def test_id3_of_mp3_and_wav(saved: dict[str, tuple[Path, Recording]]) -> None:
    for format in ("mp3", "wav"):
        path, said = saved[format]
        tags: Any = ID3(path) if format == "mp3" else WAVE(path).tags
        assert tags.version == (2, 4, 0)
        assert str(tags["TIT2"]) == ARTICLE.title
        chapters = [tags[f"CHAP:{name}"] for name in tags["CTOC:toc"].child_element_ids]
        assert [str(c.sub_frames["TIT2"]) for c in chapters] == TITLES
        assert str(tags["USLT::vie"]).split("\n") == [mark.written for mark in said.marks]
        assert tags["APIC:"].data == picture() and tags["APIC:"].mime == "image/png"


def test_comments_of_flac_and_opus(saved: dict[str, tuple[Path, Recording]]) -> None:
    for format, kind in (("flac", FLAC), ("opus", OggOpus)):
        path, said = saved[format]
        tags: Any = kind(path)
        assert tags["title"] == [ARTICLE.title] and tags["artist"] == [ARTICLE.author]
        assert tags["album"] == [ARTICLE.site] and tags["date"] == [ARTICLE.published[:19]]
        assert tags["language"] == ["vie"] and tags["url"] == [ARTICLE.url]
        assert tags["lyrics"][0].split("\n") == [mark.written for mark in said.marks]
        assert [tags[f"chapter{n:03}name"][0] for n in range(3)] == TITLES
        minutes, seconds = tags["chapter001"][0].split(":")[1:]
        assert int(minutes) * 60 + float(seconds) == pytest.approx(said.marks[2].start, abs=0.001)
    assert FLAC(saved["flac"][0]).pictures[0].data == picture()
    assert OggOpus(saved["opus"][0])["metadata_block_picture"]


def test_atoms_of_m4a(saved: dict[str, tuple[Path, Recording]]) -> None:
    path, said = saved["m4a"]
    tags: Any = MP4(path)
    assert tags["\xa9nam"] == [ARTICLE.title] and tags["\xa9ART"] == [ARTICLE.author]
    assert tags["\xa9lyr"][0].split("\n") == [mark.written for mark in said.marks]
    assert [chapter.title for chapter in tags.chapters] == TITLES
    assert tags.chapters[1].start == pytest.approx(said.marks[2].start, abs=0.01)
    assert bytes(tags["covr"][0]) == picture()
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a player must read it all before it begins"


@pytest.mark.parametrize(
    ("kind", "bitrate", "says"),
    [
        ("mp3", "17", "17 is no bit rate of mp3: give 8 to 160 kb/s"),
        ("mp3", "V10", "V10 is no bit rate of mp3: .*or V0 to V9"),
        ("opus", "V4", "V4 is no bit rate of opus"),
        ("opus", "300", "300 is no bit rate of opus: give 6 to 256 kb/s"),
        ("m4a", "8", "8 is no bit rate of m4a: give 16 to 160 kb/s"),
        ("flac", "64", "flac has no bit rate to choose"),
        ("wav", "64", "wav has no bit rate to choose"),
        ("mp3", "loud", "LOUD is no bit rate of mp3"),
    ],
)
def test_bit_rates_that_cannot_be(kind: str, bitrate: str, says: str, script: Script, cache: Cache) -> None:
    with pytest.raises(OutputError, match=says):
        record(script, voices.load(), format=formats.with_bitrate(kind, bitrate), cache=cache)


def test_without_its_module_m4a_says_what_to_install(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docreader.audio.m4a.find_spec", lambda name: None)
    with pytest.raises(OutputError, match=r"pip install 'docreader\[m4a\]'"):
        record(script, voices.load(), format="m4a")


def test_headings_are_slower_at_the_same_pitch(cache: Cache, script: Script) -> None:
    said = say(script, cache, "wav")
    heading = next(mark for mark in said.marks if mark.kind == "heading")
    plain_ = record(
        Script(tuple(u for u in (type(u)(u.spoken, u.written, 0) for u in script.utterances if u.written == heading.written))),
        voices.load(), format="wav", cache=cache,
    )  # fmt: skip
    ratio = (heading.end - heading.start) / (plain_.marks[0].end - plain_.marks[0].start)
    assert ratio == pytest.approx(1 / 0.92, abs=0.04)


def test_no_end_of_a_clip_is_heard_as_a_click(cache: Cache, script: Script) -> None:
    said = say(script, cache, "wav")
    said.file.seek(0)
    samples = array("h", said.file.read())
    for mark in said.marks:
        first, last = round(mark.start * said.rate), round(mark.end * said.rate) - 1
        assert abs(samples[first]) < 100 and abs(samples[last]) < 100


FULL = """
import resource, signal, sys
from pathlib import Path
from docreader.article.model import Article, Block
from docreader.audio.record import record
from docreader.errors import DocreaderError
from docreader.speech import voices
from docreader.spoken.script import script
format, path = sys.argv[1], Path(sys.argv[2])
article = Article("Hội nghị", blocks=tuple(Block("paragraph", "Các cấp ủy đã nghiêm túc triển khai.") for _ in range(9)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
said = None
try:
    if sys.argv[3] == "saving":
        said = record(script(article), voices.load(), format="mp3" if format == "epub" else format)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, -1))
    said = said or record(script(article), voices.load(), format="mp3" if format == "epub" else format)
    said.save(path, article)
except DocreaderError as error:
    print(error)
"""


@pytest.mark.parametrize("when", ["saying", "saving"])
@pytest.mark.parametrize("format", [*formats.NAMES, "epub"])
def test_where_no_more_can_be_written_the_file_that_was_there_stays(format: str, when: str, tmp_path: Path) -> None:
    """The system itself refuses each byte past the twenty thousandth of a file."""
    path = tmp_path / "out" / f"a.{format}"
    path.parent.mkdir()
    path.write_bytes(b"what was there before")
    command = [sys.executable, "-c", FULL, format, str(path), when]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1 and "File too large" in done.stdout
    assert (str(path) if when == "saving" else "no room for the sound") in done.stdout
    assert path.read_bytes() == b"what was there before"
    assert list(path.parent.iterdir()) == [path] and list(tmp_path.iterdir()) == [path.parent]


def test_a_stream_of_m4a_begins_at_once_and_runs_on_without_a_gap() -> None:
    track, sent, given = formats.track("m4a", 22050), b"", 0.0
    sound = (8000 * np.sin(np.arange(22050) / 20)).astype("<i2").tobytes()
    for start in range(0, len(sound), 2204):
        sent += track.add(sound[start : start + 2204])
        if sent and not given:
            given = (start + 2204) / 2 / 22050
            with av.open(io.BytesIO(sent), "r") as file:
                assert sum(frame.samples for frame in file.decode(audio=0)) > 0
    assert given < 0.2  # seconds: a fragment of the others' length would need more
    with av.open(io.BytesIO(sent + track.tail()), "r") as file:
        times = [packet.pts for packet in file.demux(audio=0) if packet.size]
    assert times == list(range(-1024, 22050, 1024))
