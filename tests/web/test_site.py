"""The widget plays what ``docreader site`` left, from a server that knows nothing but files."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.web.pages import open_widget, player, until, with_widget
from tests.web.serve import SEED, TYPES, Site


def test_the_widget_plays_the_folder_of_the_batch_job(
    page: Page, site: Site, tmp_path: Path, environment: dict[str, str]
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    # without a link to the portal's own address it is known by where it lies
    html = SEED.replace('rel="canonical"', 'rel="shortlink"').replace('property="og:url"', 'name="other"')
    (pages / "bai.html").write_text(html, "utf-8")
    command = [
        sys.executable,
        "-m",
        "docreader",
        "site",
        str(pages),
        "--base",
        site.origin,
        "--out",
        str(tmp_path / "audio"),
    ]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    for path in (tmp_path / "audio").rglob("*.*"):
        if path.is_file():
            name = f"/audio/{path.relative_to(tmp_path / 'audio')}"
            site.files[name] = (TYPES.get(path.suffix, "text/plain"), path.read_bytes())
    page.goto(site.page("/bai.html", with_widget(html)))
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    until(page, "document.querySelector('docreader-bar').bar.player.state === 'playing'")
    assert player(page, "found.kind") == "files"
    until(page, "CSS.highlights.has('docreader-word')")
    assert len(player(page, "track.marks")) > 5
    assert not [path for path in site.asked if path.startswith("/v1/")]
