"""PDFs as programs write them: some set by typst, some written here object by object."""

import io
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
import typst

from docreader.article.model import Article
from docreader.article.pdf import from_pdf
from docreader.errors import NotAnArticle


def pdf(pages: list[list[tuple[int, int, str]]]) -> bytes:
    """A PDF with (x, y, text) in Helvetica 12 on each page of 595 × 842 points."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, lines in enumerate(pages):
        content = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * number} 0 R>>")  # fmt: skip
        objects.append(f"<</Length {len(content)}>>stream\n{content}endstream")
    body = "%PDF-1.4\n" + "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"{body}trailer<</Root 1 0 R/Size {len(objects) + 1}>>\n%%EOF".encode()


def set_by_typst(source: str, folder: Path) -> bytes:
    (folder / "a.typ").write_text(source, "utf-8")
    return typst.compile(str(folder / "a.typ"))


def texts(article: Article) -> list[str]:
    return [block.text for block in article.blocks]


def test_lines_become_paragraphs() -> None:
    one = "The provincial committee met on Monday to review the plan and to agree on the"
    page = [
        (72, 780, one),
        (72, 764, "budget of the com-"),
        (72, 748, "ing year."),
        (72, 710, "A second paragraph follows here."),
        (290, 30, "1"),
    ]
    assert texts(from_pdf(pdf([page]), "a.pdf")) == [
        f"{one} budget of the coming year.",
        "A second paragraph follows here.",
    ]


def test_names_keep_their_hyphens() -> None:
    one = "The guests came from the capitals of many countries, among them those of Ca-na-"
    page = [(72, 780, one), (72, 764, "da and of In-do-ne-si-a, and stayed for a week.")]
    assert texts(from_pdf(pdf([page]), "a.pdf")) == [f"{one}da and of In-do-ne-si-a, and stayed for a week."]


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            (72, 810, "Annual report"),
            (72, 700, f"Paragraph {word} stands on a page of its own."),
            (290, 30, f"- {number} -"),
        ]
        for number, word in enumerate(("one", "two", "three", "four"), 1)
    ]
    assert [text[:13] for text in texts(from_pdf(pdf(pages), "a.pdf"))] == [
        "Paragraph one",
        "Paragraph two",
        "Paragraph thr",
        "Paragraph fou",
    ]


HEAD = """
#set page(paper: "a4", margin: (left: 3cm, right: 2cm, y: 2cm), header: context {
  if counter(page).get().first() > 1 { align(center)[#counter(page).display()] } })
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi")
"""
# As the offices of a province write: two columns at the head and at the foot, nothing but blanks between them.
LETTER = (
    HEAD
    + """
#grid(columns: (45%, 55%), align: center,
  [ỦY BAN NHÂN DÂN \\ *TỈNH LẠNG SƠN* \\ #line(length: 2cm) Số: 1287/UBND-KGVX \\
   #text(size: 11pt)[V/v tăng cường phòng, chống đói, rét \\ cho vật nuôi vụ Đông Xuân 2023 - 2024]],
  [#text(size: 11pt)[*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*] \\ *Độc lập - Tự do - Hạnh phúc* \\
   #line(length: 4cm) #v(3mm) _Lạng Sơn, ngày 24 tháng 11 năm 2023_])
#v(5mm)
#align(center)[Kính gửi:]
#set par(justify: true, first-line-indent: (amount: 1cm, all: true))
- Các sở, ban, ngành, đoàn thể tỉnh;
- Ủy ban nhân dân các huyện, thành phố.

Theo Trung tâm Dự báo khí tượng thủy văn quốc gia, mùa đông năm nay có khả năng xuất hiện nhiều đợt rét đậm, rét hại kéo dài, nhiệt độ vùng núi cao có thể xuống dưới 5 độ C. Để chủ động bảo vệ đàn vật nuôi, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:

1\\. Sở Nông nghiệp và Phát triển nông thôn hướng dẫn các địa phương dự trữ thức ăn, che chắn chuồng trại; tổ chức tiêm phòng đạt trên 80% tổng đàn trước ngày 15/12/2023.

2\\. Ủy ban nhân dân các huyện, thành phố chỉ đạo xã, thị trấn tuyên truyền đến từng hộ; không thả rông trâu, bò khi nhiệt độ dưới 12 độ C.

Yêu cầu các đơn vị nghiêm túc thực hiện./.
#v(5mm)
#set par(first-line-indent: 0cm)
#grid(columns: (50%, 50%),
  [#text(size: 11pt)[*Nơi nhận:* \\ \\- Như trên; \\ \\- CT, các PCT UBND tỉnh; \\ \\- Lưu: VT, KTTH.]],
  align(center)[*KT. CHỦ TỊCH* \\ *PHÓ CHỦ TỊCH* \\ #v(15mm) *Lương Trọng Quỳnh*])
"""
)


def test_official_letter(tmp_path: Path) -> None:
    letter = from_pdf(set_by_typst(LETTER, tmp_path), "cong-van.pdf")
    assert letter.title == "V/v tăng cường phòng, chống đói, rét cho vật nuôi vụ Đông Xuân 2023 - 2024"
    assert letter.published == "2023-11-24"
    assert letter.language == "vi"
    assert texts(letter) == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN",
        "Số: 1287/UBND-KGVX",
        "Lạng Sơn, ngày 24 tháng 11 năm 2023",
        "Kính gửi:",
        "Các sở, ban, ngành, đoàn thể tỉnh;",
        "Ủy ban nhân dân các huyện, thành phố.",
        "Theo Trung tâm Dự báo khí tượng thủy văn quốc gia, mùa đông năm nay có khả năng xuất hiện nhiều đợt rét đậm, rét hại kéo dài, nhiệt độ vùng núi cao có thể xuống dưới 5 độ C. Để chủ động bảo vệ đàn vật nuôi, Chủ tịch Ủy ban nhân dân tỉnh yêu cầu:",
        "1. Sở Nông nghiệp và Phát triển nông thôn hướng dẫn các địa phương dự trữ thức ăn, che chắn chuồng trại; tổ chức tiêm phòng đạt trên 80% tổng đàn trước ngày 15/12/2023.",
        "2. Ủy ban nhân dân các huyện, thành phố chỉ đạo xã, thị trấn tuyên truyền đến từng hộ; không thả rông trâu, bò khi nhiệt độ dưới 12 độ C.",
        "Yêu cầu các đơn vị nghiêm túc thực hiện./.",
        "Nơi nhận:",
        "Như trên;",
        "CT, các PCT UBND tỉnh;",
        "Lưu: VT, KTTH.",
        "KT. CHỦ TỊCH PHÓ CHỦ TỊCH",
        "Lương Trọng Quỳnh",
    ]


DECISION = (
    HEAD
    + """
#grid(columns: (40%, 60%), align: center,
  [UBND TỈNH HÒA BÌNH \\ *SỞ GIAO THÔNG VẬN TẢI* \\ #line(length: 2cm) Số: 45/QĐ-SGTVT],
  [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM* \\ *Độc lập - Tự do - Hạnh phúc* \\ #line(length: 4cm) _Hòa Bình, ngày 05 tháng 3 năm 2024_])
#v(5mm)
#align(center)[*QUYẾT ĐỊNH* \\ *Về việc ban hành Quy chế tiếp công dân \\ của Sở Giao thông vận tải*]
#align(center)[*GIÁM ĐỐC SỞ GIAO THÔNG VẬN TẢI*]
#set par(justify: true, first-line-indent: (amount: 1cm, all: true), spacing: 6pt)
_Căn cứ Luật Tiếp công dân ngày 25 tháng 11 năm 2013;_

_Theo đề nghị của Chánh Thanh tra Sở._

#align(center)[*QUYẾT ĐỊNH:*]

*Điều 1.* Lịch tiếp công dân được niêm yết công khai tại trụ sở và trên trang thông tin điện tử của Sở:

#table(columns: 3, [*STT*], [*Ngày tiếp*], [*Người tiếp*], [1], [Thứ Hai], [Giám đốc Sở], [2], [Thứ Tư], [Phó Giám đốc])

#for number in range(2, 13) [*Điều #number.* Chánh Văn phòng, Chánh Thanh tra, Trưởng các phòng chuyên môn, Thủ trưởng các đơn vị trực thuộc Sở và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này theo đúng quy định của pháp luật; định kỳ hằng quý báo cáo kết quả về Thanh tra Sở để tổng hợp, trình Giám đốc Sở xem xét, quyết định.

]
"""
)


def test_decision_over_two_pages(tmp_path: Path) -> None:
    decision = from_pdf(set_by_typst(DECISION, tmp_path), "quyet-dinh.pdf")
    assert decision.title == "QUYẾT ĐỊNH Về việc ban hành Quy chế tiếp công dân của Sở Giao thông vận tải"
    assert decision.published == "2024-03-05"
    read = texts(decision)
    assert read[:9] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND TỈNH HÒA BÌNH SỞ GIAO THÔNG VẬN TẢI",
        "Số: 45/QĐ-SGTVT",
        "Hòa Bình, ngày 05 tháng 3 năm 2024",
        "GIÁM ĐỐC SỞ GIAO THÔNG VẬN TẢI",
        "Căn cứ Luật Tiếp công dân ngày 25 tháng 11 năm 2013;",
        "Theo đề nghị của Chánh Thanh tra Sở.",
        "QUYẾT ĐỊNH:",
    ]
    assert [block.text for block in decision.blocks if block.kind == "row"] == [
        "STT; Ngày tiếp; Người tiếp",
        "1; Thứ Hai; Giám đốc Sở",
        "2; Thứ Tư; Phó Giám đốc",
    ]
    # One of these runs from the first page on into the second, whose number is not read.
    articles = read[-11:]
    assert [text.split(".")[0] for text in articles] == [f"Điều {number}" for number in range(2, 13)]
    assert len({text.partition(". ")[2] for text in articles}) == 1


def test_two_columns(tmp_path: Path) -> None:
    paragraph = "Sạt lở đất ở miền núi phía Bắc xảy ra chủ yếu sau những đợt mưa kéo dài từ hai ngày trở lên. Theo thống kê, giai đoạn 2010 - 2023 có 1.240 điểm sạt lở, trong đó hơn một nửa nằm cách khu dân cư dưới 500 mét. Đoạn thứ"
    body = "\n\n".join(f"{paragraph} {number} kết thúc ở đây." for number in range(1, 25))
    source = f"""
#set page(paper: "a4", margin: 2cm, columns: 2, header: align(right)[Tạp chí Khoa học và Công nghệ số 3/2024],
  footer: align(center)[#context counter(page).display()])
#set text(font: "Libertinus Serif", size: 10pt, lang: "vi")
#set par(justify: true, first-line-indent: (amount: 6mm, all: true), spacing: 6pt)
#place(top + center, scope: "parent", float: true)[#text(size: 16pt)[*Giải pháp cảnh báo sạt lở đất cho vùng núi*]]
{body}
"""
    assert texts(from_pdf(set_by_typst(source, tmp_path), "tap-chi.pdf")) == [
        "Giải pháp cảnh báo sạt lở đất cho vùng núi",
        *(f"{paragraph} {number} kết thúc ở đây." for number in range(1, 25)),
    ]


def test_words_cut_at_the_end_of_a_line(tmp_path: Path) -> None:
    words = "Internationalization and telecommunications infrastructure characterize contemporary administration everywhere."
    source = (
        f'#set page(width: 9cm, margin: 1cm)\n#set text(lang: "en", hyphenate: true)\n#set par(justify: true)\n{words}'
    )
    assert texts(from_pdf(set_by_typst(source, tmp_path), "a.pdf")) == [words]


def picture() -> bytes:
    """A PNG of 400 × 400 grey dots."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    dots = zlib.compress((b"\x00" + b"\x80" * 400) * 400)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (part(b"IHDR", struct.pack(">IIBBBBB", 400, 400, 8, 0, 0, 0, 0)), part(b"IDAT", dots), part(b"IEND", b""))
    )


def test_scanned(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(picture())
    source = '#set page(margin: 0pt)\n#image("scan.png", width: 100%)\n#pagebreak()\n#image("scan.png", width: 100%)'
    for content in (pdf([[]]), set_by_typst(source, tmp_path)):
        with pytest.raises(NotAnArticle, match=r"a\.pdf is scanned, it holds pictures of text; run it through OCR"):
            from_pdf(content, "a.pdf")


def test_locked_and_broken(tmp_path: Path) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf([[(72, 780, "A secret letter to the committee.")]]))) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(NotAnArticle, match="locked with a password"):
        from_pdf(locked.getvalue(), "a.pdf")
    whole = set_by_typst(LETTER, tmp_path)
    for content in (b"%PDF-1.4 nothing", whole[: len(whole) // 3]):
        with pytest.raises(NotAnArticle, match="broken PDF"):
            from_pdf(content, "a.pdf")


def test_letters_of_old_fonts_come_out_in_unicode() -> None:
    words = "Th\\361 t\\255\\355ng ChÝnh phñ võa ban hµnh quyÕt ®Þnh vÒ viÖc ®Èy m¹nh c¶i c¸ch hµnh chÝnh"
    content = pdf([[(40, 780, "X" * 20)]]).replace(
        b"/BaseFont/Helvetica", b"/BaseFont/Helvetica/Encoding/WinAnsiEncoding"
    )
    content = content.replace(b"X" * 20, words.encode("cp1252"))
    assert texts(from_pdf(content, "a.pdf")) == [
        "Thủ tướng Chính phủ vừa ban hành quyết định về việc đẩy mạnh cải cách hành chính"
    ]
