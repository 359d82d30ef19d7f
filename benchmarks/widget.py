"""The widget in Chromium: what it costs a page to load, and how near the light is to the sound.

    python -m benchmarks.widget [SECONDS]

The seed page without and with the widget, in turn, in one run: main-thread time in the first second and a half, when the toolbar is there.
Then the seed article is played at its own speed (SECONDS of it; default: all, four minutes): at each change of the lit word
the position of the sound is taken, and compared with the time at which the engine began that word.
"""

import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.conftest import FLAGS
from tests.web.pages import CANONICAL, LOOKS, tidy, with_widget
from tests.web.serve import SEED, Made, Server, Site, make

ROUNDS = 9
METRICS = ("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
WATCH = """() => {
  window.seen = [];
  const { player } = document.querySelector('docreader-bar').bar;
  let last;
  const look = () => {
    const range = [...(CSS.highlights.get('docreader-word') ?? [])][0];
    if (range !== last) {
      last = range;
      window.seen.push([player.track.sound.currentTime, range ? range.toString() : '']);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def cost(browser: Browser, address: str, widget: bool) -> dict[str, float]:
    """Milliseconds of the main thread, by kind, and the longest task."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(
        "window.long = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => window.long = Math.max(window.long, e.duration))).observe({ type: 'longtask', buffered: true })"
    )
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(address)
    page.wait_for_timeout(1500)
    told = {m["name"]: m["value"] * 1000 for m in session.send("Performance.getMetrics")["metrics"]}
    found = {name: told[name] for name in METRICS} | {"longest task": page.evaluate("window.long")}
    assert page.locator("docreader-bar [role=toolbar]").count() == widget
    page.close()
    return found


def load(browser: Browser, site: Site) -> None:
    plain = site.page(
        "/khong",
        with_widget(SEED, looks=LOOKS).replace(
            '<script type="module" src="/docreader.js" data-audio="/audio/"></script>', ""
        ),
    )
    with_it = site.page("/co", with_widget(SEED))
    runs = [(cost(browser, plain, False), cost(browser, with_it, True)) for _ in range(ROUNDS)]
    print(f"main thread, ms, median of {ROUNDS}      without     with   difference")
    for name in (*METRICS, "longest task"):
        without, there = (statistics.median(run[i][name] for run in runs) for i in (0, 1))
        print(f"  {name:<28}{without:>9.1f}{there:>9.1f}{there - without:>12.1f}")


def spans(made: Made) -> list[tuple[float, str]]:
    """When each written span begins to be heard, and its text; words of one expansion are one span."""
    texts = {-2: made.article.title, -1: made.article.lead} | {n: b.text for n, b in enumerate(made.article.blocks)}
    out: list[tuple[float, str]] = []
    last = None
    for mark in made.marks["marks"]:
        for start, _end, first, end, _spoken in mark["words"]:
            if (mark["block"], first, end) != last:
                out.append((start, tidy(texts[mark["block"]][first:end])))
            last = (mark["block"], first, end)
    return out


def follow(page: Page, site: Site, made: Made, seconds: float) -> None:
    page.goto(site.page("/co", with_widget(SEED)))
    page.get_by_role("button", name="Đọc nội dung").click()
    page.evaluate(WATCH)
    page.wait_for_timeout(1000 * min(seconds, made.duration + 1))
    seen = [(at, tidy(text)) for at, text in page.evaluate("window.seen") if text]
    wanted = [span for span in spans(made) if span[0] < seen[-1][0]]
    late, missed, place = [], 0, 0
    for start, text in wanted:
        found = next((n for n in range(place, min(place + 4, len(seen))) if seen[n][1] == text), None)
        if found is None:
            missed += 1
            continue
        late.append(1000 * (seen[found][0] - start))
        place = found + 1
    near = sum(abs(ms) <= 100 for ms in late)
    worst = statistics.quantiles([abs(ms) for ms in late], n=100)
    print(
        f"written spans heard: {len(wanted)}; lit within 100 ms of the engine's event: {near} ({100 * near / len(wanted):.1f} %); never lit: {missed}"
    )
    print(
        f"  after the event, ms: median {statistics.median(late):.0f}, p95 {worst[94]:.0f}, worst {max(map(abs, late)):.0f}"
    )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1e9
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = make(SEED, Path(tempfile.mkdtemp()))
    server.site.batch(made, server.site.origin + CANONICAL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        load(browser, server.site)
        follow(browser.new_page(viewport={"width": 1280, "height": 800}), server.site, made, seconds)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
