"""Pages with the widget on them, and what a test looks at."""

import re
import unicodedata
from typing import Any

from playwright.sync_api import Page

from tests.web.serve import SEED, Made, Site

CANONICAL = "/tin-tuc-su-kien/hoi-nghi-tong-ket-5-nam-thuc-hien-de-an-453"
# What a portal's own style sheets do: the test pages are looked at, and must hold 320 pixels.
LOOKS = """<meta name="viewport" content="width=device-width, initial-scale=1"><style>body{font-family:Arial,sans-serif;max-width:1000px;margin:0 auto;
padding:12px;overflow-wrap:anywhere}#header{background:#b71c1c;color:#fff;padding:8px}#header a{color:#fff}img{max-width:100%;height:auto!important}
.page-tools{display:none}.element-hidden{display:none}</style>"""


def with_widget(html: str = SEED, attributes: str = 'data-audio="/audio/"', looks: str = LOOKS) -> str:
    """The page with docreader's one line. Its own script, which needs jQuery, is taken out."""
    html = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.DOTALL)
    return html.replace("</head>", f'{looks}<script type="module" src="/docreader.js" {attributes}></script></head>')


def open_widget(page: Page) -> None:
    """Wait until the widget is there."""
    page.locator("docreader-bar [role=toolbar]").first.wait_for()


def open_seed(page: Page, site: Site, seed: Made, attributes: str = 'data-audio="/audio/"') -> str:
    """The seed page with the batch job's files; gives its address."""
    site.batch(seed, site.origin + CANONICAL)
    address = site.page("/bai", with_widget(SEED, attributes))
    page.goto(address)
    open_widget(page)
    return address


def lit(page: Page) -> dict[str, str]:
    """What is lit up in the page."""
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, [...ranges].join()]))"
    )
    return found


def player(page: Page, path: str) -> Any:
    """A property of the player of the first bar."""
    return page.evaluate(f"document.querySelector('docreader-bar').bar.player.{path}")


def tidy(text: str) -> str:
    """Without white space and soft hyphens, NFC."""
    return re.sub(r"[\s\u00ad]", "", unicodedata.normalize("NFC", text))


def until(page: Page, expression: str) -> None:
    """Wait for something to be true, without the evaluation of strings in the page that ``wait_for_function`` needs."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not within ten seconds: {expression}")
