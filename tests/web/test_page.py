"""Pages as they are: strict policies, hostile styles, single-page applications, several articles, bars placed by hand."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.web.pages import CANONICAL, LOOKS, lit, open_seed, open_widget, player, tidy, until, with_widget
from tests.web.serve import SEED, Made, Site

LISTEN = "Đọc nội dung"
PLAYING = "document.querySelector('docreader-bar').bar.player.state === 'playing'"
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; media-src 'self'; img-src 'self'; style-src 'none'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


def test_a_strict_content_security_policy(page: Page, site: Site, seed: Made) -> None:
    site.headers["Content-Security-Policy"] = POLICY
    page.add_init_script(
        "window.broken = []; document.addEventListener('securitypolicyviolation', (e) => window.broken.push(e.violatedDirective + ' ' + e.sourceFile))"
    )
    site.batch(seed, site.origin + CANONICAL)
    page.goto(site.page("/bai", with_widget(SEED, looks="").replace(' style="', ' data-was="')))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    until(page, PLAYING)
    until(page, "CSS.highlights.size === 2")
    page.get_by_role("button", name="Chế độ ban đêm").click()
    page.get_by_role("button", name="Tùy chỉnh").click()
    page.get_by_role("checkbox", name="Mặt nạ đọc").check()
    page.mouse.move(300, 250)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 25, 30)"
    assert page.locator("docreader-bar .main").first.evaluate("e => getComputedStyle(e).display") == "flex"
    assert page.evaluate("window.broken") == []


HOSTILE = """<style>* { all: unset !important } body * { display: block !important; position: static !important; color: red !important;
font: 5px/1 serif !important; letter-spacing: 1em !important; visibility: visible !important; transform: rotate(1deg) !important; filter: blur(1px) !important;
overflow: hidden !important; max-height: 50px !important; text-transform: uppercase !important }
docreader-bar, docreader-overlay { display: none !important; opacity: 0 !important; pointer-events: none !important } html { font-size: 3px !important }
button, input, select, [role=button] { width: 1px !important; height: 1px !important; clip-path: inset(50%) !important }</style>"""


def test_hostile_styles_do_not_reach_the_widget(context: BrowserContext, page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.get_by_role("button", name="Tùy chỉnh").click()
    sized = "() => [...document.querySelector('docreader-bar').shadowRoot.querySelectorAll('.toolbar button')].map((e) => { const r = e.getBoundingClientRect(), s = getComputedStyle(e); return [Math.round(r.width), Math.round(r.height), s.color, s.fontSize, s.letterSpacing, s.textTransform] })"
    calm = page.evaluate(sized)
    page.goto(site.page("/hung", with_widget(SEED, looks=HOSTILE)))
    open_widget(page)
    # the ancestors are turned by a degree, which no element can undo; sizes are those of the elements themselves
    page.evaluate(
        "document.querySelectorAll('body, body *').forEach((e) => e.style.setProperty('transform', 'none', 'important'))"
    )
    page.evaluate(
        "for (let e = document.querySelector('docreader-bar').parentElement; e; e = e.parentElement) e.style.setProperty('max-height', 'none', 'important')"
    )
    assert page.evaluate(sized) == calm
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(PLAYING)
    dock = page.get_by_role("region", name="Trình đọc bài viết").bounding_box()
    assert dock and dock["x"] == 0 and dock["width"] == 1280 and abs(dock["y"] + dock["height"] - 800) < 2
    assert page.evaluate("document.elementFromPoint(640, 760).localName") == "docreader-bar"


def test_the_player_is_whole_inside_a_part_that_cuts_and_moves(page: Page, site: Site, seed: Made) -> None:
    """An ancestor with a transform and hidden overflow, above it something that claims the highest z-index."""
    site.batch(seed, site.origin + CANONICAL)
    looks = (
        LOOKS
        + "<style>#page{transform:scale(.9);overflow:hidden;contain:paint}body::after{content:'';position:fixed;inset:0;z-index:2147483647;pointer-events:none;background:#0f01}</style>"
    )
    page.goto(site.page("/bai", with_widget(SEED, looks=looks)))
    open_widget(page)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(PLAYING)
    dock = page.get_by_role("region", name="Trình đọc bài viết").bounding_box()
    assert dock and dock["width"] == 1280 and abs(dock["y"] + dock["height"] - 800) < 2
    page.get_by_role("button", name="Câu sau").click()
    assert tidy(lit(page)["docreader-sentence"]) == tidy(seed.marks["marks"][1]["written"])


APP = """<!DOCTYPE html><html lang="vi"><head><title>Cổng</title><link rel="canonical" href="/a">%s
<script type="module" src="/docreader.js" data-audio="/audio/"></script></head>
<body><nav><a href="/">Trang chủ</a></nav><div id="app"></div></body></html>"""
DRAW = """([path, html]) => { if (path) history.pushState({}, '', path); document.querySelector('#app').innerHTML = html }"""


def test_a_single_page_application(page: Page, site: Site, seed: Made) -> None:
    """The address changes and the article is another, with neither a load nor a new canonical link; then the same is drawn again."""
    node = SEED[SEED.index('<h1 class="title"') : SEED.index('<div class="field field-name-field-rating')]
    other = (
        "<h1>Hội nghị cấp tỉnh</h1><div>"
        + "<p>Hội nghị đã thảo luận, thống nhất nhiều nội dung quan trọng của tỉnh trong thời gian tới.</p>" * 4
        + "</div>"
    )
    site.batch(seed, site.origin + "/b")
    page.goto(site.page("/a", APP % LOOKS))
    page.evaluate(DRAW, ["", other])
    open_widget(page)
    assert player(page, "address") == site.origin + "/a"
    page.evaluate(DRAW, ["/b", node])
    page.wait_for_function("document.querySelector('docreader-bar')?.bar?.player.address.endsWith('/b')")
    expect(page.locator("docreader-bar")).to_have_count(1)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(PLAYING)
    assert lit(page)["docreader-sentence"] == seed.article.title
    page.evaluate("document.querySelector('#page-title').outerHTML = document.querySelector('#page-title').outerHTML")
    page.wait_for_function(
        "[...(CSS.highlights.get('docreader-sentence') ?? [])].some((r) => r.startContainer.isConnected && r.toString().length > 20)"
    )
    assert page.evaluate(PLAYING)
    page.evaluate(DRAW, ["/a", other])  # away from it: silence
    page.wait_for_function("document.querySelector('docreader-bar')?.bar?.player.address.endsWith('/a')")
    expect(page.locator("docreader-bar")).to_have_count(1)
    assert lit(page) == {}
    expect(page.get_by_role("button", name=LISTEN)).to_be_visible()


def test_an_article_that_comes_late(page: Page, site: Site, seed: Made) -> None:
    """The page is loaded and idle, and has no text yet."""
    node = SEED[SEED.index('<h1 class="title"') : SEED.index('<div class="field field-name-field-rating')]
    site.batch(seed, site.origin + "/a")
    page.goto(site.page("/a", APP % LOOKS))
    open_widget(page)
    page.evaluate(DRAW, ["", node])
    page.wait_for_function(
        "document.querySelector('docreader-bar')?.bar?.player.article.root && document.querySelector('docreader-bar').nextElementSibling.id === 'page-title'"
    )
    expect(page.locator("docreader-bar")).to_have_count(1)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(PLAYING)
    assert lit(page)["docreader-sentence"] == seed.article.title


def test_a_bar_that_the_page_throws_away_comes_back(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed)
    page.evaluate("document.querySelector('docreader-bar').remove()")
    open_widget(page)
    expect(page.locator("docreader-bar")).to_have_count(1)


def test_several_articles_on_one_page(page: Page, site: Site, seed: Made) -> None:
    body = SEED[
        SEED.index('<p style="text-align: justify;"><strong>Ngày') : SEED.index('<p style="text-align: right;"')
    ]
    posts = "".join(
        f'<article class="tin"><h2><a href="/{name}">{seed.article.title}</a></h2>{body}</article>' for name in "ab"
    )
    page.goto(
        site.page(
            "/",
            with_widget(
                f"<!DOCTYPE html><html lang='vi'><head><title>Tin</title></head><body>{posts}</body></html>",
                'data-audio="/audio/" data-article=".tin"',
            ),
        )
    )
    for name in "ab":
        site.batch(seed, f"{site.origin}/{name}", name)
    expect(page.get_by_role("button", name=LISTEN)).to_have_count(2)
    expect(page.get_by_role("button", name="In trang")).to_have_count(1)  # the page's tools stand once
    first, second = page.get_by_role("button", name=LISTEN).all()
    with page.expect_response("**/audio/b.mp3"):  # playing is said before the server has been asked
        second.click()
    page.wait_for_function("document.querySelectorAll('docreader-bar')[1].bar.player.state === 'playing'")
    inside = "[...CSS.highlights.get('docreader-sentence')].map((r) => [...document.querySelectorAll('.tin')].findIndex((e) => e.contains(r.startContainer))).join()"
    assert page.evaluate(inside) == "1"
    with page.expect_response("**/audio/a.mp3"):
        first.click()
    page.wait_for_function("document.querySelectorAll('docreader-bar')[0].bar.player.state === 'playing'")
    page.wait_for_function("document.querySelectorAll('docreader-bar')[1].bar.player.state === 'idle'")  # one at a time
    assert page.evaluate(inside) == "0"
    assert "/audio/a.mp3" in site.asked and "/audio/b.mp3" in site.asked


def test_a_bar_placed_by_hand(page: Page, site: Site, seed: Made) -> None:
    site.batch(seed, site.origin + "/khac")
    html = SEED.replace('<div class="tabs"></div>', '<docreader-bar url="/khac" hide="pdf print"></docreader-bar>')
    page.goto(site.page("/bai", with_widget(html)))
    open_widget(page)
    expect(page.locator("docreader-bar")).to_have_count(1)
    expect(page.get_by_role("button", name="Xuất PDF")).to_have_count(0)
    page.get_by_role("button", name=LISTEN).click()
    page.wait_for_function(PLAYING)
    assert lit(page)["docreader-sentence"] == seed.article.title


def test_the_bar_stands_where_the_author_says(page: Page, site: Site, seed: Made) -> None:
    open_seed(page, site, seed, 'data-audio="/audio/" data-place="#breadcrumb"')
    assert page.evaluate("document.querySelector('docreader-bar').nextElementSibling.id") == "breadcrumb"


def test_nothing_happens_before_the_page_is_loaded(page: Page, site: Site, seed: Made) -> None:
    """While an image is on its way, only the entry has been asked for."""
    site.batch(seed, site.origin + CANONICAL)
    waiting = []
    page.route("**/hoinghi1.jpg", lambda route: waiting.append(route))
    page.goto(site.page("/bai", with_widget(SEED)), wait_until="domcontentloaded")
    page.wait_for_timeout(400)
    asked = [path for path in site.asked if path.endswith(".js")]
    assert asked == ["/docreader.js"] and waiting
    waiting[0].abort()
    open_widget(page)
    assert not [
        path for path in site.asked if path.startswith(("/audio", "/v1"))
    ]  # and nothing of the article before it is wanted
