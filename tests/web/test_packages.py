"""The packages for WordPress, Drupal and the browser, and the demo page."""

import gzip
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.web.conftest import FLAGS, chromium
from tests.web.pages import open_seed, open_widget, until, with_widget
from tests.web.serve import SEED, STATIC, Made, Site
from tests.web.test_sources import VOICE

INTEGRATIONS = Path(__file__).parents[2] / "integrations"
PHP = shutil.which("php")
needs_php = pytest.mark.skipif(
    PHP is None, reason="PHP is not here: apt-get install php-cli, or run .ci/run, which installs it"
)


@needs_php
def test_php_is_well_formed() -> None:
    files = [file for file in INTEGRATIONS.rglob("*") if file.suffix in (".php", ".module", ".install")]
    assert len(files) >= 6
    for file in files:
        subprocess.run([str(PHP), "-l", str(file)], check=True, capture_output=True)


# The few functions of WordPress that the plugin calls, doing what WordPress's own do with its arguments.
WORDPRESS = r"""<?php
define('ABSPATH', '/');
function add_action($hook, $work) { $GLOBALS['hooks'][$hook][] = $work; }
function get_option($name, $default = false) { return json_decode($GLOBALS['argv'][2], true) ?? $default; }
function apply_filters($name, $value) { return $value; }
function is_singular() { return $GLOBALS['argv'][3] === 'article'; }
function esc_url($url) { return htmlspecialchars($url, ENT_QUOTES); }
function esc_url_raw($url, $protocols = null) { return preg_match('#^(https?:)?/#', $url) ? $url : ''; }
function sanitize_text_field($text) { return trim(strip_tags($text)); }
function wp_print_script_tag($attributes) {
  echo '<script';
  foreach ($attributes as $name => $value) { printf(' %s="%s"', $name, htmlspecialchars($value, ENT_QUOTES)); }
  echo '></script>';
}
require $argv[1];
foreach ($GLOBALS['hooks']['wp_head'] as $work) { $work(); }
echo "\n", json_encode(docreader_clean(['script' => 'javascript:alert(1)', 'lang' => 'fr', 'audio' => '<b>/audio/</b>', 'other' => 'x']));
"""


@needs_php
def test_the_wordpress_plugin_writes_the_line(tmp_path: Path) -> None:
    (tmp_path / "wordpress.php").write_text(WORDPRESS, "utf-8")
    plugin = INTEGRATIONS / "wordpress" / "docreader" / "docreader.php"

    def head(where: str, **choices: str) -> list[str]:
        command = [str(PHP), str(tmp_path / "wordpress.php"), str(plugin), json.dumps(choices), where]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.split("\n")

    line, clean = head("article", script="https://reader.example/docreader.js", audio="/audio/", hide="pdf")
    assert (
        line
        == '<script type="module" src="https://reader.example/docreader.js" data-audio="/audio/" data-hide="pdf"></script>'
    )
    assert json.loads(clean) == {
        "script": "",
        "audio": "/audio/",
        "service": "",
        "article": "",
        "place": "",
        "hide": "",
        "lang": "vi",
    }
    assert head("article", audio='/"><script>alert(1)</script>', script="/d.js")[0].count("<script") == 1
    assert head("front", script="https://reader.example/docreader.js")[0] == ""
    assert head("article")[0] == ""


def test_the_extension_reads_a_page_that_has_no_docreader(playwright: Playwright, site: Site, tmp_path: Path) -> None:
    """In a Chromium of its own, on a page whose policy forbids everything."""
    extension = shutil.copytree(INTEGRATIONS / "extension", tmp_path / "extension")
    manifest = json.loads((extension / "manifest.json").read_text("utf-8"))
    # A test cannot press the browser's own button, which is what gives the extension the page.
    (extension / "manifest.json").write_text(
        json.dumps(manifest | {"host_permissions": ["http://127.0.0.1/*"]}), "utf-8"
    )
    flags = [*FLAGS, "--headless=new", f"--disable-extensions-except={extension}", f"--load-extension={extension}"]
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium(), headless=False, args=flags
    )
    try:
        worker = (
            context.service_workers[0]
            if context.service_workers
            else context.wait_for_event("serviceworker", timeout=10_000)
        )
        site.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        page = context.new_page()
        page.goto(
            site.page(
                "/bai",
                with_widget(SEED).replace(
                    '<script type="module" src="/docreader.js" data-audio="/audio/"></script>', ""
                ),
            )
        )
        worker.evaluate(
            "async () => { const [tab] = await chrome.tabs.query({ url: 'http://127.0.0.1/*' }); chrome.action.onClicked.dispatch(tab) }"
        )
        open_widget(page)
        page.get_by_role("button", name="Chế độ ban đêm").click()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 30)"
        page.get_by_role("button", name="Đọc nội dung").click()
        expect(page.get_by_role("status")).to_contain_text("không có giọng tiếng Việt")
        assert not [path for path in site.asked if path.startswith("/v1") or path.endswith("docreader.js")]
    finally:
        context.close()


def test_the_demo_page(page: Page, site: Site) -> None:
    page.add_init_script(VOICE)
    site.headers["Content-Security-Policy"] = "default-src 'self'"
    page.goto(site.page("/", (STATIC / "index.html").read_text("utf-8")))
    open_widget(page)
    page.get_by_role("button", name="Đọc nội dung").click()
    until(page, "window.said?.length > 1")
    assert page.evaluate("window.said[0]") == page.locator("h1").inner_text()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_does_not_grow(page: Page, site: Site, seed: Made, language: str) -> None:
    """All that a page ever loads of the widget, each file compressed as a server sends it: at most 20 kB."""
    open_seed(page, site, seed, f'data-audio="/audio/" data-lang="{language}"')
    page.locator("docreader-bar .main").first.click()
    until(page, "document.querySelector('docreader-bar').bar.player.state === 'playing'")
    widget = {path[1:] for path in site.asked if (STATIC / path[1:]).is_file()}
    there = {file.name for file in STATIC.iterdir()}
    other = "en.js" if language == "vi" else "vi.js"
    assert widget == there - {"index.html", "demo.css", other}
    assert sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in widget) <= 20_000
