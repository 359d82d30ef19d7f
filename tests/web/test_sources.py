"""The three sources in their order, and what is said when none is there."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.pages import CANONICAL, lit, open_seed, open_widget, player, tidy, with_widget
from tests.web.serve import SEED, Made, Site, Stream

LISTEN = "Đọc nội dung"
STATE = "document.querySelector('docreader-bar').bar.player.state"


def serve_article(site: Site, seed: Made, key: str = "abc") -> Stream:
    """The service has the article and is making its sound; three sentences of it are there."""
    url = site.origin + CANONICAL
    stream = site.streams[key] = Stream(seed, 3)
    links = {"audio": f"/v1/audio/{key}.mp3", "marks": f"/v1/marks/{key}.json", "pdf": f"/v1/pdf?url={url}"}
    regions = (("northern", "north"), ("southern", "south"))
    voices = {"voices": [{"name": name, "region": region} for name, region in regions]}
    state = {"ready": False, "duration": None, "estimate": 250.0}
    site.json(f"/v1/article?{url}", seed.described(url) | links | state | voices)
    return stream


def test_a_stream_plays_while_it_is_made(page: Page, site: Site, seed: Made) -> None:
    stream = serve_article(site, seed)
    page.goto(site.page("/bai", with_widget(SEED, "")))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track?.time > 0.2")
    page.wait_for_function("CSS.highlights.size === 2")
    assert not stream.go.is_set()
    assert len(page.evaluate("document.querySelector('docreader-bar').bar.player.track.marks")) == 3
    expect(page.get_by_text(re.compile(r"^0:0\d / 4:10$"))).to_be_visible()  # the service's estimate
    stream.go.set()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.found.complete")
    assert page.evaluate("document.querySelector('docreader-bar').bar.player.track.marks.length") == len(
        seed.marks["marks"]
    )
    # now that it is whole it can be wound, though the browser was given a stream without an end
    page.get_by_role("slider", name="Vị trí đọc").fill("200")
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track.sound.currentTime >= 200")
    page.wait_for_function(f"{STATE} === 'playing'")
    at = player(page, "track.time")
    wanted = next(m for m in reversed(seed.marks["marks"]) if m["start"] <= at)
    assert tidy(lit(page)["docreader-sentence"]) == tidy(wanted["written"])


def test_another_voice_goes_on_where_the_first_was(page: Page, site: Site, seed: Made) -> None:
    serve_article(site, seed).go.set()
    page.goto(site.page("/bai", with_widget(SEED, "")))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.found?.complete")
    page.get_by_role("button", name="Câu sau").click()
    voice = page.get_by_label("Giọng đọc")
    assert voice.locator("option").all_inner_texts() == ["Giọng miền Bắc", "Giọng miền Nam"]
    voice.select_option("southern")
    page.wait_for_function(f"{STATE} === 'playing'")
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.track.time > 17")
    assert [query for query in site.asked if "voice=southern" in query]
    assert tidy(lit(page)["docreader-sentence"]) == tidy(seed.marks["marks"][1]["written"])


def test_the_pdf_comes_from_the_service(page: Page, site: Site, seed: Made) -> None:
    serve_article(site, seed)
    site.files["/v1/pdf"] = ("application/pdf", b"%PDF-1.7\n%%EOF\n")
    page.goto(site.page("/bai", with_widget(SEED, "")))
    open_widget(page)
    with page.context.expect_event("request", predicate=lambda request: "/v1/pdf?" in request.url):
        page.get_by_role("button", name="Xuất PDF").click()


def test_files_go_before_the_service(page: Page, site: Site, seed: Made) -> None:
    serve_article(site, seed)
    open_seed(page, site, seed)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(f"{STATE} === 'playing'")
    assert player(page, "found.kind") == "files"
    assert not [path for path in site.asked if path.startswith("/v1/")]


def test_an_article_without_a_file_is_asked_of_the_service(page: Page, site: Site, seed: Made) -> None:
    stream = serve_article(site, seed)
    stream.go.set()
    page.goto(site.page("/bai", with_widget(SEED, 'data-audio="/audio/"')))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(f"{STATE} === 'playing'")
    assert player(page, "found.kind") == "service"


def test_no_source_is_told_in_words(page: Page, site: Site) -> None:
    page.goto(site.page("/bai", with_widget(SEED, 'data-audio="/audio/"')))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    expect(page.get_by_role("status")).to_contain_text("trình duyệt của bạn không có giọng tiếng Việt")
    expect(page.get_by_role("button", name=LISTEN)).to_be_visible()
    assert page.evaluate("document.querySelector('docreader-bar').bar.open") is False


def test_a_page_without_an_article_says_so(page: Page, site: Site) -> None:
    page.goto(
        site.page(
            "/trong",
            with_widget(
                "<html lang='vi'><head><title>Trống</title></head><body><p>Xin chào.</p></body></html>",
                "data-service=none",
            ),
        )
    )
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    expect(page.get_by_role("status")).to_have_text("Không tìm thấy bài viết để đọc trên trang này.")


def test_sound_that_is_lost_is_told_and_can_be_tried_again(page: Page, site: Site, seed: Made) -> None:
    site.batch(seed, site.origin + CANONICAL)
    sound = site.files.pop("/audio/hoi-nghi-1.mp3")
    page.goto(site.page("/bai", with_widget(SEED)))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    expect(page.get_by_role("status")).to_contain_text("Không phát được âm thanh")
    site.files["/audio/hoi-nghi-1.mp3"] = sound
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(f"{STATE} === 'playing'")
    expect(page.get_by_role("status")).to_be_empty()


# Debian's Chromium has no Vietnamese voice: this one says nothing, but starts, tells its words and ends as a real one does.
VOICE = """
const voices = [{ name: 'Linh', lang: 'vi-VN', localService: true, default: false, voiceURI: 'Linh' }];
const said = (window.said = []);
let now;
Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => voices, addEventListener() {},
  cancel() { clearInterval(now); },
  speak(utterance) {
    said.push(utterance.text);
    const words = [...utterance.text.matchAll(/\\S+/g)];
    now = setInterval(() => {
      const word = words.shift();
      if (word) return utterance.onboundary({ name: 'word', charIndex: word.index, charLength: word[0].length });
      clearInterval(now);
      return utterance.onend({});
    }, 15);
  },
} });"""


def test_the_browser_reads_where_nobody_else_does(context: BrowserContext, site: Site, seed: Made) -> None:
    context.add_init_script(VOICE)
    page = context.new_page()
    page.goto(site.page("/bai", with_widget(SEED, "data-service=none")))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("window.said.length > 2")
    said = page.evaluate("window.said")
    assert said[0] == seed.article.title
    assert said[1].startswith("Ngày 17/11/2020, Tỉnh ủy tổ chức")
    page.wait_for_function("CSS.highlights.has('docreader-word')")
    expect(page.get_by_role("status")).to_contain_text("đang dùng giọng đọc của trình duyệt")
    page.get_by_role("button", name="Đoạn sau").click()
    assert page.evaluate("window.said.at(-1)").startswith("Trong 5 năm qua")
    read = page.evaluate(
        "document.querySelector('docreader-bar').bar.player.track.marks.map((mark) => mark.written).join(' ')"
    )
    for caption in ("Quang cảnh hội nghị", "Thùy Linh", "Add new comment", "Trang chủ"):
        assert caption not in read
    for block in seed.article.blocks:
        assert block.kind == "caption" or tidy(block.text) in tidy(read)
