"""``docreader serve`` as an operator starts and stops it; the widget's files; the OpenAPI document."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from docreader.web import static
from docreader.web.app import ROUTES

from .conftest import Portal, Running, Start, page

if TYPE_CHECKING:
    from tests.conftest import Run


class Program:
    """The service in a process of its own, and what it logs."""

    def __init__(self, *args: str, environment: dict[str, str], cwd: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "docreader", "serve", "--port", "0", *args],
            env=environment,
            cwd=cwd,
            stderr=subprocess.PIPE,
        )
        self.log: list[dict[str, Any]] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        assert self._ready.wait(30)
        time.sleep(0.05)  # ready comes before the socket is given to the loop
        found = next(re.search(r":(\d+)$", str(line.get("address", ""))) for line in self.log if "address" in line)
        assert found
        self.port = int(found[1])

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == "ready":
                self._ready.set()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        status = self.process.wait(20)
        self._thread.join()
        assert self.process.stderr
        self.process.stderr.close()
        return status

    def ask(self, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        return body


@contextmanager
def program(*args: str, environment: dict[str, str], cwd: Path) -> Iterator[Program]:
    started = Program(*args, environment=environment, cwd=cwd)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.process.kill()
            started.stop()


def test_stops_gracefully_and_logs_json(portal: Portal, work: Path, environment: dict[str, str]) -> None:
    portal.pages["/long"] = page("Bài dài", 30)
    settings = {"DOCREADER_SERVE_PRIVATE": "127.0.0.0/8", "DOCREADER_SERVE_CACHE": str(work / "cache")}
    with program("--allow", portal.address, environment=environment | settings, cwd=work) as started:
        told = json.loads(started.ask("/v1/article?url=" + portal.url("/long")))
        connection = http.client.HTTPConnection("127.0.0.1", started.port, timeout=20)
        connection.request("GET", told["audio"])
        answer = connection.getresponse()
        first = answer.read(1000)
        threading.Timer(0.1, started.process.send_signal, (signal.SIGTERM,)).start()
        rest = answer.read()  # to its end, though the service stops
        connection.close()
        assert started.stop() == 0
    assert len(first + rest) > 1_000_000
    events = [line["event"] for line in started.log]
    assert {"ready", "fetched", "made", "request", "stopped"} <= set(events)
    asked = next(line for line in started.log if line["event"] == "request")
    assert asked["path"] == "/v1/article" and asked["status"] == 200 and "client" not in asked
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z", line["time"]) for line in started.log)
    assert not list((work / "cache").rglob("*.part"))


def test_ctrl_c(work: Path, environment: dict[str, str]) -> None:
    with program("--cache", str(work), environment=environment, cwd=work) as started:
        assert json.loads(started.ask("/healthz"))["status"] == "ok"
        assert started.stop(signal.SIGINT) == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--allow", "portal.example"), "https://portal.example/"),
        (("--voice", "nobody"), "nobody"),
        (("--config", "none.toml"), "none.toml"),
        (("--set", "jobs=many"), "jobs"),
        (("--host", "no.such.host.invalid"), "no.such.host.invalid"),
        (("--cache", "/proc/nowhere"), "/proc/nowhere"),
    ],
)
def test_what_cannot_be_served_is_one_line(docreader: Run, args: tuple[str, ...], told: str) -> None:
    done = docreader("serve", "--port", "0", *args)
    assert done.returncode == 1
    lines = done.stderr.decode().strip().split("\n")
    assert len(lines) == 1 and lines[0].startswith("docreader: ") and told in lines[0]


def test_a_taken_port(docreader: Run, start: Start) -> None:
    port = start().address.rpartition(":")[2]
    done = docreader("serve", "--port", port)
    assert done.returncode == 1 and f"port {port}" in done.stderr.decode() and done.stderr.count(b"\n") == 1


def test_metrics(start: Start, portal: Portal) -> None:
    running = start()
    running.ask(running.article(portal.url("/short")).json["audio"])
    running.article(portal.url("/none"))
    found = running.ask("/metrics").body.decode()
    for line in (
        'docreader_requests_total{route="article",status="200"} 1.0',
        'docreader_requests_total{route="article",status="404"} 1.0',
        'docreader_requests_total{route="audio",status="200"} 1.0',
        'docreader_tracks_total{result="made"} 1.0',
        'docreader_articles_total{result="fetched"} 1.0',
        "docreader_listeners 0.0",
    ):
        assert line in found.split("\n"), line
    assert "process_resident_memory_bytes" in found


def test_widget_for_any_page(start: Start) -> None:
    running = start(allow=())
    for name in sorted(path.name for path in static.FOLDER.glob("*.js")):
        answer = running.ask("/" + name, Origin="https://any.example", Accept_Encoding="gzip")
        assert answer.status == 200 and answer.headers["content-type"].startswith("text/javascript"), name
        assert answer.headers["access-control-allow-origin"] == "*" and answer.headers["content-encoding"] == "gzip"
        assert running.ask("/" + name, If_None_Match=answer.headers["etag"]).status == 304
    assert running.ask("/docreader.js").body == (static.FOLDER / "docreader.js").read_bytes()
    demo = running.ask("/")
    assert demo.headers["content-type"] == "text/html; charset=utf-8" and b"docreader.js" in demo.body
    for path in ("/../app.py", "/%2e%2e/app.py", "/static/../app.py", "/.", "//etc/passwd"):
        assert running.ask(path).status == 404, path


@pytest.fixture
def documented(start: Start, portal: Portal) -> tuple[Running, dict[str, Any]]:
    running = start(requests_per_second=0.0, works_per_minute=0.0)
    found: dict[str, Any] = running.ask("/openapi.json").json
    return running, found


def test_every_route_is_documented(documented: tuple[Running, dict[str, Any]]) -> None:
    _, document = documented
    told = {path: {method.upper() for method in methods} for path, methods in document["paths"].items()}
    there = {route.path: set(route.methods or ()) - {"HEAD"} for route in ROUTES if route.path != "/{path:path}"}
    assert told == there


def test_answers_are_as_documented(documented: tuple[Running, dict[str, Any]], portal: Portal) -> None:
    """schemathesis asks what the document allows and forbids, and holds each answer against it."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.result import Ok
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    running, document = documented
    told = running.article(portal.url("/short")).json
    key = told["audio"].split("/")[-1].removesuffix(".mp3")
    checks = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
    schema = schemathesis.openapi.from_dict(document)
    asked = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @settings(max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            nonlocal asked
            if "url" in case.query and asked % 2:
                case.query["url"] = portal.url("/short")
            if "key" in case.path_parameters and asked % 2:
                case.path_parameters["key"] = key
            if "wait" in case.query:
                case.query["wait"] = 0
            asked += 1
            case.validate_response(case.call(base_url=running.address, allow_redirects=False), checks=checks)

        ask()
    assert asked > 40
