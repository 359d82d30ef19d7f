from docreader.audio.captions import webvtt
from docreader.audio.model import Mark


def test_a_cue_per_sentence() -> None:
    marks = [
        Mark(0.0, 1.2345, "HĐND <b>&</b>\nUBND", "hội đồng nhân dân", "title", -2),
        Mark(3599.9999, 3661.5, "a --> b", "a đến b", "paragraph", 0),
    ]
    assert webvtt(marks) == (
        "WEBVTT\n\n"
        "1\n00:00:00.000 --> 00:00:01.234\nHĐND &lt;b&gt;&amp;&lt;/b&gt; UBND\n\n"
        "2\n01:00:00.000 --> 01:01:01.500\na --&gt; b\n"
    )


def test_nothing() -> None:
    assert webvtt([]) == "WEBVTT\n"
