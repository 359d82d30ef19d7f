"""The same job on a real Ray cluster of two nodes on this machine, which talk over loopback only."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docreader.article.fetch import Fetch
from docreader.article.robots import Manners
from docreader.errors import DocreaderError
from docreader.site import run as running
from docreader.site.discover import Discovery, Wanted
from docreader.site.model import How, Job
from docreader.site.run import Plan, Result, Run
from docreader.site.runner import Hands, Runner
from docreader.site.state import State, place
from docreader.site.watch import Watch
from docreader.speech import voices
from tests.site.conftest import contents, portal_of

# Ray would resolve 127.0.0.1 to the machine's own address, and tell its makers that it runs.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

pytestmark = pytest.mark.filterwarnings("ignore")  # of Ray's own


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A head without cores, so that it never works, and two nodes of a core."""
    from ray import cluster_utils

    small: Any = {"node_ip_address": "127.0.0.1", "object_store_memory": 100_000_000}
    cluster: Any = cluster_utils.Cluster(
        initialize_head=True, head_node_args={**small, "num_cpus": 0, "include_dashboard": False}
    )
    try:
        for _ in range(2):
            cluster.add_node(num_cpus=1, **small)
        yield cluster
    finally:
        cluster.shutdown()


def how(out: Path) -> How:
    settings = How(voices.load("northern"), "mp3", (), str(out))
    return replace(settings, rules=running.hash_of_rules(settings), extractor=running.hash_of_extractor())


def hands(nodes: Any) -> Iterator[int]:
    """The processes of our actors on the cluster."""
    raylets = {its.process.pid for node in nodes.list_all_nodes() for its in node.all_processes["raylet"]}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent in raylets and "ray::Hand" in (process / "cmdline").read_text():
                yield int(process.name)


def go(address: str, settings: How, runner: Runner) -> Result:
    discovery = Discovery((address,), Wanted(), Fetch(), Manners(delay=0.0), "")
    with State(place(settings.out)) as state, Watch(quiet=True, as_json=False) as watch, runner:
        return Run(discovery, settings, Plan(), state, runner, watch).go()


def test_a_worker_dies_in_the_middle_and_the_files_are_those_of_one_machine(nodes: Any, tmp_path: Path) -> None:
    from docreader.site.ray import Cluster

    with portal_of(24, sentences=3) as portal:
        alone = how(tmp_path / "alone")
        assert go(portal.address, alone, Hands(alone, 1)).counts == {"read": 24}

        def kill_one() -> None:
            while len(list((tmp_path / "many").glob("tin-*.json"))) < 3:
                time.sleep(0.05)
            os.kill(next(hands(nodes)), signal.SIGKILL)
            killed.set()

        killed = threading.Event()
        threading.Thread(target=kill_one, daemon=True).start()
        many = how(tmp_path / "many")
        result = go(portal.address, many, Cluster(many, nodes.address, shard=6))
        assert killed.is_set()
        assert not result.kinds
        assert sum(result.counts.values()) == 24
        # What the dead worker had done without telling of it was found as it should be.
        assert set(result.counts) <= {"read", "same"}
    assert contents(tmp_path / "many") == contents(tmp_path / "alone")


def test_an_article_that_kills_its_worker_is_to_blame_alone(nodes: Any, tmp_path: Path) -> None:
    from docreader.site.ray import Cluster

    page = "<html lang='vi'><h1>Tin số {}</h1><article><p>{}</p></article></html>"
    text = "Ngày 17/11/2020, Thường trực HĐND tỉnh tổ chức hội nghị giao ban với các huyện, thành phố trên địa bàn. "
    jobs = [Job(f"{n}.html", content=page.format(n, text * 4).encode(), content_type="text/html") for n in range(5)]
    settings = how(tmp_path)
    done: dict[str, tuple[str, str | None]] = {}
    with Cluster(settings, nodes.address, shard=5) as cluster:
        deadly: Any = Deadly()
        poisoned = replace(jobs[2], content=deadly)
        cluster.give([*jobs[:2], poisoned, *jobs[3:]])
        end = time.monotonic() + 120
        while len(done) < 5 and time.monotonic() < end:
            done |= {one.address: (one.outcome, one.kind) for one in cluster.take(1)}
    assert done == {f"{n}.html": ("failed", "bug") if n == 2 else ("read", None) for n in range(5)}


class Deadly:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> Any:
        return os._exit, (11,)


def test_where_no_cluster_is_one_line_tells() -> None:
    from docreader.site.ray import Cluster

    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(DocreaderError, match=f"no Ray cluster answers at {address}: .*refused.*check --ray"):
        Cluster(How(voices.load("northern"), "mp3", (), "audio"), address)
