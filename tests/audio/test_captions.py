import json
import re
from array import array

from docreader import script
from docreader.audio.captions import srt, to_json, webvtt, word_cues
from docreader.audio.model import Mark
from docreader.audio.record import record
from docreader.speech import voices
from docreader.spoken.model import Word, packed

WORDS = (*tuple(Word(word, 10, 14) for word in ["hội", "đồng", "nhân", "dân"]), Word("họp", 15, 18))
MARKS = [
    Mark(
        1.0, 2.5, "HĐND họp", "hội đồng nhân dân họp", "paragraph", 3, 10, 18,
        array("I", [10, 200, 400, 600, 900]).tobytes(), packed(WORDS),
    ),
    Mark(3599.9999, 3661.5, "a --> b <i>&", "a đến b", "paragraph", 4),
]  # fmt: skip


def test_a_cue_per_sentence() -> None:
    assert webvtt(MARKS) == (
        "WEBVTT\n\n"
        "1\n00:00:01.000 --> 00:00:02.500\nHĐND họp\n\n"
        "2\n01:00:00.000 --> 01:01:01.500\na --&gt; b &lt;i&gt;&amp;\n"
    )


def test_times_of_words_stand_before_written_words() -> None:
    assert "\nHĐND <00:00:01.900>họp\n" in webvtt(MARKS, words=True)
    assert "\na --&gt; b &lt;i&gt;&amp;\n" in webvtt(MARKS, words=True)


def test_a_cue_per_word() -> None:
    assert word_cues(MARKS) == (
        "WEBVTT\n\n"
        "1\n00:00:01.010 --> 00:00:01.900\nHĐND\n\n"
        "2\n00:00:01.900 --> 00:00:02.500\nhọp\n\n"
        "3\n01:00:00.000 --> 01:01:01.500\na --&gt; b &lt;i&gt;&amp;\n"
    )


def test_srt() -> None:
    assert srt(MARKS) == (
        "1\n00:00:01,000 --> 00:00:02,500\nHĐND họp\n\n2\n01:00:00,000 --> 01:01:01,500\na -> b <i>&\n"
    )


def test_json_tells_all() -> None:
    first, second = json.loads(to_json(MARKS))["marks"]
    assert first["words"][0] == [1.01, 1.2, 10, 14, "hội"]
    assert first["words"][-1] == [1.9, 2.5, 15, 18, "họp"]
    assert (first["from"], first["to"], first["block"], first["estimated"]) == (10, 18, 3, False)
    assert second["words"] == []


def test_nothing() -> None:
    assert webvtt([]) == "WEBVTT\n"
    assert srt([]) == ""
    assert json.loads(to_json([])) == {"version": 1, "marks": []}


def test_a_real_article_has_a_time_for_every_word() -> None:
    text = "Ngày 17/11/2020, HĐND tỉnh họp; 1.250 đại biểu dự.\nTrên 90% đảng viên hoàn thành nhiệm vụ."
    recording = record(script(text), voices.load())
    lines = text.splitlines()
    for mark in recording.marks:
        assert [w.spoken for w in mark.words] == re.sub(r"[,.;:?!]", "", mark.spoken).split()
        assert not mark.estimated
        starts = [w.start for w in mark.words]
        assert starts == sorted(starts) and mark.start <= starts[0] and mark.words[-1].end == mark.end
        assert mark.written in lines[mark.block]
    spans = {w.spoken: lines[m.block][w.from_ : w.to] for m in recording.marks for w in m.words}
    assert spans["đồng"] == "HĐND" and spans["phần"] == "90%" and spans["họp"].startswith("họp")
    assert recording.captions(words=True).count("<00:00:") >= 12
    cues = [cue.split("\n", 2)[2].strip() for cue in word_cues(recording.marks).split("\n\n")[1:]]
    assert " ".join(cues).split() == text.split(), "every written word stands in a cue"
