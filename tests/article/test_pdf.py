"""PDFs that are written here, object by object."""

import pytest

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


def test_lines_become_paragraphs() -> None:
    one = "The provincial committee met on Monday to review the plan and to agree on the"
    page = [
        (72, 780, one),
        (72, 764, "budget of the com-"),
        (72, 748, "ing year."),
        (72, 710, "A second paragraph follows here."),
        (290, 30, "1"),
    ]
    article = from_pdf(pdf([page]), "a.pdf")
    assert [block.text for block in article.blocks] == [
        f"{one} budget of the coming year.",
        "A second paragraph follows here.",
    ]


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            (72, 810, "Annual report"),
            (72, 700, f"Paragraph {word} stands on a page of its own."),
            (290, 30, f"- {number} -"),
        ]
        for number, word in enumerate(("one", "two", "three", "four"), 1)
    ]
    article = from_pdf(pdf(pages), "a.pdf")
    assert [block.text[:13] for block in article.blocks] == [
        "Paragraph one",
        "Paragraph two",
        "Paragraph thr",
        "Paragraph fou",
    ]


def test_scanned_and_broken() -> None:
    with pytest.raises(NotAnArticle, match="is scanned"):
        from_pdf(pdf([[]]), "a.pdf")
    with pytest.raises(NotAnArticle, match="broken PDF"):
        from_pdf(b"%PDF-1.4 nothing", "a.pdf")
