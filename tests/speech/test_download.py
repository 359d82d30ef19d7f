"""A file from a server that breaks off: gone on with where that is safe, refused where it is another one."""

import hashlib
import random
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docreader.errors import DocreaderError, OutputError, VoiceError
from docreader.speech import download
from docreader.speech.voices import Remote
from tests.speech.mirror import mirror

BODY = random.Random(5).randbytes(1_000_003)
SHA = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.001)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    breaks=st.lists(st.integers(0, 700_000), max_size=4),
    ranges=st.booleans(),
    etag=st.sampled_from(["", '"one"', 'W/"weak"']),
    known=st.booleans(),
)
def test_whole_however_often_it_breaks_off(
    tmp_path_factory: pytest.TempPathFactory, breaks: list[int], ranges: bool, etag: str, known: bool
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    told: list[tuple[int, int]] = []
    with mirror({"/a.onnx": BODY}) as there:
        there.breaks, there.ranges, there.etag = list(breaks), ranges, etag
        remote = Remote(f"{there.url}/a.onnx", sha256=SHA if known else "")
        download.fetch(remote, folder / "a.onnx", lambda done, total: told.append((done, total)))
    assert (folder / "a.onnx").read_bytes() == BODY
    assert names(folder) == ["a.onnx"]
    assert told[-1] == (len(BODY), len(BODY))
    if ranges and (known or etag == '"one"'):
        assert there.sent == len(BODY), "nothing came twice"


def test_a_later_run_goes_on_from_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "a.onnx"
    with mirror({"/a.onnx": BODY}) as there:
        remote = Remote(f"{there.url}/a.onnx", len(BODY), SHA)
        there.breaks = [300_000] + [0] * download.TRIES
        with pytest.raises(VoiceError, match=r"0\.3 MB are there: the same command goes on from there"):
            download.fetch(remote, file)
        assert file.read_bytes() == BODY[:300_000]
        there.breaks.clear()
        download.fetch(remote, file)
        assert there.asked[-1] == ("/a.onnx", "bytes=300000-") and file.read_bytes() == BODY
        before = len(there.asked)
        download.fetch(remote, file)
        assert len(there.asked) == before, "what is whole is not asked for"


def test_a_beginning_of_another_file_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "a.onnx"
    with mirror({"/a.onnx": BODY}) as there:
        for known in (True, False):  # by the checksum; by the tag that the server gave to the beginning
            file.write_bytes(b"of another file" * 1000)
            (tmp_path / "a.onnx.etag").write_text('"one"' if known else '"older"')
            download.fetch(Remote(f"{there.url}/a.onnx", sha256=SHA if known else ""), file)
            assert file.read_bytes() == BODY
            file.unlink()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"sha256": "0" * 64}, f"its SHA256 is {SHA}, not 0000"),
        ({"md5": "0" * 32}, "its MD5 is"),
        ({"size": 7}, "is 1000003 bytes, not 7"),
        ({"size": 2_000_000, "sha256": SHA}, "is 1000003 bytes, not 2000000"),
    ],
)
def test_another_file_is_refused_and_not_kept(tmp_path: Path, wrong: dict[str, str], says: str) -> None:
    with mirror({"/a.onnx": BODY}) as there, pytest.raises(VoiceError, match=says):
        download.fetch(Remote(f"{there.url}/a.onnx", **wrong), tmp_path / "a.onnx")  # type: ignore[arg-type]
    assert not (tmp_path / "a.onnx").exists()


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(tmp_path: Path) -> None:
    with mirror({"/a.onnx": BODY}) as there:
        there.statuses = [503, 429, 500]
        download.fetch(Remote(f"{there.url}/a.onnx", sha256=SHA), tmp_path / "a.onnx")
        assert len(there.asked) == 4
        there.statuses = [403]
        with pytest.raises(VoiceError, match="HTTP 403"):
            download.fetch(Remote(f"{there.url}/b.onnx"), tmp_path / "b.onnx")
        with pytest.raises(VoiceError, match=r"HTTP 404\): check the address"):
            download.fetch(Remote(f"{there.url}/b.onnx"), tmp_path / "b.onnx")
        assert len(there.asked) == 6
    with pytest.raises(VoiceError, match="no connection") as error:
        download.fetch(Remote(f"{there.url}/a.onnx"), tmp_path / "c.onnx")
    assert "\n" not in str(error.value)


def test_a_full_disk_is_told_before_and_while_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mirror({"/a.onnx": BODY}) as there:
        remote = Remote(f"{there.url}/a.onnx", sha256=SHA)
        if Path("/dev/full").exists():
            (tmp_path / "a.onnx").symlink_to("/dev/full")
            with pytest.raises(OutputError, match="No space left on device; make room"):
                download.fetch(remote, tmp_path / "a.onnx")
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
        with pytest.raises(DocreaderError, match="has room for 0 MB, and 1 MB are to come"):
            download.fetch(remote, tmp_path / "b.onnx")
    assert not (tmp_path / "b.onnx").exists()
