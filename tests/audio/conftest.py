import pytest

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


@pytest.fixture(scope="session")
def script() -> Script:
    """Seven sentences of all kinds; what is spoken differs from what is written in one of them."""
    return Script(
        tuple(
            Utterance(text, text.replace("<mới> &", "mới và"), pause, kind, block)
            for kind, text, pause, block in SENTENCES
        )
    )
