import pytest

from docreader.article.model import Article, Block
from docreader.spoken.model import Script, Utterance

SENTENCES = (
    ("title", "Hội nghị tổng kết năm năm thực hiện đề án", 1200, -2),
    ("lead", "Ngày mười bảy tháng mười một, Tỉnh ủy tổ chức hội nghị.", 750, -1),
    ("heading", "Kết quả", 900, 0),
    ("paragraph", "Các cấp ủy, tổ chức đảng đã nghiêm túc quán triệt.", 450, 1),
    ("paragraph", "Chất lượng có nhiều chuyển biến tiến bộ.", 750, 1),
    ("heading", "Nhiệm vụ <mới> & cũ", 900, 2),
    ("paragraph", "Đề nghị tập trung lãnh đạo, chỉ đạo; tìm giải pháp khắc phục.", 0, 3),
)
ARTICLE = Article(
    title="Hội nghị tổng kết",
    blocks=(Block("heading", "Kết quả", 2), Block("paragraph", "…"), Block("heading", "Nhiệm vụ", 2), Block("paragraph", "…")),
    author="Thùy Linh",
    published="2020-11-17T08:30:00+07:00",
    site="Cổng thông tin tỉnh",
    language="vi",
    url="https://langson.example/hội nghị?a=1&b=2",
)  # fmt: skip


@pytest.fixture(scope="session")
def script() -> Script:
    """Seven sentences of all kinds; what is spoken differs from what is written in one of them."""
    return Script(
        tuple(
            Utterance(text, text.replace("<mới> &", "mới và"), pause, kind, block)
            for kind, text, pause, block in SENTENCES
        )
    )
