"""What stands on a page and is no part of the article: elements by their names, lines by their words."""

import re
from itertools import filterfalse

from lxml.etree import XPath
from lxml.etree import _Element as Element

from docreader.article.dom import drop, label
from docreader.article.pieces import SILENT, Piece

_NEVER = SILENT - {"head", "link", "meta"}
_VOID = frozenset(("br", "img", "hr", "wbr", "col", "source", "track", "area", "param"))
_TAGS = frozenset(("nav", "footer", "aside", "dialog", "menu"))
# What may be noise: any other element has nothing that would say so.
_SUSPECTS = XPath(f"descendant::*[@* or {' or '.join(f'self::{tag}' for tag in sorted(_TAGS))}]")
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
# Names of boxes that hold no article. Words are cut at - and _, so that "share" doesn't match "shareholder".
_BOX = re.compile(
    r"(?:^|[\s_-])(?:"
    r"share|shares|sharing|sharebar|addthis|addtoany|a2a|social|socials|follow|facebook|fb|zalo|twitter|whatsapp|"
    r"related|relate|relation|relations|lien-?quan|tin-?lien-?quan|tinlienquan|tinkhac|tin-?khac|tin-?cung|cung-?chuyen-?muc|"
    r"tin-?moi|tinmoi|tin-?doc-?nhieu|docnhieu|doc-?them|xem-?them|xemthem|recommend|recommended|recommendations?|readmore|"
    r"read-?more|more-?(?:news|stories|posts|links|from)|most-?(?:read|popular|viewed)|popular|trending|"
    r"comment|comments|commentlist|disqus|binh-?luan|binhluan|respond|reply|rating|ratings|fivestar|vote|voting|danh-?gia|"
    r"breadcrumbs?|toolbar|tool-?bar|toolbox|navbar|navigation|nav|menu|megamenu|submenu|pagination|pager|paging|paginate|"
    r"tag|tags|taglist|tagcloud|keywords?|tu-?khoa|"
    r"byline|by-line|dateline-meta|author|authors|author-?(?:box|info|bio|name)|tac-?gia|tacgia|nguon|post-?meta|entry-?meta|"
    r"article-?meta|meta-?info|metadata|submitted|timestamp|published|publish-?date|post-?date|entry-?date|"
    r"ad|ads|adv|advert|advertisement|advertising|adsbygoogle|adsense|dfp|sponsor|sponsored|outbrain|taboola|quang-?cao|quangcao|"
    r"banner|promo|promos|promotion|newsletter|subscribe|subscription|signup|sign-up|paywall|donate|cta|"
    r"cookie|cookies|gdpr|consent|popup|pop-up|modal|overlay|lightbox|tooltip|skip-?link|print|printer|print-?only|"
    r"sidebar|side-bar|widget|footer|copyright|ban-?quyen|site-?header|masthead|search|login|weather|poll|quiz|survey|"
    r"correction-link|rss|hotline|slideshow|gallery-(?:nav|thumbs)|carousel-(?:nav|thumbs)|in-?page-?links|"
    r"font-?size|co-?chu|text-?(?:size|resize)|resizer|zoom|(?:qa|question)-?info|"
    r"ez-?toc|lwptoc|(?<!dan.)toc-(?:container|wrap\w*|box|list|title|content|body)|toc_container|table-?of-?contents?|muc-?luc|mucluc|"
    r"noprint|no-print|hidden|hide|visually-?hidden|sr-only|screen-reader-text|element-invisible"
    r")(?=$|[\s_-]|\d)"
)
_KEEP = re.compile(
    r"article-?body|entry-?content|post-?content|content-?body|story-?body|journal-content|node__content|twitter-tweet|instagram-media"
)
_SURE = re.compile(
    r"hidden$|role=|cookie|gdpr|consent|modal|popup|comment|disqus|luan|footer|newsletter|related|lien-?quan"
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "dialog", "toolbar", "menu", "alert")
)

_RELATED = re.compile(
    r"(?:tin|bài|bài viết|các tin|các bài|những tin|tin tức|nội dung|video|thông tin|văn bản)(?: bài| viết| tức)?"
    r" (?:liên quan|khác|cùng (?:chuyên mục|loại|chủ đề|lĩnh vực)|mới nhất|mới hơn|cũ hơn|gần đây|đã đưa|đã đăng|mới đăng|đọc nhiều|xem nhiều|nổi bật|tiếp theo|trước đó)"
    r"(?: khác| trong ngày)?\b|(?:các )?(?:thông cáo|thông báo|hoạt động|sự kiện|câu chuyện|chuyên đề|phóng sự)(?: ảnh| báo chí)? khác|có thể bạn quan tâm|bạn có thể quan tâm|đọc nhiều nhất|cùng chuyên mục|chủ đề liên quan|"
    r"ý kiến bạn đọc|mời (?:quý )?(?:độc giả|bạn đọc|bạn)\b|các câu hỏi khác|câu hỏi khác|don['’]t miss|just in|trending|bình luận|gửi (?:bình luận|ý kiến|phản hồi)|đánh giá bài viết|add new comment|viết bình luận|"
    r"(?:related|recommended|more|latest|popular|trending|similar)(?: \w+)? (?:articles?|stories|posts?|news|topics|links|coverage|videos?|content|reading)|"
    r"related|read more|you (?:may|might) (?:also )?(?:like|be interested)|more from\b|more on\b|also read|leave a (?:reply|comment)|"
    r"(?:post a )?comments?|about the author|share this|recommended for you|most (?:read|popular)|around the web|sponsored",
    re.I,
)
_LINK_LINE = re.compile(
    r"[>»►▶→+*•\s-]*(?:xem thêm|đọc thêm|xem tiếp|đọc tiếp|tham khảo thêm|xem chi tiết|mời (?:quý )?(?:độc giả|bạn đọc|bạn)? ?(?:xem|đọc)|"
    r"chi tiết xem|tải (?:về|file|tệp)|see (?:also|more)|read (?:more|also|next)|also read|more:|related(?: stor\w+| article\w*)?:|watch:|"
    r"click here|>>|»|follow (?:us|me|him|her)|sign up|subscribe|download (?:our|the) app)(?=[\s:>.…]|$)",
    re.I,
)
_FURNITURE = re.compile(
    r"(?:tin mới(?: nhất)?|(?:xem )?cỡ chữ.{0,40}|(?:tăng|giảm|thay đổi) (?:kích )?(?:thước|cỡ)(?: chữ)?|tương phản|chế độ ban đêm|in trang|in bài(?: viết)?|xuất pdf|đọc nội dung|nghe (?:đọc )?bài(?: viết)?|chia sẻ(?: bài viết)?(?: qua)?.{0,20}|"
    r"gửi email|gửi bài|lưu bài(?: viết)?|theo dõi .{0,30} trên google news.*|google news|-?a a \+?a|[-+]?a[-+]?|facebook|twitter|zalo|copy link|sao chép liên kết|"
    r"(?:bài viết|thông tin|nội dung|trang|câu trả lời)(?: này| trên)?(?: có)? (?:hữu ích|giúp ích).{0,40}không\b.{0,40}|"
    r"quay lại|về trang trước|trang chủ|về đầu trang|đầu trang|lên đầu trang|in ấn|phóng to|thu nhỏ|"
    r"(?:số )?lượt (?:xem|truy cập|đọc)\s*:?\s*[\d.,]*|[\d.,]+ lượt xem|đã xem\s*:?\s*[\d.,]+|đánh giá.{0,40}|bình chọn.{0,30}|\d(?:[.,]\d)?\s?/\s?5.{0,40}|"
    r"(?:từ khóa|từ khoá|tags?|thẻ|chủ đề|keywords?|filed under|topics?|categories|category|posted in)\s*:.*|(?:từ khóa|từ khoá|tags?|thẻ|chủ đề)|"
    r"(?:bản quyền|copyright|©|\(c\)).{0,160}|all rights reserved.*|quảng cáo|advertisements?|ad|sponsored.{0,30}|advertising|tài trợ|"
    r"share(?: this)?(?: (?:on|with|via|article|story|post).{0,40})?|tweet|pin it|email|print|save|like|comments? ?\(?\d*\)?|\d+ (?:comments?|shares?|bình luận)|"
    r"ban biên tập|địa chỉ (?:e-?mail|email) này đang được bảo vệ.{0,80}|(?:email|e-mail)\s*:\s*địa chỉ email này.{0,120}|\d{1,2}\s?/\s?\d{1,2}|"
    r"loading\.*|đang tải.{0,20}|trang \d+ ?(?:/|trên) ?\d+|plain text|no html tags allowed\.?|\*+|[-_=–—.·•|/]+|"
    r"updated? (?:on|at)?:?.{0,40}\d{4}.{0,20}|published (?:on|at)?:?.{0,40}\d{4}.{0,20}|"
    r"(?:photo|image|video|picture|getty images|source)(?: (?:by|credit|courtesy|via))?:? .{0,60}|photos?:.{0,60}|continue reading.{0,60}|"
    r"view (?:this )?(?:post|photo|gallery|image).{0,60}|swipe .{0,30}|scroll .{0,30}|click (?:here|to) .{0,50})",
    re.I,
)
# Người gửi: Nguyễn Văn A - Ngày gửi: 12/04/2024 - Lượt xem: 12
_LABEL = (
    r"(?:người (?:gửi|đăng|hỏi|viết|tạo)|ngày (?:gửi|đăng|tạo|hỏi|viết|cập nhật|xuất bản|ban hành)|cập nhật(?: lần cuối)?|đăng (?:lúc|ngày|bởi)|viết bởi|"
    r"tác giả|nguồn(?: tin)?|lĩnh vực|chuyên mục|danh mục|thể loại|(?:số )?lượt (?:xem|đọc)|số lần xem|đã xem|xem|cỡ chữ|views?|by|posted(?: on| by| in)?|email)"
)
_META_LINE = re.compile(
    rf"(?:{_LABEL}\s*:\s*[^:?!]{{0,60}}(?::\d\d(?::\d\d)?[^:?!]{{0,30}})?(?:[-–—|•·,;/]\s*|$))+", re.I
)
# Trang chủ > Tin tức > Xây dựng Đảng
_PATH_LINE = re.compile(r"(?:[^>»›/.:;]{2,40}\s*[>»›]\s*)+[^>»›/.:;]{0,60}")
_CREDIT_LINE = re.compile(
    r"[(\[]?\s*(?:(?:tin|bài|ảnh|clip|video|đồ họa|infographic|nguồn|nguồn ảnh|nguồn tin|tác giả|người viết|biên tập|thực hiện|theo|pv|phóng viên|ctv|btv|bbt)"
    r"(?:\s*(?:,|và|&|-|\+|/)\s*(?:tin|bài|ảnh|clip|video|đồ họa))*)\s*:\s*[^.!?]{0,80}[)\]]?\.?",
    re.I,
)
_SOURCE_LINE = re.compile(r"[(\[]?\s*(?:Theo|Nguồn|Ảnh|PV|BBT|TTXVN|Ban biên tập)\b[^.!?;]{0,50}[)\]]?")
_CREDITED = re.compile(
    r"[(\[](?:ảnh|nguồn|image|photo|picture|pic|credit)s?\s*:[^)\]]{1,60}[)\]]\W*$|[.\s](?:Ảnh|Photo)\s*:\s*[^.:]{1,40}\.?$",
    re.I,
)
# A picture may stand above the heading of each of ten things.
_NUMBERED = re.compile(r"\d{1,2}[.)/] ")
_PHOTO = re.compile(r"(?:(?:Ảnh|Nguồn|Photo)\b|Hình(?: ảnh)?\s*[:\d])[^.]{0,40}\W*$")
_NAME = re.compile(
    r"(?:[A-ZĐÀ-ỸƯƠĂÂÊÔ][\w’'.-]*|T\.|&|và|-|–|,|\(|\)|/)(?:\s+(?:[A-ZĐÀ-ỸƯƠĂÂÊÔ][\w’'.)-]*|&|và|-|–|/|\([^)]{1,40}\))){0,7}[,)]?"
)
_DATE_LINE = re.compile(
    r"(?:(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|cập nhật|ngày đăng|đăng ngày|ngày|đăng lúc|xuất bản|ngày cập nhật)[\s,:]*)*"
    r"(?:ngày )?(?:\d{1,2}[:hg]\d{2}[\s,|–-]*)?(?:ngày )?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:[\s,|–-]*(?:lúc )?\d{1,2}[:hg]\d{2}(?::\d{2})?(?: ?[AP]M| ?SA| ?CH)?)?"
    r"(?: ?\(?GMT ?\+ ?7\)?)?",
    re.I,
)


def named(element: Element) -> str:
    """The rule by which ``element`` is no part of an article, from its tag, role, style and names; or nothing."""
    if element.tag in _TAGS:
        return f"<{element.tag}>"
    if not element.attrib:
        return ""
    if element.get("hidden") is not None or element.get("aria-modal") or _HIDDEN.search(element.get("style", "")):
        return "hidden"
    role = element.get("role", "")
    if role in _ROLES:
        return f"role={role}"
    if element.tag == "a" and _is_card(element):
        return "card"
    names = label(element)
    if (
        len(names) > 1
        and (found := _BOX.search(names))
        and not _KEEP.search(names)
        and element.tag not in ("body", "html")
    ):
        return f"named {found[0].strip(' _-')}"
    return ""


def _is_card(link: Element) -> bool:
    """Whether a link is a box of its own, with the title of another article and a text."""
    if not len(link) or (link.get("href") or "#").startswith("#"):
        return False
    return link.find(".//h2") is not None or link.find(".//h3") is not None or len(link.findall(".//p")) > 1


def sweep(root: Element, title: Element | None = None) -> list[tuple[str, str]]:
    """Take out of ``root`` what its names say is no article, unless most of the text is in it (a page may be wrapped
    in anything). Gives (rule, what) for each."""
    for element in root.iter(*_NEVER):
        drop(element)
    total, running = _length(root), _running(root)
    keep = {title, *title.iterancestors()} if title is not None else set()
    taken: list[tuple[str, str]] = []
    gone: set[Element] = set()
    for element in _SUSPECTS(root):
        if element.tag in _VOID or element in keep or element in gone:
            continue
        rule = named(element)
        if rule and _length(element) <= 0.4 * total:
            # Names lie where much of the page's running text is inside.
            sure = element.tag in _TAGS or _SURE.search(rule)
            if sure or _running(element) <= 0.3 * running + 100:
                taken.append((rule, _short(element)))
                gone.update(element.iter())
                drop(element)
    return taken


def _length(element: Element) -> int:
    if not len(element):
        text = element.text or ""
        return 0 if text.isspace() else len(text)
    return sum(map(len, filterfalse(str.isspace, element.itertext())))


def _running(element: Element) -> int:
    """Characters in longer paragraphs."""
    return sum(length for paragraph in element.iter("p") if (length := _length(paragraph)) > 80)


def _short(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())[:60]


def starts_related(piece: Piece) -> bool:
    """Whether ``piece`` is the head of a list of other articles, or of the comments."""
    text = piece.text.strip(" :»>►-•.")
    return len(text) < 60 and bool(_RELATED.match(text)) and (len(text) < 40 or bool(_RELATED.fullmatch(text)))


def line_rule(piece: Piece) -> str:
    """The rule by which this line is not read, or nothing."""
    text = piece.text
    if not any(map(str.isalnum, text)):
        return "no word"
    if len(text) < 200:
        bare = text.strip(" []()|•·-–—:►»")
        if starts_related(piece):
            return ""
        if _FURNITURE.fullmatch(text) or (bare != text and _FURNITURE.fullmatch(bare)):
            return "furniture of the page"
        if is_date(bare) or (":" in text and _META_LINE.fullmatch(text)):
            return "date line"
        if (">" in text or "»" in text or "›" in text) and _PATH_LINE.fullmatch(text):
            return "path to the page"
        if _LINK_LINE.match(text) and (piece.links * 2 > len(text) or len(text) < 40 or text.rstrip().endswith(":")):
            return "link to another article"
        if ":" in text and _CREDIT_LINE.fullmatch(text):
            return "credit"
    # A paragraph that is one link: of an article only where it is short running text.
    listed = piece.kind == "heading" and any(up.tag == "li" for up in piece.element.iterancestors())
    if (
        (piece.kind != "heading" or listed)
        and piece.links >= 0.9 * len(text)
        and (piece.links > 25 or piece.kind == "item")
    ):
        return "nothing but links"
    return ""


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing more."""
    return bool(_DATE_LINE.fullmatch(text.strip(" []()|•·-–—:►»")))


def is_name(text: str) -> bool:
    """Whether a line looks like the name of who wrote: a few words, each with a capital, no full stop."""
    return len(text) <= 60 and (bool(_NAME.fullmatch(text)) or bool(_SOURCE_LINE.fullmatch(text)))


def is_caption(piece: Piece, vietnamese: bool, centred: bool) -> bool:
    """Whether a line under a picture says what the picture shows. ``centred``: a centred line is an exception on this
    page. Vietnamese editors leave captions as bare lines without a full stop."""
    if len(piece.text) > 300 or _NUMBERED.match(piece.text):
        return False
    if piece.kind != "heading" and ":" in piece.text[-100:] and _CREDITED.search(piece.text[-100:]):
        return True
    if not piece.after_image or piece.kind not in ("paragraph", "quote", "row"):
        return False
    length = len(piece.text)
    return (
        piece.italic * 10 >= length * 8
        or (piece.centred and centred)
        or bool(_PHOTO.search(piece.text))
        or (
            vietnamese
            and length < 160
            and not piece.text[0].isdigit()
            and piece.text[-1] not in '.:;!?”"'
            and len(piece.text.split()) < 25
        )
    )
