"""How an article is found in the batch job's folder: Python, who writes the index, and the browser, who reads it, agree."""

import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page

from docreader.web import folder
from tests.web.pages import CANONICAL, open_widget, player, with_widget
from tests.web.serve import SEED, Made, Site

ADDRESSES = [
    "https://portal.example/tin/1.html",
    "https://www.Portal.example:443/bài-viết?id=3#a",
    "http://portal.example:8080/Pages/tin.aspx?ItemID=12&x=%2Fa b'c",
    "https://portal.example",
    "https://portal.example/a%20b/(c)~d;e=f,g!/*:@$+[1]|^",
    "https://portal.example/tìm?q=Nguyễn+Văn&c=[a]{b}`|^~\\",
    'https://portal.example/"a"<b>{c}`d',
    "https://www1.portal.example/www.a",
]
# Written out of src/docreader/web/static/page.js, which does the same in one breath.
IN_BROWSER = """(address) => {
  const { host, pathname, search } = new URL(address);
  return host.replace(/^www\\./, '') + pathname + search;
}"""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_is_what_a_browser_makes_of_the_address(page: Page, address: str) -> None:
    assert folder.key(address) == page.evaluate(IN_BROWSER, address)


def test_the_index_of_a_large_site_stands_in_parts_of_one_size() -> None:
    parts = Counter(folder.shard(f"portal.example/Pages/tin.aspx?ItemID={number}") for number in range(100_000))
    assert len(parts) == 4096
    assert max(parts.values()) < 60


def test_the_documentation_tells_the_truth() -> None:
    text = (Path(__file__).parents[2] / "docs" / "widget.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert example.count("assert") == 3
    exec(example, {})


@pytest.mark.parametrize(
    "known_as", [CANONICAL, "https://www.{host}" + CANONICAL, "{origin}" + CANONICAL + "#noi-dung"]
)
def test_a_page_finds_its_files(page: Page, site: Site, seed: Made, known_as: str) -> None:
    """Read from files without a host, under www., with a fragment: the page says http, no www. and no fragment."""
    site.batch(seed, known_as.format(origin=site.origin, host=site.origin.removeprefix("http://")))
    page.goto(site.page("/bai", with_widget(SEED)))
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track?.time > 0.1")
    assert player(page, "found.kind") == "files"
    assert [path for path in site.asked if path.startswith("/audio/pages/")] == ["/audio/" + folder.shard(CANONICAL)]


def test_the_article_of_another_host_is_not_read(page: Page, site: Site, seed: Made) -> None:
    site.batch(seed, "https://elsewhere.example" + CANONICAL)
    page.goto(site.page("/bai", with_widget(SEED, 'data-audio="/audio/" data-service=none')))
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'failed'")


def test_an_address_that_is_not_ascii_is_found(page: Page, site: Site, seed: Made) -> None:
    html = SEED.replace('rel="canonical"', 'rel="other"')
    address = site.page("/b%C3%A0i-vi%E1%BA%BFt", with_widget(html))
    site.batch(seed, site.origin + "/bài-viết")
    page.goto(address + "?utm_source=zalo#a")
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track?.time > 0.1")
    assert player(page, "found.kind") == "files"
