import os
import threading
from pathlib import Path

import pytest

from docreader.audio.files import whole
from docreader.errors import OutputError


def test_appears_when_the_block_ends_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "bài viết.mp3"
    path.write_bytes(b"old")
    with whole(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_after_a_failure(tmp_path: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure), whole(tmp_path / "a.mp3") as file:
        file.write(b"half")
        raise failure
    assert not list(tmp_path.iterdir())


def test_a_full_disk(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"^/dev/full cannot be written: No space left on device; "),
        whole("/dev/full") as f,
    ):
        f.write(b"x" * 100_000)


@pytest.mark.parametrize("name", ["none/a.mp3", "a.txt/b.mp3", "x" * 300 + ".mp3"])
def test_places_that_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"), whole(tmp_path / name):
        pass


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is a folder"), whole(tmp_path):
        pass


def test_long_names_are_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / ("á" * 120 + ".mp3")
    with whole(path) as file:
        file.write(b"x")
    assert path.read_bytes() == b"x"


def test_a_pipe_is_written_to_directly(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    with whole(path) as file:
        file.write(b"through")
    reader.join(10)
    assert read == [b"through"] and path.is_fifo()
