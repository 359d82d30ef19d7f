"""Everyone: axe, keyboard, targets, contrast, reflow, forced colours; and the page's display."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.pages import open_seed, open_widget, with_widget
from tests.web.serve import SEED, Made, Site
from tests.web.test_sources import serve_article

LISTEN = "Đọc nội dung"
SIZES = {"desktop": (1280, 800), "phone": (360, 740), "narrow": (320, 640), "zoomed": (320, 256)}


def axe(page: Page) -> list[str]:
    """What axe finds in the widget."""
    found = Axe().run(
        page,
        context=[["docreader-bar"]],
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    )
    return [f"{v['id']}: {node['html']}" for v in found.response["violations"] for node in v["nodes"]]


def opened(page: Page) -> None:
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    page.get_by_role("button", name="Tùy chỉnh").click()
    page.get_by_text("Phím tắt").click()


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(browser: Browser, site: Site, seed: Made, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=size == "phone", is_mobile=size == "phone"
    )
    page = context.new_page()
    open_seed(page, site, seed)
    assert axe(page) == []
    opened(page)
    assert axe(page) == []
    page.get_by_role("button", name="Chế độ ban đêm").click()
    assert axe(page) == []
    page.get_by_role("checkbox", name="Tương phản cao").check()
    assert axe(page) == []
    small = page.evaluate(
        """() => [...document.querySelector('docreader-bar').shadowRoot.querySelectorAll('button,a,select,input,summary,label')]
           .filter((e) => e.checkVisibility() && !(e.localName === 'input' && e.closest('label')))
           .map((e) => [e.outerHTML, e.getBoundingClientRect()]).filter(([, r]) => r.width < 24 || r.height < 24)"""
    )
    assert small == []
    wide = page.evaluate(
        "[document.documentElement.scrollWidth, ...[...document.querySelector('docreader-bar').shadowRoot.querySelectorAll('*')].map((e) => e.getBoundingClientRect().right)]"
    )
    assert max(wide) <= width + 1  # nothing needs sideways scrolling
    context.close()


def test_the_player_never_hides_what_has_the_focus(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    page.get_by_role("button", name="Tạm dừng").first.click()
    page.locator("#edit-search").focus()
    hidden = []
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden += page.evaluate(
            """() => { let e = document.activeElement; if (!e || e === document.body || e.localName === 'docreader-bar') return [];
               const dock = document.querySelector('docreader-bar').shadowRoot.querySelector('.dock').getBoundingClientRect();
               return e.getBoundingClientRect().bottom > dock.top + 1 ? [e.outerHTML] : [] }"""
        )
    assert hidden == []


def test_where_the_window_is_low_the_player_stays_with_the_toolbar(browser: Browser, site: Site, seed: Made) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 256})  # 1280 x 1024 at 400 %
    page = context.new_page()
    open_seed(page, site, seed)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    dock = "document.querySelector('docreader-bar').shadowRoot.querySelector('.dock')"
    assert page.evaluate(f"getComputedStyle({dock}).position") == "static"
    context.close()


def test_states_are_told(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    night = page.get_by_role("button", name="Chế độ ban đêm")
    expect(night).to_have_attribute("aria-pressed", "false")
    night.click()
    expect(night).to_have_attribute("aria-pressed", "true")
    options = page.get_by_role("button", name="Tùy chỉnh")
    expect(options).to_have_attribute("aria-expanded", "false")
    options.click()
    expect(options).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Tùy chỉnh hiển thị")).to_be_visible()
    page.get_by_role("checkbox", name="Thước đọc").focus()
    page.keyboard.press("Escape")
    expect(options).to_be_focused()
    listen = page.get_by_role("toolbar").get_by_role("button").first
    listen.click()
    expect(listen).to_have_text("Tạm dừng")
    assert listen.get_attribute("aria-pressed") is None  # its name changes: a state as well would say it twice
    expect(page.get_by_role("region", name="Trình đọc bài viết")).to_be_visible()


def test_the_status_is_quiet_while_sentences_go_by(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.evaluate(
        """() => { window.told = []; const root = document.querySelector('docreader-bar').shadowRoot;
           new MutationObserver((list) => list.forEach((m) => window.told.push(root.querySelector('[role=status]').textContent)))
             .observe(root.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true }) }"""
    )
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    for _ in range(5):
        page.get_by_role("button", name="Câu sau").click()
    assert set(page.evaluate("window.told")) <= {"", "Đang chuẩn bị bản đọc…"}
    assert (
        page.evaluate(
            "document.querySelector('docreader-bar').shadowRoot.querySelectorAll('[aria-live],[role=status],[role=alert]').length"
        )
        == 1
    )


def test_night_contrast_size_spacing_font_and_links(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    style = "(name) => getComputedStyle(document.querySelector('#node-12453 p'))[name]"
    plain = {name: page.evaluate(style, name) for name in ("color", "backgroundColor", "lineHeight", "fontFamily")}
    height = page.locator("#node-12453 p").first.bounding_box()
    page.get_by_role("button", name="Chế độ ban đêm").click()
    assert page.evaluate(style, "color") == "rgb(232, 228, 220)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 30)"
    for _ in range(2):
        page.get_by_role("button", name="A+: tăng cỡ chữ").click()
    grown = page.locator("#node-12453 p").first.bounding_box()
    assert height and grown and grown["height"] > 1.3 * height["height"]
    page.get_by_role("button", name="Tùy chỉnh").click()
    page.get_by_role("radio", name="Rộng").check()
    page.get_by_role("checkbox", name="Phông chữ dễ đọc").check()
    page.get_by_role("checkbox", name="Tương phản cao").check()
    page.get_by_role("checkbox", name="Gạch chân liên kết").check()
    assert page.evaluate(style, "color") == "rgb(255, 255, 255)"
    assert "Verdana" in page.evaluate(style, "fontFamily")
    assert "underline" in page.evaluate("getComputedStyle(document.querySelector('#main-menu a')).textDecorationLine")
    page.reload()  # all of it is remembered
    open_widget(page)
    assert page.evaluate(style, "color") == "rgb(255, 255, 255)"
    assert float(page.evaluate(style, "lineHeight").removesuffix("px")) > 30
    page.get_by_role("button", name="Tùy chỉnh").click()
    expect(page.get_by_role("checkbox", name="Phông chữ dễ đọc")).to_be_checked()
    page.get_by_role("button", name="Đặt lại mặc định").click()
    assert {name: page.evaluate(style, name) for name in plain} == plain
    shrunk = page.locator("#node-12453 p").first.bounding_box()
    assert shrunk and shrunk["height"] == height["height"]


def test_mask_and_ruler_follow_the_pointer_and_the_voice(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.get_by_role("button", name="Tùy chỉnh").click()
    page.get_by_role("checkbox", name="Thước đọc").check()
    page.get_by_role("checkbox", name="Mặt nạ đọc").check()
    at = """(name) => { const box = document.querySelector('docreader-overlay').shadowRoot.querySelector('.' + name).getBoundingClientRect();
            return (box.top + box.bottom) / 2 }"""
    page.mouse.move(300, 250)
    assert page.evaluate(at, "mask") == pytest.approx(250, abs=3)
    assert page.evaluate(at, "ruler") == pytest.approx(268, abs=4)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    page.evaluate("document.querySelector('docreader-bar').bar.player.seek(5)")
    page.wait_for_function(
        """() => { const middle = (box) => (box.top + box.bottom) / 2;
           const word = document.querySelector('docreader-bar').bar.player.ranges.word.getBoundingClientRect();
           return Math.abs(middle(document.querySelector('docreader-overlay').shadowRoot.querySelector('.mask').getBoundingClientRect()) - middle(word)) < 20 }"""
    )
    page.get_by_role("checkbox", name="Thước đọc").uncheck()
    assert page.evaluate("document.querySelector('docreader-overlay').shadowRoot.querySelector('.ruler')") is None


def test_forced_colours_and_reduced_motion(page: Page, site: Site, seed: Made) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    open_seed(page, site, seed)
    opened(page)
    page.get_by_role("button", name="Chế độ ban đêm").click()
    night = page.get_by_role("button", name="Chế độ ban đêm")
    ground, other = (
        b.evaluate("e => getComputedStyle(e).backgroundColor")
        for b in (night, page.get_by_role("button", name="In trang"))
    )
    assert ground != other  # the state is seen without the widget's own colours
    moving = (
        "document.getAnimations().length + document.querySelector('docreader-bar').shadowRoot.getAnimations().length"
    )
    assert page.evaluate(moving) == 0
    page.evaluate("document.querySelector('docreader-bar').bar.player.seek(200)")
    moved = page.evaluate("scrollY")
    page.wait_for_timeout(120)
    assert page.evaluate("scrollY") == moved > 0  # it jumped, it did not glide


def test_paper_shows_the_page_alone(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.get_by_role("button", name="Chế độ ban đêm").click()
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="In trang").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator("docreader-bar")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('#node-12453 p')).color") == "rgb(0, 0, 0)"


def test_in_english_and_with_parts_left_out(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed, 'data-audio="/audio/" data-lang="en" data-hide="pdf print contrast spacing"')
    assert page.get_by_role("toolbar").get_by_role("button").all_inner_texts() == [
        "Listen",
        "Night mode",
        "A-",
        "A",
        "A+",
        "Settings",
    ]
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_role("checkbox", name="High contrast")).to_have_count(0)
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_role("checkbox", name="Reading mask")).to_be_visible()


# The group without a name is the details element, which has its summary.
NAMES = {
    "vi": {
        "toolbar Công cụ hỗ trợ đọc", "button Tạm dừng", "button Chế độ ban đêm", "button In trang", "button Xuất PDF", "group Cỡ chữ",
        "button A-: giảm cỡ chữ", "button A: cỡ chữ mặc định", "button A+: tăng cỡ chữ", "button Tùy chỉnh", "group Tùy chỉnh hiển thị", "group Giãn dòng",
        "radio Mặc định", "radio Vừa", "radio Rộng", "checkbox Phông chữ dễ đọc", "checkbox Tương phản cao", "checkbox Gạch chân liên kết",
        "checkbox Thước đọc", "checkbox Mặt nạ đọc", "button Đặt lại mặc định", "region Trình đọc bài viết", "slider Vị trí đọc", "button Đoạn trước",
        "button Câu trước", "button Câu sau", "button Đoạn sau", "combobox Tốc độ đọc", "button Tắt tiếng", "slider Âm lượng", "link Tải MP3",
        "button Đóng trình đọc", "group",
    },
    "en": {
        "toolbar Reading tools", "button Pause", "button Night mode", "button Print", "button Save as PDF", "group Text size",
        "button A-: smaller text", "button A: default text size", "button A+: larger text", "button Settings", "group Display settings", "group Line spacing",
        "radio Default", "radio Medium", "radio Wide", "checkbox Readable font", "checkbox High contrast", "checkbox Underline links",
        "checkbox Reading ruler", "checkbox Reading mask", "button Reset to defaults", "region Article player", "slider Position", "button Previous paragraph",
        "button Previous sentence", "button Next sentence", "button Next paragraph", "combobox Speed", "button Mute", "slider Volume", "link Download MP3",
        "button Close the player", "group",
    },
}  # fmt: skip
SPOKEN = {
    "toolbar",
    "button",
    "group",
    "radio",
    "checkbox",
    "region",
    "slider",
    "combobox",
    "link",
    "switch",
    "image",
    "img",
}


@pytest.mark.parametrize("language", NAMES)
def test_screen_readers_are_given_these_roles_and_names(page: Page, site: Site, seed: Made, language: str) -> None:
    """The browser's own accessibility tree, all of it that is the widget's: what a screen reader has to say."""
    open_seed(page, site, seed, f'data-audio="/audio/" data-lang="{language}"')
    page.locator("docreader-bar .main").first.click()
    page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
    page.locator("docreader-bar [name=options]").click()
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    every = session.send("Accessibility.getFullAXTree")["nodes"]
    below, inside = {n["nodeId"]: n.get("childIds", []) for n in every}, set()
    root = "document.querySelector('docreader-bar').shadowRoot.firstChild"
    found = session.send("Runtime.evaluate", {"expression": root})["result"]["objectId"]
    start = session.send("DOM.describeNode", {"objectId": found})["node"]["backendNodeId"]
    waiting = [n["nodeId"] for n in every if n.get("backendDOMNodeId") == start]
    while waiting:
        inside.add(at := waiting.pop())
        waiting += below.get(at, [])
    told = {
        f"{n['role']['value']} {n['name']['value']}".strip()
        for n in every
        if n["nodeId"] in inside and not n["ignored"] and n["role"]["value"] in SPOKEN
    }
    assert told == NAMES[language]
    assert page.locator("docreader-bar .root").first.get_attribute("lang") == language
    summary = next(n for n in every if "Phím tắt" in str(n.get("name")) or "Keyboard shortcuts" in str(n.get("name")))
    assert {"name": "expanded", "value": {"type": "booleanOrUndefined", "value": False}} in summary["properties"]
    value = page.locator("docreader-bar .position").first.get_attribute("aria-valuetext")
    assert value and ("trên tổng số" if language == "vi" else " of ") in value


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_in_rarer_states(page: Page, site: Site, seed: Made, language: str) -> None:
    """Voices to choose from, muted, paused, a selection, forced colours; an error that is told."""
    serve_article(site, seed).go.set()
    page.goto(site.page("/bai", with_widget(SEED, f'data-lang="{language}"')))
    open_widget(page)
    player = "document.querySelector('docreader-bar').bar.player"
    page.locator("docreader-bar .main").first.click()
    page.wait_for_function(f"{player}.state === 'playing'")
    page.locator("docreader-bar [name=mute]").click()
    assert page.locator("docreader-bar .voice").is_visible() and axe(page) == []
    page.keyboard.press("k")
    page.wait_for_function(f"{player}.state === 'paused'")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#node-12453 p'))")
    expect(page.locator("docreader-bar .main").first).to_have_text(
        "Đọc phần đã chọn" if language == "vi" else "Listen to selection"
    )
    page.emulate_media(forced_colors="active")
    assert axe(page) == []
    page.emulate_media(forced_colors="none")
    site.files.clear()
    site.streams.clear()
    page.goto(site.page("/khac", with_widget(SEED, f'data-lang="{language}"')))
    open_widget(page)
    page.locator("docreader-bar .main").first.click()
    expect(page.get_by_role("status")).not_to_be_empty()
    page.wait_for_function(f"{player}.state === 'failed'")
    assert axe(page) == []


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("listen", "Đọc nội dung"), ("night", "Chế độ ban đêm"), ("print", "In trang"), ("pdf", "Xuất PDF"), ("size", "A+: tăng cỡ chữ"),
        ("options", "Tùy chỉnh"), ("spacing", "Rộng"), ("font", "Phông chữ dễ đọc"), ("contrast", "Tương phản cao"), ("links", "Gạch chân liên kết"),
        ("ruler", "Thước đọc"), ("mask", "Mặt nạ đọc"), ("download", "Tải MP3"),
    ],
)  # fmt: skip
def test_each_part_can_be_left_out(page: Page, site: Site, seed: Made, part: str, name: str) -> None:
    shown = "button,input,a"
    for hidden in ("", part):
        open_seed(page, site, seed, f'data-audio="/audio/" data-hide="{hidden}"')
        if part == "download":
            page.get_by_role("button", name=LISTEN).click()
            page.wait_for_function("document.querySelector('docreader-bar').bar.player.state === 'playing'")
        elif hidden != "options":
            page.get_by_role("button", name="Tùy chỉnh", exact=True).click()
        labels = page.evaluate(
            """(shown) => [...document.querySelector('docreader-bar').shadowRoot.querySelectorAll(shown)].filter((e) => e.checkVisibility())
               .map((e) => e.ariaLabel || (e.labels?.[0] ?? e).textContent.trim())""",
            shown,
        )
        assert (name in labels) == (not hidden)
