"""The files of deploy/ in the programs that they are for: nginx, systemd; the Dockerfile's own commands."""

from __future__ import annotations

import http.client
import json
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import trustme

from .conftest import Portal, Running, Start, page
from .test_serve import program

DEPLOY = Path(__file__).parents[2] / "deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


class Proxy:
    """nginx with our site, before a service."""

    def __init__(self, port: int, trust: trustme.CA) -> None:
        self.port, self.context = port, ssl.create_default_context()
        trust.configure_trust(self.context)

    def open(self, path: str, **headers: str) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.context)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        return connection, connection.getresponse()

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection, answer = self.open(path, **headers)
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@contextmanager
def proxy(running: Running, folder: Path) -> Iterator[Proxy]:
    assert NGINX
    trust = trustme.CA()
    made = trust.issue_cert("localhost", "reader.example")
    made.private_key_pem.write_to_path(folder / "key.pem")
    for blob in made.cert_chain_pems:
        blob.write_to_path(folder / "cert.pem", append=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    for ours, here in (
        ("/etc/ssl/reader.example.pem", f"{folder}/cert.pem"),
        ("/etc/ssl/reader.example.key", f"{folder}/key.pem"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("server 127.0.0.1:8000;", f"server {urlsplit(running.address).netloc};"),
    ):
        assert ours in site
        site = site.replace(ours, here)
    temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    whole = f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors; events {{}} http {{ access_log off; {temporary}\n{site}\n}}"
    (folder / "nginx.conf").write_text(whole, "utf-8")
    command = [NGINX, "-e", str(folder / "errors"), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "errors").read_text()
                time.sleep(0.05)
        yield Proxy(port, trust)
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.skipif(NGINX is None, reason="no nginx here; .ci/run installs it")
def test_behind_nginx(start: Start, portal: Portal, tmp_path: Path) -> None:
    portal.pages["/long"] = page("Bài dài", 400)
    running = start(requests_per_second=4.0)  # sixteen at once
    with proxy(running, tmp_path) as front:
        told = json.loads(front.ask("/v1/article?url=" + quote(portal.url("/long"), safe=""))[2])
        connection, answer = front.open(told["audio"])
        assert len(answer.read(1000)) == 1000
        key = told["audio"].rsplit("/", 1)[1].removesuffix(".mp3")
        assert running.service.jobs.running(key)  # heard while it is being made
        connection.close()
        short = json.loads(front.ask("/v1/article?url=" + quote(portal.url("/short"), safe=""))[2])
        front.ask(short["audio"])
        whole = front.ask(short["audio"])[2]  # the file, with its tags
        status, headers, part = front.ask(short["audio"], Range="bytes=100-299")
        assert (status, part) == (206, whole[100:300]) and "immutable" in headers["cache-control"]
        status, headers, _ = front.ask("/docreader.js")
        assert status == 200 and headers["access-control-allow-origin"] == "*"
        assert front.ask("/metrics")[0] == 403
        # What a client says of itself does not make it another one.
        asked = [front.ask("/v1/voices", X_Forwarded_For=f"203.0.113.{n}")[0] for n in range(60)]
        assert 429 in asked


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("unit", sorted(path.name for path in DEPLOY.glob("*.service")))
def test_units(unit: str, tmp_path: Path) -> None:
    text = (DEPLOY / unit).read_text("utf-8")
    assert "ExecStart=/opt/docreader/bin/docreader " in text
    (tmp_path / unit).write_text(text.replace("/opt/docreader/bin/docreader", sys.executable), "utf-8")
    for timer in DEPLOY.glob("*.timer"):
        shutil.copy(timer, tmp_path)
    for file in tmp_path.iterdir():
        done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_image_serves_and_knows_that_it_does(work: Path, environment: dict[str, str]) -> None:
    """What the Dockerfile sets and runs, but for the places: a free port, a folder of ours."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    given = dict(pair.split("=", 1) for line in re.findall("^ENV (.+)$", text, re.M) for pair in shlex.split(line))
    assert given.pop("DOCREADER_SERVE_PORT") == re.findall(r"^EXPOSE (\d+)$", text, re.M)[0] == "8000"
    assert given["DOCREADER_SERVE_HOST"] == "0.0.0.0"
    given |= {"DOCREADER_SERVE_HOST": "127.0.0.1", "DOCREADER_SERVE_CACHE": str(work / "cache")}
    entry = json.loads(re.findall("^ENTRYPOINT (.+)$", text, re.M)[0])
    assert entry[1:] == ["serve"]
    check = json.loads(re.findall(r"^HEALTHCHECK .*CMD (.+)$", text, re.M)[0])
    with program(environment=environment | given, cwd=work) as started:
        command = [sys.executable, *check[1:-1], check[-1].replace(":8000/", f":{started.port}/")]
        assert command[-1] != check[-1]
        assert subprocess.run(command, check=False).returncode == 0
        assert started.stop(15) == 0
        assert subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0
