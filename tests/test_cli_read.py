"""``docreader read``: files in, files out, and what goes wrong on the way."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import wave
import zipfile
from pathlib import Path
from typing import Any

import pytest
from mutagen import File
from mutagen.mp3 import MP3, BitrateMode

from docreader.outputs import Names, slug
from tests.conftest import ARTICLE, Run

TEXT = "Xin chào các bạn.\n\nHôm nay HĐND tỉnh họp."


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def track_of(path: Path) -> Any:
    return MP3(path)  # type: ignore[no-untyped-call]


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    """The error, which must be one line of standard error with exit status 1."""
    assert done.returncode == 1, done
    assert done.stderr.startswith(b"docreader: ") and done.stderr.count(b"\n") == 1, done.stderr.decode()
    return done.stderr.decode()


def test_an_address_becomes_a_tagged_mp3(docreader: Run, work: Path, site: str) -> None:
    done = docreader("read", f"{site}/article", "-o", "hoi-nghi.mp3", "--captions")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"hoi-nghi.mp3  0:")
    track = track_of(work / "hoi-nghi.mp3")
    assert track.info.length > 10
    assert str(track.tags["TIT2"]) == "Hội nghị cấp tỉnh"
    assert str(track.tags["TLAN"]) == "vie" and track.tags["WOAS"].url == f"{site}/article"
    assert (work / "hoi-nghi.vtt").read_text(encoding="utf-8").startswith("WEBVTT\n\n1\n00:00:00.000 --> ")
    assert listing(work) == ["hoi-nghi.mp3", "hoi-nghi.vtt"]


def test_what_is_wanted_beside_the_track(docreader: Run, work: Path, site: str) -> None:
    done = docreader(
        "read", f"{site}/article", "-o", "a.mp3", "--captions", "--word-captions", "--srt", "--marks", "--json"
    )
    told = json.loads(done.stdout)
    files = [told[name] for name in ("captions", "word_captions", "srt", "marks")]
    assert files == ["a.vtt", "a.words.vtt", "a.srt", "a.json"] and listing(work) == sorted(["a.mp3", *files])
    marks = json.loads((work / "a.json").read_text(encoding="utf-8"))
    assert (marks["audio"], marks["captions"], marks["title"]) == ("a.mp3", "a.vtt", "Hội nghị cấp tỉnh")
    assert marks["duration"] == pytest.approx(track_of(work / "a.mp3").info.length, abs=0.001)
    texts = {-2: marks["title"], -1: marks["lead"]} | {n: b["text"] for n, b in enumerate(marks["blocks"])}
    assert len(marks["marks"]) == told["sentences"]
    for mark in marks["marks"]:
        assert texts[mark["block"]][mark["from"] : mark["to"]] == mark["written"] and mark["words"]
    assert (work / "a.srt").read_text(encoding="utf-8").startswith("1\n00:00:00,000 --> ")
    assert "\n1\n00:00:00.0" in (work / "a.words.vtt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "starts"),
    [("a.flac", b"fLaC"), ("a.opus", b"OggS"), ("a.ogg", b"OggS"), ("a.m4a", b"\0\0\0\x1cftyp"), ("a.wav", b"RIFF")],
)
def test_every_format_by_name_and_to_standard_output(docreader: Run, work: Path, name: str, starts: bytes) -> None:
    done = docreader("read", "-", "-o", name, input=TEXT)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (work / name).read_bytes().startswith(starts)
    assert File(work / name).info.length == pytest.approx(4.5, abs=1.5)
    format = {"a.ogg": "opus"}.get(name, name[2:])
    poured = docreader("read", "-", "-o", "-", "--format", format, input=TEXT)
    assert poured.returncode == 0 and poured.stdout[:4] in (b"RIFF", b"OggS", b"fLaC", b"\0\0\0\x1c")


def test_an_e_book(docreader: Run, work: Path, site: str) -> None:
    done = docreader("read", f"{site}/article", "-o", "a.epub", "--bitrate", "48", "--captions")
    assert (done.returncode, done.stderr) == (0, b"")
    assert listing(work) == ["a.epub", "a.vtt"]
    with zipfile.ZipFile(work / "a.epub") as book:
        assert book.read("EPUB/article.xhtml").count(b"<span id=") == book.read("EPUB/article.smil").count(b"<par ") > 2
    assert docreader("read", f"{site}/article", "-o", "mới/", "-f", "epub").returncode == 0
    assert listing(work / "mới") == ["hoi-nghi-cap-tinh.epub"]
    error = docreader("read", f"{site}/article", "-o", "-", "-f", "epub")
    assert error.returncode == 2 and b"no epub" in error.stderr


def test_bit_rates(docreader: Run, work: Path) -> None:
    for rate, mode in (("32", BitrateMode.CBR), ("v5", BitrateMode.VBR)):
        assert docreader("read", "-", "-o", "mp3/", "--bitrate", rate, input=TEXT).returncode == 0
        (path,) = (work / "mp3").iterdir()
        assert path.suffix == ".mp3" and track_of(path).info.bitrate_mode == mode
        path.unlink()
    one_line(docreader("read", "-", "-o", "a.mp3", "--bitrate", "33", input=TEXT))
    one_line(docreader("read", "-", "-o", "a.flac", "--bitrate", "64", input=TEXT))


def test_a_second_voice_a_jingle_and_a_cover(docreader: Run, work: Path) -> None:
    (work / "a.md").write_text("# Tin\n\nÔng nói:\n\n> Tôi rất vui.\n", encoding="utf-8")
    (work / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(9))
    with wave.open(str(work / "jingle.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x00\x10\x00\xf0" * 8000)
    options = ("--quote-voice", "southern", "--jingle", "jingle.wav", "--cover", "cover.png", "--marks")
    done = docreader("read", "a.md", "-o", "a.mp3", *options)
    assert (done.returncode, done.stderr) == (0, b"")
    assert track_of(work / "a.mp3").tags["APIC:"].data == (work / "cover.png").read_bytes()
    assert json.loads((work / "a.json").read_text(encoding="utf-8"))["marks"][0]["start"] > 2
    assert docreader("read", "a.md", "-o", "b.mp3").returncode == 0
    longer = track_of(work / "a.mp3").info.length - track_of(work / "b.mp3").info.length
    assert longer == pytest.approx(2.4, abs=0.8)
    around = ("--introduction", "{title}. Theo {site}.", "--ending", "Xin cảm ơn.", "--marks")
    assert docreader("read", "a.md", "-o", "c.mp3", *around).returncode == 0
    marks = json.loads((work / "c.json").read_text(encoding="utf-8"))["marks"]
    assert [mark["written"] for mark in marks] == ["Tin.", "Ông nói:", "Tôi rất vui.", "Xin cảm ơn."]
    assert len(docreader("read", "a.md", "-o", "-", *around[:-1]).stdout) > len(
        docreader("read", "a.md", "-o", "-").stdout
    )
    one_line(docreader("read", "a.md", "-o", "a.mp3", "--ending", "{tite}"))
    one_line(docreader("read", "a.md", "-o", "a.mp3", "--jingle", "a.md"))
    one_line(docreader("read", "a.md", "-o", "a.mp3", "--cover", "a.md"))
    one_line(docreader("read", "a.md", "-o", "a.mp3", "--quote-voice", "nobody"))


def test_several_into_a_folder(docreader: Run, work: Path) -> None:
    for name in ("một.txt", "hai.md", "ba.html"):
        (work / name).write_text(ARTICLE if name == "ba.html" else f"# Cùng tên\n\n{TEXT}", encoding="utf-8")
    done = docreader("read", "một.txt", "hai.md", "ba.html", "-", "-o", "mới/mp3/", "--json", input=TEXT)
    assert (done.returncode, done.stderr) == (0, b"")
    told = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [t["source"] for t in told] == ["một.txt", "hai.md", "ba.html", "-"]
    assert len({t["output"] for t in told}) == 4 == len(listing(work / "mới/mp3"))
    for t in told:
        assert t["duration"] == pytest.approx(track_of(work / t["output"]).info.length, abs=0.01)
        assert t["sentences"] >= 2 and t["characters"] > 30 and t["seconds"] > 0


def test_one_bad_source_does_not_stop_the_rest(docreader: Run, work: Path) -> None:
    (work / "a.txt").write_text(TEXT, encoding="utf-8")
    done = docreader("read", "none.txt", "a.txt", "none.html", "-o", "out/", "--json")
    assert done.returncode == 1
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 3 and lines[-1] == "docreader: 2 of 3 sources failed"
    assert "none.txt" in lines[0] and "none.html" in lines[1]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(t)[0:1] == ["error"] for t in told] == [True, False, True]
    assert len(listing(work / "out")) == 1


def test_name_from_the_title(docreader: Run, work: Path) -> None:
    (work / "a.html").write_text(ARTICLE, encoding="utf-8")
    assert docreader("read", "a.html", "--quiet").stdout == b""
    assert listing(work) == ["a.html", "hoi-nghi-cap-tinh.mp3"]


def test_wav_by_name_and_to_standard_output(docreader: Run, work: Path) -> None:
    assert docreader("read", "-", "-o", "a.wav", input=TEXT).returncode == 0
    with wave.open(str(work / "a.wav")) as track:
        assert track.getnframes() / track.getframerate() > 2
        samples = track.readframes(track.getnframes())
    done = docreader("read", "-", "-o", "-", "--format", "wav", input=TEXT)
    assert done.stdout[44:] == samples, "the same samples; a stream cannot tell its length in its head"


def test_rate_and_voice(docreader: Run) -> None:
    def seconds(*options: str) -> float:
        done = docreader("read", "-", "-o", "a.wav", "--json", *options, input=TEXT)
        return float(json.loads(done.stdout)["duration"])

    assert seconds("--rate", "2") < 0.7 * seconds()
    assert seconds("--voice", "southern") > 1


def test_own_voice_file(docreader: Run, work: Path) -> None:
    (work / "mine.toml").write_text('engine = "espeak"\n[settings]\nvoice = "vi"\n', encoding="utf-8")
    done = docreader("read", "-", "-o", "a.mp3", "--json", "--voice", "./mine.toml", input=TEXT)
    assert json.loads(done.stdout)["voice"] == "mine"


@pytest.mark.parametrize("page", ["404", "403", "pdf", "image", "empty", "menu"])
def test_bad_page(docreader: Run, work: Path, site: str, page: str) -> None:
    error = one_line(docreader("read", f"{site}/{page}", "-o", "a.mp3"))
    assert f"{site}/{page}" in error
    assert listing(work) == []


def test_refused(docreader: Run) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "127.0.0.1" in one_line(docreader("read", f"http://127.0.0.1:{closed.getsockname()[1]}/"))


@pytest.mark.parametrize("text", ["", " \n\t\n", "... !!! ---", "\ufeff"])
def test_nothing_to_say(docreader: Run, work: Path, text: str) -> None:
    one_line(docreader("read", "-", "-o", "a.mp3", input=text))
    assert listing(work) == []


def test_unknown_voice(docreader: Run) -> None:
    error = one_line(docreader("read", "-", "--voice", "nobody", input=TEXT))
    assert "nobody" in error and "northern" in error


@pytest.mark.parametrize("output", ["none/a.mp3", "/dev/null/a.mp3", "/dev/null/"])
def test_output_that_cannot_be_written(docreader: Run, output: str) -> None:
    assert output.rstrip("/") in one_line(docreader("read", "-", "-o", output, input=TEXT))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_no_space(docreader: Run) -> None:
    assert "No space left" in one_line(docreader("read", "-", "-o", "/dev/full", input=TEXT))


def test_hostile_names_stay_on_one_line(docreader: Run) -> None:
    assert "\x1b" not in one_line(docreader("read", "a\nb\x1b[31m.txt"))


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_leaves_nothing(
    work: Path, environment: dict[str, str], number: signal.Signals, status: int
) -> None:
    (work / "a.txt").write_text(f"{TEXT}\n\n" * 20_000, encoding="utf-8")
    (work / "a.mp3").write_bytes(b"what was there before")
    temporary = work.parent / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "docreader", "read", "a.txt", "-o", "a.mp3"]
    program = subprocess.Popen(
        command, cwd=work, env=environment | {"TMPDIR": str(temporary)}, stderr=subprocess.PIPE, start_new_session=True
    )
    assert program.stderr
    while not _children(program.pid):  # until the voices are at work
        assert program.poll() is None
        time.sleep(0.02)
    os.killpg(program.pid, number)  # as a terminal does: to the program and its workers
    assert program.wait(30) == status
    assert program.stderr.read() in (b"docreader: interrupted\n", b"")
    program.stderr.close()
    assert (work / "a.mp3").read_bytes() == b"what was there before"
    assert listing(work) == ["a.mp3", "a.txt"] and listing(temporary) == []
    with pytest.raises(ProcessLookupError):  # no worker is left, once it has seen that its parent is gone
        for _ in range(500):
            os.killpg(program.pid, 0)
            time.sleep(0.02)


def _children(process: int) -> bool:
    return any(Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split())


def test_bar_on_a_terminal_only(work: Path, environment: dict[str, str]) -> None:
    import pty

    (work / "a.txt").write_text(TEXT, encoding="utf-8")
    shown = {}
    for options in ((), ("--quiet",)):
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "docreader", "read", "a.txt", "-o", "a.mp3", *options]
        env = environment | {"TERM": "xterm", "COLUMNS": "100"}
        done = subprocess.run(command, cwd=work, env=env, stdout=subprocess.PIPE, stderr=theirs, check=True)
        os.close(theirs)
        shown[options] = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:  # the end of a terminal
                break
            if not data:
                break
            shown[options] += data
        os.close(ours)
        assert b"sentences" not in done.stdout or not options
    assert b"sentences" in shown[()] and b"2/2" in shown[()]
    assert shown[("--quiet",)] == b""


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Hội nghị, tổng kết 5 năm: Đề án", "hoi-nghi-tong-ket-5-nam-de-an"),
        ("  ../../Ưu đãi  ", "uu-dai"),
        ("!!!", ""),
        ("chữ " * 50, "chu-" * 19 + "chu"),
        ("x" * 200, "x" * 80),
    ],
)
def test_slug(title: str, name: str) -> None:
    assert slug(title) == name


def test_no_name_twice(tmp_path: Path) -> None:
    names = Names.choose(f"{tmp_path}/", 2, "mp3")
    assert [names.take("Tin", s).name for s in ("a", "b", "c")] == ["tin.mp3", "tin-2.mp3", "tin-3.mp3"]
    assert names.take("", "https://a.example/Bài-viết.html").name == "bai-viet.mp3"


def kept(docreader: Run) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(docreader("cache", "--json").stdout)
    return told


def test_a_sentence_is_said_once(docreader: Run, work: Path) -> None:
    assert docreader("read", "-", "-o", "a.mp3", input=TEXT).returncode == 0
    assert kept(docreader)["entries"] == 2
    assert docreader("read", "-", "-o", "b.mp3", input=TEXT.replace("các bạn", "cả nhà")).returncode == 0
    assert kept(docreader)["entries"] == 3
    assert docreader("read", "-", "-o", "c.mp3", input=TEXT).returncode == 0
    assert kept(docreader)["entries"] == 3
    assert (work / "a.mp3").read_bytes() == (work / "c.mp3").read_bytes()
    assert docreader("read", "-", "-o", "d.mp3", "--no-cache", "--rate", "1.1", input=TEXT).returncode == 0
    assert kept(docreader)["entries"] == 3


def test_the_cache_is_shown_trimmed_and_cleared(docreader: Run, home: Path) -> None:
    docreader("read", "-", "-o", "a.mp3", input=TEXT)
    before = kept(docreader)
    assert before["folder"].startswith(str(home)) and before["limit"] == 2 << 30 and before["bytes"] > 10_000
    least = before["bytes"] // 2
    done = docreader("cache", "trim", f"{least + 100}")
    assert done.returncode == 0 and kept(docreader)["entries"] < before["entries"]
    assert kept(docreader)["bytes"] <= least + 100
    assert docreader("cache", "clear").returncode == 0 and kept(docreader)["entries"] == 0
    assert docreader("cache", "trim", "viel").returncode == 2
    assert b"DOCREADER_CACHE_LIMIT" in docreader("cache", DOCREADER_CACHE_LIMIT="viel").stderr
    docreader("read", "-", "-o", "a.mp3", input=TEXT, DOCREADER_CACHE=str(home / "other"))
    assert kept(docreader)["entries"] == 0 and (home / "other").is_dir()


def test_a_pipe_has_its_first_sound_before_the_end(work: Path, environment: dict[str, str]) -> None:
    """So many sentences that their track cannot wait in the pipe: the program is still at work when the first sound is here."""
    (work / "dài.txt").write_text("\n\n".join(f"Câu số {n} của bài này nói về hội nghị." for n in range(400)))
    with subprocess.Popen(
        [sys.executable, "-m", "docreader", "read", "dài.txt", "-o", "-"],
        cwd=work,
        env=environment,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout is not None
        first = program.stdout.read(20_000)
        assert first.startswith(b"ID3") and b"\xff\xf3" in first
        assert program.poll() is None
        rest = program.stdout.read()
    assert program.returncode == 0
    (work / "track.mp3").write_bytes(first + rest)
    assert track_of(work / "track.mp3").info.length > 400


def test_another_language_is_told_but_not_when_quiet(docreader: Run, work: Path) -> None:
    english = "The city council approved the annual budget on Monday after a long debate about schools and roads. " * 3
    (work / "en.txt").write_text(english, encoding="utf-8")
    assert b"is not Vietnamese" in docreader("read", "en.txt", "-o", "a.mp3").stderr
    assert b"is not Vietnamese" in docreader("read", "en.txt", "-o", "-").stderr
    assert docreader("read", "en.txt", "-o", "a.mp3", "-q").stderr == b""
    assert docreader("read", "en.txt", "-o", "-", "-q").stderr == b""
