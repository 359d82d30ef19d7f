"""A bucket instead of a folder, on a real S3 server process on this machine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.site.conftest import Portal

pytestmark = pytest.mark.filterwarnings("ignore")  # of boto's own

_KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def bucket() -> Iterator[tuple[str, Any]]:
    """The address of the server, which has an empty bucket ``tieng``, and a client's file system."""
    import s3fs

    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout
        found = next(m for line in server.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        try:
            keys = {"key": "test", "secret": "test", "endpoint_url": found[0], "skip_instance_cache": True}
            files = s3fs.S3FileSystem(use_listings_cache=False, **keys)
            files.mkdir("tieng")
            yield found[0], files
        finally:
            server.kill()


def run(portal: Portal, server: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docreader", "site", portal.address, "--out", "s3://tieng/audio", "--json-log"]
    environment = {"XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home), "AWS_ENDPOINT_URL": server}
    environment |= _KEYS | {"DOCREADER_VOICE": "northern"}
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, timeout=120)


def test_a_bucket_holds_the_same_and_is_kept_current(portal: Portal, bucket: tuple[str, Any], tmp_path: Path) -> None:
    server, files = bucket
    first = run(portal, server, tmp_path)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout.splitlines()[-1])["counts"] == {"read": 6}
    names = {name.removeprefix("tieng/audio/") for name in files.find("tieng/audio")}
    tracks = sorted(name for name in names if name.endswith(".mp3"))
    assert len(tracks) == 6
    assert {"index.json", "feed.xml", "report.html", "report.json"} <= names
    for track in tracks:
        told = json.loads(files.cat_file(f"tieng/audio/{track[:-4]}.json"))
        sound = files.info(f"tieng/audio/{track}")
        assert (sound["size"], sound["ContentType"]) == (told["bytes"], "audio/mpeg")
        assert files.info(f"tieng/audio/{track[:-4]}.vtt")["ContentType"].startswith("text/vtt")
        assert files.cat_file(f"tieng/audio/{track}")[:3] == b"ID3"

    again = run(portal, server, tmp_path)
    end = json.loads(again.stdout.splitlines()[-1])
    assert (end["counts"], end["said"]) == ({"unchanged": 6}, 0)

    portal.order("change", 3)
    changed = json.loads(run(portal, server, tmp_path).stdout.splitlines()[-1])
    assert (changed["counts"], changed["said"]) == ({"unchanged": 5, "read": 1}, 1)


def test_a_bucket_that_is_not_there_is_told(portal: Portal, bucket: tuple[str, Any], tmp_path: Path) -> None:
    _, files = bucket
    files.rmdir("tieng")
    failed = run(portal, bucket[0], tmp_path)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert re.search(r"docreader: s3://tieng/audio/\S+ cannot be (read|written): .*check --out", failed.stderr)
