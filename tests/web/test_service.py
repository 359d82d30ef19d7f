"""The widget with the real service, ``docreader serve``, on a page of another origin."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.pages import lit, open_widget, tidy, with_widget
from tests.web.serve import SEED, Made, Site

PLAYER = "document.querySelector('docreader-bar').bar.player"


@pytest.fixture
def service(site: Site, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--allow",
        site.origin + "/*",
        "--set",
        "private=127.0.0.0/8",
        "--cache",
        str(tmp_path / "cache"),
        "--port",
        str(port),
    ]
    command = [sys.executable, "-m", "docreader", "serve", *options]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(command, env=os.environ | {"HOME": str(tmp_path)}, stderr=log) as process,
    ):
        for _ in range(300):
            if process.poll() is not None or b'"ready"' in (tmp_path / "log").read_bytes():
                break
            time.sleep(0.05)
        assert process.poll() is None, (tmp_path / "log").read_text()
        time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
        process.terminate()
        process.wait(20)


def test_the_whole_of_it(page: Page, site: Site, seed: Made, service: str) -> None:
    """Never heard before: it plays while it is made, is followed to its end, and another voice goes on where the first was."""
    html = (
        with_widget(SEED, "")
        .replace('src="/docreader.js"', f'src="{service}/docreader.js"')
        .replace('rel="canonical" href="/tin-tuc-su-kien/hoi-nghi', 'rel="other" href="/x')
    )
    page.goto(site.page("/bai", html))
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    page.wait_for_function(f"{PLAYER}.track?.time > 0.3 && CSS.highlights.size === 2")
    assert page.evaluate(f"{PLAYER}.found.kind") == "service"
    assert lit(page)["docreader-sentence"] == seed.article.title
    page.wait_for_function(f"{PLAYER}.found.complete")
    assert page.evaluate(f"{PLAYER}.track.marks.length") == len(seed.marks["marks"])
    page.get_by_role("slider", name="Vị trí đọc").fill("200")
    page.wait_for_function(f"{PLAYER}.track.sound.currentTime > 200.2 && {PLAYER}.state === 'playing'")
    voice = page.get_by_label("Giọng đọc")
    assert {"Giọng miền Bắc", "Giọng miền Trung", "Giọng miền Nam"} <= {
        label.split(" (")[0] for label in voice.locator("option").all_inner_texts()
    }
    before = lit(page)["docreader-sentence"]
    # However long the other voice takes: the page's clock, and what waits by it, goes a hundred times as fast.
    page.evaluate("const now = Date.now, begun = now(); Date.now = () => begun + (now() - begun) * 100")
    voice.focus()
    voice.select_option("southern")
    page.wait_for_function(
        f"{PLAYER}.found?.voice === 'southern' && {PLAYER}.track?.time > 100 && {PLAYER}.state === 'playing'"
    )
    assert tidy(lit(page)["docreader-sentence"]) == tidy(before)
    expect(voice).to_be_focused()
    with page.context.expect_event("request", predicate=lambda request: "/v1/pdf?" in request.url) as asked:
        page.get_by_role("button", name="Xuất PDF").click()
    answer = asked.value.response()
    assert answer and answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    page.get_by_role("button", name="Đóng trình đọc").click()
    expect(page.get_by_role("button", name="Đọc nội dung")).to_be_focused()
