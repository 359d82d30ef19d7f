"""Listening to an article in a real Chromium, from the files of the batch job."""

import re
import unicodedata

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.pages import CANONICAL, lit, open_seed, open_widget, player, tidy
from tests.web.serve import Made, Site

LISTEN = "Đọc nội dung"


def listen(page: Page) -> None:
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track?.time > 0.2")


def test_the_page_stays_as_it_is_while_it_is_read(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    before = page.locator("#node-12453").evaluate("e => e.outerHTML")
    listen(page)
    expect(page.get_by_role("button", name="Tạm dừng").first).to_be_visible()
    assert lit(page)["docreader-sentence"] == seed.article.title
    assert page.locator("#node-12453").evaluate("e => e.outerHTML") == before
    assert not page.context.cookies()
    page.get_by_role("button", name="Tạm dừng").first.click()
    expect(page.get_by_role("button", name="Đọc tiếp").first).to_be_visible()


def test_each_word_is_lit_while_it_is_heard(page: Page, site: Site, seed: Made) -> None:
    """At the middle of each of the seed's words: the span that it is written as, found in the page's own text."""
    open_seed(page, site, seed)
    listen(page)
    page.evaluate("document.querySelector('docreader-bar').bar.player.pause()")
    words = [word for mark in seed.marks["marks"] for word in mark["words"]]
    assert len(words) > 700
    shown = page.evaluate(
        """times => { const { player } = document.querySelector('docreader-bar').bar;
           return times.map((time) => { player.seek(time); return [...(CSS.highlights.get('docreader-word') ?? [])].join() }) }""",
        [(start + end) / 2 for start, end, *_ in words],
    )
    texts = {-2: seed.article.title} | {n: block.text for n, block in enumerate(seed.article.blocks)}
    written = [texts[m["block"]][w[2] : w[3]] for m in seed.marks["marks"] for w in m["words"]]
    wrong = [(a, b) for a, b in zip(shown, written, strict=True) if tidy(a) != tidy(b)]
    assert not wrong
    council = [w[4] for w, text in zip(words, written, strict=True) if text == "HĐND"]
    assert council == ["hội", "đồng", "nhân", "dân"] or "".join(council).lower().startswith("hộiđồngnhândân")


def test_seek_sentences_and_paragraphs(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    marks = seed.marks["marks"]

    def sentence() -> str:
        return tidy(lit(page)["docreader-sentence"])

    page.get_by_role("button", name="Câu sau").click()
    assert sentence() == tidy(marks[1]["written"])
    page.get_by_role("button", name="Câu sau").click()
    assert sentence() == tidy(marks[2]["written"])
    page.get_by_role("button", name="Câu trước").click()
    assert sentence() == tidy(marks[1]["written"])
    page.get_by_role("button", name="Đoạn sau").click()
    assert sentence() == tidy(next(m for m in marks if m["block"] > marks[1]["block"])["written"])
    page.get_by_role("button", name="Đoạn trước").click()
    assert sentence() == tidy(marks[1]["written"])
    slider = page.get_by_role("slider", name="Vị trí đọc")
    slider.fill("200")
    assert 199 < player(page, "track.time") < 202
    minutes, seconds = divmod(int(player(page, "track.duration")), 60)
    assert 60 * minutes + seconds == pytest.approx(seed.duration, abs=1.1)
    said = rf"3 phút 2\d giây trên tổng số {minutes} phút {seconds} giây"
    assert re.fullmatch(said, slider.get_attribute("aria-valuetext") or "")
    expect(page.get_by_text(re.compile(rf"^3:2\d / {minutes}:{seconds:02}$"))).to_be_visible()
    page.wait_for_function(
        "document.querySelector('docreader-bar').bar.player.ranges.sentence.getBoundingClientRect().top > 0"
    )


def test_speed_keeps_the_pitch_and_is_remembered(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    page.get_by_label("Tốc độ đọc").select_option("1,5×")
    page.get_by_role("slider", name="Âm lượng").fill("40")
    assert player(page, "track.sound.playbackRate") == 1.5
    assert player(page, "track.sound.preservesPitch") is True
    page.get_by_role("button", name="Câu sau").click()
    page.get_by_role("button", name="Câu sau").click()
    page.reload()
    open_widget(page)
    assert page.evaluate("document.querySelector('docreader-bar').bar.open") is False
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    assert player(page, "track.sound.playbackRate") == 1.5
    assert player(page, "track.sound.volume") == pytest.approx(0.4)
    assert player(page, "track.time") == pytest.approx(seed.marks["marks"][2]["start"], abs=5)
    assert sorted(page.evaluate("Object.keys(localStorage)")) == ["docreader", "docreader-places"]


def test_an_article_heard_to_its_end_begins_anew(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    page.evaluate("document.querySelector('docreader-bar').bar.player.seek(254)")
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'paused'")
    assert lit(page) == {}
    assert page.evaluate("localStorage['docreader-places']") == "{}"
    page.get_by_role("button", name="Đọc tiếp").first.click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    assert player(page, "track.time") < 3


def test_a_click_on_a_sentence_listens_from_there(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    paragraph = page.locator("p", has_text="Trong 5 năm qua")
    paragraph.click(position={"x": 60, "y": 8})
    assert not page.evaluate(
        "document.querySelector('docreader-bar').bar.open"
    )  # an ordinary click while nobody listens
    listen(page)
    paragraph.click(position={"x": 60, "y": 8})
    wanted = next(m for m in seed.marks["marks"] if m["written"].startswith("Trong 5 năm qua"))
    assert player(page, "track.time") == pytest.approx(wanted["start"], abs=1)
    page.keyboard.press("Escape")  # outside the player: not its key
    assert page.evaluate("document.querySelector('docreader-bar').bar.open")


def test_a_tap_on_a_telephone(browser: Browser, site: Site, seed: Made) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_seed(page, site, seed)
    page.get_by_role("button", name=LISTEN).tap()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track?.time > 0.2")
    page.get_by_role("button", name="Đoạn sau").tap()
    page.get_by_role("button", name="Tạm dừng").last.tap()
    page.locator("p", has_text="Trong 5 năm qua").tap(position={"x": 60, "y": 8})
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    wanted = next(m for m in seed.marks["marks"] if m["written"].startswith("Trong 5 năm qua"))
    assert player(page, "track.time") == pytest.approx(wanted["start"], abs=1)
    # the word that is heard is not under the player
    page.evaluate("document.querySelector('docreader-bar').bar.player.seek(150)")
    page.wait_for_function(
        """(() => { const { bar } = document.querySelector('docreader-bar'); const box = bar.player.ranges.word.getBoundingClientRect();
           return box.top > 0 && box.bottom < bar.dock.getBoundingClientRect().top })()"""
    )
    context.close()


def test_enter_on_a_paragraph_listens_from_there(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    page.evaluate(
        """() => { const p = [...document.querySelectorAll('p')].find((p) => p.textContent.startsWith('Phát biểu kết luận'));
           document.activeElement.blur(); getSelection().collapse(p.firstChild, 3) }"""
    )
    page.keyboard.press("Enter")
    wanted = next(m for m in seed.marks["marks"] if m["written"].startswith("Phát biểu kết luận"))
    assert player(page, "track.time") == pytest.approx(wanted["start"], abs=1)


def test_a_selection_is_read_alone(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.evaluate(
        """() => { const text = document.querySelector('#node-12453 p strong').firstChild; const at = text.data.indexOf('HĐND');
           getSelection().setBaseAndExtent(text, at, text, at + 'HĐND tỉnh'.length) }"""
    )
    page.get_by_role("button", name="Đọc phần đã chọn").click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    words = [w for m in seed.marks["marks"] for w in m["words"]]
    first = next(n for n, w in enumerate(words) if w[3] - w[2] == 4 and w[4].lower() == "hội")
    assert [w[4].lower() for w in words[first : first + 5]] == ["hội", "đồng", "nhân", "dân", "tỉnh"]
    assert words[first][0] - 0.01 <= player(page, "track.time") < words[first + 1][0] + 0.3
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'paused'")
    assert words[first + 4][1] <= player(page, "track.time") < words[first + 4][1] + 0.4


def test_keys(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    state = "document.querySelector('docreader-bar').bar.player.state"
    page.keyboard.press("Alt+Shift+D")
    page.wait_for_function(f"{state} === 'playing'")
    page.keyboard.press("Alt+Shift+D")
    page.wait_for_function(f"{state} === 'paused'")
    page.keyboard.press("Alt+Shift+L")
    assert tidy(lit(page)["docreader-sentence"]) == tidy(seed.marks["marks"][1]["written"])
    page.keyboard.press("Alt+Shift+J")
    assert tidy(lit(page)["docreader-sentence"]) == tidy(seed.article.title)
    page.locator("#edit-name").focus()
    page.keyboard.press("Alt+Shift+D")  # in a field of the page, keys belong to the page
    assert page.evaluate(state) == "paused"
    page.get_by_role("slider", name="Vị trí đọc").focus()
    page.keyboard.press("k")
    page.wait_for_function(f"{state} === 'playing'")
    page.keyboard.press("Shift+L")
    assert tidy(lit(page)["docreader-sentence"]) == tidy(seed.marks["marks"][1]["written"])
    page.keyboard.press("m")
    assert player(page, "track.sound.muted") is True
    page.keyboard.press("Escape")
    assert page.evaluate(state) == "idle"
    assert lit(page) == {}
    expect(page.get_by_role("button", name=LISTEN)).to_be_focused()


def test_the_toolbar_is_one_stop_of_tab(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    first = page.get_by_role("button", name=LISTEN)
    first.focus()
    for name in (
        "Chế độ ban đêm",
        "In trang",
        "Xuất PDF",
        "A-: giảm cỡ chữ",
        "A: cỡ chữ mặc định",
        "A+: tăng cỡ chữ",
        "Tùy chỉnh",
    ):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(first).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Tùy chỉnh")).to_be_focused()
    assert (
        page.evaluate(
            "document.querySelector('docreader-bar').shadowRoot.querySelectorAll('[role=toolbar] [tabindex=\"0\"]').length"
        )
        == 1
    )


def test_lock_screens_are_told(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    told = page.evaluate(
        "({ title: navigator.mediaSession.metadata.title, artist: navigator.mediaSession.metadata.artist })"
    )
    assert told == {"title": seed.article.title, "artist": seed.article.author or seed.article.site}


def test_the_mp3_can_be_downloaded(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải MP3").click()
    assert download.value.path().read_bytes() == seed.mp3


def test_text_in_nfd_and_across_elements_is_found(page: Page, site: Site, seed: Made) -> None:
    """The same article, its letters decomposed, broken up by elements and soft hyphens."""
    html = site.files[open_seed(page, site, seed).removeprefix(site.origin)][1].decode()
    torn = html.replace("Hoàng Văn Nghiệm", "Hoàng <b>V</b><i>ăn</i>&nbsp;<a href='#'>Ngh&shy;iệm</a>").replace(
        "HĐND tỉnh", "HĐ<span>ND</span><br> tỉnh"
    )
    head, body = torn.split("<body", 1)
    page.goto(site.page("/nfd", head + "<body" + unicodedata.normalize("NFD", body)))
    open_widget(page)
    listen(page)
    words = [w for m in seed.marks["marks"] for w in m["words"] if m["block"] == 0]
    shown = page.evaluate(
        """times => { const { player } = document.querySelector('docreader-bar').bar;
           return times.map((time) => { player.seek(time); return [...(CSS.highlights.get('docreader-word') ?? [])].join() }) }""",
        [(start + end) / 2 for start, end, *_ in words],
    )
    text = seed.article.blocks[0].text
    assert [tidy(s) for s in shown] == [tidy(text[w[2] : w[3]]) for w in words]


def test_without_the_highlight_api_rectangles_lie_over_the_words(
    context: BrowserContext, site: Site, seed: Made
) -> None:
    context.add_init_script("delete window.Highlight")
    page = context.new_page()
    open_seed(page, site, seed)
    listen(page)
    page.evaluate("document.querySelector('docreader-bar').bar.player.seek(30)")
    boxes = page.evaluate(
        """() => { const { ranges } = document.querySelector('docreader-bar').bar.player;
           const box = (r) => [r.left, r.top, r.width, r.height].map(Math.round);
           return [box(ranges.word.getClientRects()[0]), box(document.querySelector('docreader-overlay').shadowRoot.querySelector('.word').getBoundingClientRect())] }"""
    )
    assert [abs(a - b) <= 3 for a, b in zip(*boxes, strict=True)] == [True] * 4
    assert CANONICAL in site.files[next(p for p in site.files if p.startswith("/audio/pages"))][1].decode()


def test_the_player_stays_while_the_page_is_scrolled(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    for place in ("document.body.scrollHeight", "0"):
        page.evaluate(f"scrollTo(0, {place})")
        box = page.get_by_role("region", name="Trình đọc bài viết").bounding_box()
        assert box and box["y"] + box["height"] == pytest.approx(800, abs=1) and box["height"] < 200


def test_it_glides_to_the_sentence_but_not_away_from_a_reader_who_scrolls(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    listen(page)
    play = "document.querySelector('docreader-bar').bar.player"
    page.mouse.move(600, 300)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 300")
    page.wait_for_timeout(300)
    there = page.evaluate("scrollY")
    page.evaluate(f"{play}.track.seek({seed.marks['marks'][1]['start'] - 0.4})")  # as the voice goes on by itself
    page.wait_for_function(f"{play}.mark.start > 1 && {play}.track.time > {seed.marks['marks'][1]['start'] + 0.3}")
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == pytest.approx(there, abs=2)
    page.evaluate(
        """() => { window.ways = []; const own = scrollBy;
           window.scrollBy = (how) => { window.ways.push(how.behavior); own.call(window, how) } }"""
    )
    page.get_by_role("button", name="Câu sau").click()  # who asks for a sentence wants to see it
    page.wait_for_function(
        f"(() => {{ const box = {play}.ranges.sentence.getBoundingClientRect(); return box.top >= 0 && box.top < 700 }})()"
    )
    assert page.evaluate("window.ways")[0] == "smooth"


def test_no_cookie_and_no_request_to_anybody_else(page: Page, site: Site, seed: Made) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_seed(page, site, seed)
    listen(page)
    page.get_by_role("button", name="Chế độ ban đêm").click()
    page.get_by_role("button", name="Câu sau").click()
    others = [url for url in asked if not url.startswith((site.origin, "data:", "blob:"))]
    assert (len(asked) > 5, others, page.context.cookies()) == (True, [], [])
