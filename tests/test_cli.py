"""The program as a user meets it, apart from ``read``."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import docreader as package
from tests.conftest import ARTICLE, Run

COMMANDS = ("read", "normalise", "extract", "voices", "completion")


def test_version_imports_nothing_heavy(docreader: Run) -> None:
    done = docreader("--version", PYTHONPROFILEIMPORTTIME="1")
    assert done.stdout.decode() == f"docreader {package.__version__}\n"
    imported = {line.rpartition(b"|")[2].strip() for line in done.stderr.splitlines()}
    assert b"docreader" in imported
    assert not imported & {b"click", b"docreader.cli", b"typing"}


@pytest.mark.parametrize("heavy", ["requests", "lxml", "rich", "pydub", "trafilatura", "docreader.spoken.normalise"])
def test_help_imports_nothing_heavy(docreader: Run, heavy: str) -> None:
    done = docreader("read", "--help", PYTHONPROFILEIMPORTTIME="1")
    imported = {line.rpartition(b"|")[2].strip().decode() for line in done.stderr.splitlines()}
    assert "click" in imported and heavy not in imported


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(docreader: Run, command: str) -> None:
    done = docreader(command, "--help")
    assert done.returncode == 0 and b"Usage: docreader" in done.stdout
    assert command.encode() in docreader().stdout


@pytest.mark.parametrize("command", ["read", "normalise", "extract", "completion"])
def test_help_has_examples(docreader: Run, command: str) -> None:
    assert b"Examples:\n    docreader " in docreader(command, "--help").stdout


@pytest.mark.parametrize(
    "args",
    [
        ("--nonsense",),
        ("nonsense",),
        ("read",),
        ("read", "a.txt", "--rate", "9"),
        ("read", "a.txt", "--rate", "nan"),
        ("read", "a.txt", "--pitch", "high"),
        ("read", "a.txt", "--format", "ogg"),
        ("read", "a.txt", "-o", "a.aiff"),
        ("read", "a.txt", "b.txt", "-o", "a.mp3"),
        ("read", "a.txt", "b.txt", "-o", "-"),
        ("completion", "tcsh"),
    ],
)
def test_bad_option(docreader: Run, args: tuple[str, ...]) -> None:
    done = docreader(*args)
    assert done.returncode == 2
    assert done.stderr.startswith(b"docreader: ") and done.stderr.count(b"\n") == 1
    assert done.stdout == b""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"a",
        b"a\n\n\nb",
        b"5%\r\n6%\r\n",
        b"\xff\xfe 10%\n\x00\n",
        "a\u2028b\x85c\x0bd\n".encode(),
        b"\r\r\n",
    ],
)
def test_normalise_gives_a_line_for_a_line(docreader: Run, data: bytes) -> None:
    done = docreader("normalise", input=data)
    assert done.returncode == 0 and done.stderr == b""
    assert done.stdout.count(b"\n") == data.count(b"\n")
    assert done.stdout.endswith(b"\n") == data.endswith(b"\n")


def test_normalise_texts(docreader: Run) -> None:
    assert docreader("normalise", "HĐND tỉnh", "5 kg").stdout.decode() == "hội đồng nhân dân tỉnh\nnăm ki lô gam\n"


def test_normalise_answers_each_line_at_once(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "docreader", "normalise"]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin and program.stdout
        for written, spoken in (("UBND xã", "ủy ban nhân dân xã"), ("7%", "bảy phần trăm")):
            program.stdin.write(f"{written}\n".encode())
            program.stdin.flush()
            assert program.stdout.readline().decode() == f"{spoken}\n"


def test_normalise_on_a_terminal_without_vietnamese(docreader: Run) -> None:
    done = docreader("normalise", "5 kg", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0 and done.stdout == b"n?m ki l? gam\n"


def test_broken_pipe_is_quiet(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "docreader", "normalise"]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(command, env=environment, input=b"a\n" * 9, stdout=write_end, stderr=subprocess.PIPE)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", [("normalise", "a"), ("voices",), ("read", "--help")])
def test_full_output_is_an_error(environment: dict[str, str], args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "docreader", *args]
        done = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.startswith(b"docreader: ") and done.stderr.count(b"\n") == 1


def test_interrupted_while_waiting_for_input(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "docreader", "normalise"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as program:
        assert program.stdin and program.stdout and program.stderr
        program.stdin.write(b"a\n")
        program.stdin.flush()
        program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait() == 130
        assert program.stderr.read() == b"docreader: interrupted\n"


def test_voices(docreader: Run) -> None:
    lines = docreader("voices").stdout.decode().splitlines()
    assert lines[0].split()[:6] == ["NAME", "ENGINE", "REGION", "LICENCE", "NETWORK", "INSTALLED"]
    told = [json.loads(line) for line in docreader("voices", "--json").stdout.splitlines()]
    assert [voice["name"] for voice in told] == [line.split()[0] for line in lines[1:]]
    assert {"northern", "central", "southern", "google"} <= {voice["name"] for voice in told}
    assert all(voice["online"] == (voice["name"] in ("google", "openai")) for voice in told)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(docreader: Run, shell: str) -> None:
    assert b"_DOCREADER_COMPLETE" in docreader("completion", shell).stdout


def test_completion_knows_voices(docreader: Run) -> None:
    words = {"COMP_WORDS": "docreader read a.txt --voice so", "COMP_CWORD": "4"}
    done = docreader(_DOCREADER_COMPLETE="bash_complete", **words)
    assert done.stdout == b"plain,southern\n"


def test_extract(docreader: Run, work: Path, site: str) -> None:
    (work / "a.html").write_text(ARTICLE, encoding="utf-8")
    local = docreader("extract", "a.html").stdout.decode()
    assert local.startswith("# Hội nghị cấp tỉnh\n\nNgày 17/11/2020")
    assert "Trang chủ" not in local and "Bản quyền" not in local
    assert docreader("extract", f"{site}/article").stdout.decode() == local
    told = json.loads(docreader("extract", "a.html", "--json").stdout)
    assert told["title"] == "Hội nghị cấp tỉnh" and told["site"] and len(told["blocks"]) >= 2
    (work / "a.md").write_text(local, encoding="utf-8")
    assert docreader("extract", "a.md").stdout.decode() == local
