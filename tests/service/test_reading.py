"""Articles by the service: text, sound, marks, captions, PDF; made once, kept, given up."""

from __future__ import annotations

import io
import json
import threading
import time
from array import array
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import miniaudio
import pikepdf
import pypdfium2
from mutagen.id3 import ID3

from docreader.api import read
from docreader.audio.captions import to_json

from .conftest import Portal, Start, page

RATE = 22_050
WRITTEN = ("block", "from", "to", "kind", "written", "spoken", "estimated")


def decoded(mp3: bytes) -> array[int]:
    found = miniaudio.decode(mp3, nchannels=1, sample_rate=RATE)
    return array("h", found.samples)


def samples(mp3: bytes) -> int:
    return len(decoded(mp3))


def loudest(pcm: array[int], start: float, end: float) -> int:
    return max(map(abs, pcm[round(start * RATE) : round(end * RATE)]), default=0)


def test_article_then_sound_then_marks(start: Start, portal: Portal, tmp_path: Path) -> None:
    running = start()
    answer = running.article(portal.url("/seed"))
    assert answer.status == 200
    told = answer.json
    assert told["title"].startswith("Hội nghị tổng kết 5 năm")
    assert told["ready"] is False and told["duration"] is None
    assert told["blocks"][0]["text"].startswith("Ngày 17/11/2020")
    streamed = running.ask(told["audio"])
    assert streamed.status == 200
    assert "content-length" not in streamed.headers and streamed.headers["cache-control"] == "no-store"

    again = running.article(portal.url("/seed")).json
    assert again["ready"] is True and again["audio"] == told["audio"]
    assert abs(again["duration"] / told["estimate"] - 1) < 0.1
    marks = running.ask(told["marks"])
    assert marks.json["complete"] is True and marks.json["duration"] == again["duration"]
    whole = running.ask(told["audio"])
    assert int(whole.headers["content-length"]) == len(whole.body)
    assert "immutable" in whole.headers["cache-control"] and "immutable" in marks.headers["cache-control"]

    # The marks tell of the file to the sample, and of the sound in it; the stream was the same sound.
    pcm = decoded(whole.body)
    assert round(again["duration"] * RATE) == len(pcm)
    for now, then in pairwise(marks.json["marks"]):
        assert (
            loudest(pcm, now["end"] + 0.06, then["start"] - 0.06) < 20 < 2000 < loudest(pcm, then["start"], then["end"])
        )
    assert 0 <= len(decoded(streamed.body)) - len(pcm) < 2500  # it cannot say where it ends: the encoder's rest stays
    assert streamed.body[-100_000:] == whole.body[-100_000:]
    assert ID3(io.BytesIO(whole.body))["TIT2"].text[0] == told["title"]  # type: ignore[no-untyped-call]
    # What the command line says of the same page; the engine's sound differs by some milliseconds each time.
    same = tmp_path / "same.html"
    same.write_bytes(portal.pages["/seed"])
    for ours, theirs in zip(marks.json["marks"], json.loads(to_json(read(same).marks))["marks"], strict=True):
        assert {k: ours[k] for k in WRITTEN} == {k: theirs[k] for k in WRITTEN}
        assert [word[2:] for word in ours["words"]] == [word[2:] for word in theirs["words"]]
    captions = running.ask(told["captions"])
    assert captions.headers["content-type"].startswith("text/vtt") and captions.body.startswith(b"WEBVTT")
    assert portal.asked == ["/seed"]


def test_ranges_and_validators(start: Start, portal: Portal) -> None:
    running = start()
    audio = running.article(portal.url("/short")).json["audio"]
    running.ask(audio)
    whole = running.ask(audio)
    part = running.ask(audio, Range="bytes=1000-1999")
    assert part.status == 206 and part.body == whole.body[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(whole.body)}"
    assert running.ask(audio, Range="bytes=-500").body == whole.body[-500:]
    assert running.ask(audio, Range=f"bytes={len(whole.body)}-").status == 416
    etag = whole.headers["etag"]
    assert running.ask(audio, If_None_Match=etag).status == 304
    assert running.ask(audio, Range="bytes=0-9", If_Range='"another"').status == 200
    head = running.ask(audio, "HEAD")
    assert head.body == b"" and head.headers["content-length"] == str(len(whole.body))


def test_made_once_for_all_who_ask_at_once(start: Start, portal: Portal) -> None:
    portal.pages["/long"] = page("Bài dài", 20)
    portal.delay = 0.1
    running = start()
    bodies: list[bytes] = []

    def listen() -> None:
        audio = running.article(portal.url("/long")).json["audio"]
        bodies.append(running.ask(audio).body)

    threads = [threading.Thread(target=listen) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == 20 and portal.asked == ["/long"]
    assert running.service.jobs.count == {"made": 1, "given up": 0, "failed": 0}
    # All the same sound: streamed, or the whole file for those who came late.
    assert len({body[-100_000:] for body in bodies}) == 1 and len({len(body) for body in bodies}) <= 2


def test_given_up_when_nobody_listens(start: Start, portal: Portal) -> None:
    portal.pages["/book"] = page("Quyển sách", 40)
    running = start(linger=0.05)
    told = running.article(portal.url("/book")).json
    connection = running.connect()
    connection.request("GET", told["audio"])
    assert connection.getresponse().read(1000)
    connection.close()
    counted = running.service.jobs.count
    assert soon(lambda: counted["given up"] == 1)
    assert running.article(portal.url("/book")).json["ready"] is False
    # Whoever comes again gets all of it.
    assert len(running.ask(told["audio"]).body) > 1_000_000
    assert running.article(portal.url("/book")).json["ready"] is True


def soon(true: object, seconds: float = 10.0) -> bool:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def test_marks_while_it_is_made(start: Start, portal: Portal) -> None:
    portal.pages["/long"] = page("Bài dài", 20)
    running = start()
    told = running.article(portal.url("/long")).json
    assert running.ask(told["marks"]).json == {"version": 1, "complete": False, "duration": None, "marks": []}
    found = running.ask(told["marks"] + "?wait=10").json
    assert found["marks"] and found["marks"][0]["kind"] == "title"
    all_marks = found["marks"]
    while not found["complete"]:
        found = running.ask(f"{told['marks']}?from={len(all_marks)}&wait=10").json
        all_marks += found["marks"]
    whole = running.ask(told["marks"]).json
    assert all_marks == whole["marks"] and whole["duration"] == found["duration"]
    rest = running.ask(told["marks"] + "?from=15").json
    assert rest["marks"] == whole["marks"][15:] and rest["complete"]


def test_restart_keeps_what_was_made(start: Start, portal: Portal) -> None:
    first = start()
    told = first.article(portal.url("/short")).json
    sound = first.ask(told["audio"]).body
    waiting = first.article(portal.url("/seed")).json  # known, not made
    second = start()
    portal.statuses = {"/short": 500, "/seed": 500}
    assert second.ask(told["audio"]).headers["etag"]
    assert samples(second.ask(told["audio"]).body) <= samples(sound)
    assert second.article(portal.url("/short")).json["ready"] is True
    assert len(second.ask(waiting["audio"]).body) > 1_000_000
    assert portal.asked == ["/short", "/seed"]


def test_a_changed_page_is_another_track(start: Start, portal: Portal) -> None:
    running = start(fresh=0.0)
    one = running.article(portal.url("/short")).json
    assert running.article(portal.url("/short")).json["audio"] == one["audio"]
    assert running.service.articles.count["unchanged"] == 1  # 304: not sent again
    portal.pages["/short"] = page("Hội nghị ngắn", word="bảo vệ")
    two = running.article(portal.url("/short")).json
    assert two["audio"] != one["audio"] and "bảo vệ" in two["blocks"][0]["text"]
    portal.statuses["/short"] = 503  # its site fails: the article as it was
    assert running.article(portal.url("/short")).json["audio"] == two["audio"]


def test_a_page_that_was_removed_is_gone(start: Start, portal: Portal) -> None:
    running = start(fresh=0.0)
    assert running.article(portal.url("/short")).status == 200
    portal.statuses["/short"] = 410
    gone = running.article(portal.url("/short"))
    assert (gone.status, gone.code) == (404, "not_found")
    asked = len(portal.asked)
    assert running.article(portal.url("/short")).status == 404 and len(portal.asked) == asked  # for a while


def test_voices(start: Start, portal: Portal) -> None:
    running = start()
    told = running.ask("/v1/voices").json
    assert told["default"] == "northern" and {"northern", "central", "southern"} <= {v["name"] for v in told["voices"]}
    assert not any(v["online"] for v in told["voices"])
    url = quote(portal.url("/short"), safe="")
    south = running.ask(f"/v1/article?url={url}&voice=southern").json
    assert {(v["name"], v["region"]) for v in south["voices"]} == {(v["name"], v["region"]) for v in told["voices"]}
    assert south["voice"] == "southern" and south["audio"] != running.article(portal.url("/short")).json["audio"]
    assert running.ask(south["audio"]).status == 200
    refused = running.ask(f"/v1/article?url={url}&voice=google")
    assert (refused.status, refused.code) == (400, "no_such_voice")


def test_by_address(start: Start, portal: Portal) -> None:
    running = start()
    told = running.article(portal.url("/short")).json
    url = quote(portal.url("/short"), safe="")
    for path, name in (("/v1/audio", "audio"), ("/v1/marks", "marks"), ("/v1/captions.vtt", "captions")):
        moved = running.ask(f"{path}?url={url}")
        assert (moved.status, moved.headers["location"]) == (307, told[name])
    assert running.ask(told["captions"]).body.count(b"-->") == 4  # made for the captions alone


def test_pdf_is_tagged(start: Start, portal: Portal) -> None:
    running = start()
    told = running.article(portal.url("/seed")).json
    answer = running.ask(told["pdf"])
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith('inline; filename="hoi-nghi-tong-ket-5-nam')
    text = " ".join(" ".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(answer.body)).split())
    for block in told["blocks"]:
        if block["kind"] == "paragraph":
            assert " ".join(block["text"].split()) in text
    assert portal.address in text
    paragraphs = [b for b in told["blocks"] if b["kind"] == "paragraph"]
    with pikepdf.open(io.BytesIO(answer.body)) as pdf:
        assert pdf.Root.Lang == "vi" and pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as about:
            assert about["dc:title"] == told["title"] and about["pdfuaid:part"] == "1"
        kinds = tags(pdf.Root.StructTreeRoot)
    assert kinds.count("/P") == len(paragraphs) + 3  # site, author, source
    assert kinds.count("/H1") == 1 and "/Link" in kinds
    assert running.ask(told["pdf"], If_None_Match=answer.headers["etag"]).status == 304


def tags(node: pikepdf.Object) -> list[str]:
    found = [str(node.S)] if "/S" in node else []
    below = node.get("/K", pikepdf.Array())
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary):
            found += tags(child)
    return found


def test_a_track_that_cannot_be_kept_is_heard_all_the_same(start: Start, portal: Portal, tmp_path: Path) -> None:
    running = start()
    told = running.article(portal.url("/short")).json
    share = tmp_path / "cache" / "tracks" / told["audio"].split("/")[-1][:2]
    for file in share.iterdir():
        file.unlink()
    share.rmdir()
    share.touch()  # where a folder should be
    sound = running.ask(told["audio"]).body
    assert samples(sound) > 5 * RATE
    assert running.article(portal.url("/short")).json["ready"] is False
    share.unlink()
    assert running.ask(told["audio"]).status == 200 and running.article(portal.url("/short")).json["ready"] is True


def test_the_least_lately_used_goes_first(start: Start, portal: Portal) -> None:
    for n in range(8):
        portal.pages[f"/{n}"] = page(f"Bài số {n}", 4)
    running = start(cache_megabytes=1)
    told = [running.article(portal.url(f"/{n}")).json for n in range(8)]
    for one in told:
        assert running.ask(one["audio"]).status == 200
    ready = [running.article(portal.url(f"/{n}")).json["ready"] for n in range(8)]
    assert ready[-1] and not ready[0] and ready == sorted(ready)
    assert running.ask(told[0]["audio"]).status == 200  # made again


def test_unknown_tracks(start: Start) -> None:
    running = start()
    for path in (
        f"/v1/audio/{'0' * 40}.mp3",
        "/v1/marks/..json",
        f"/v1/captions/{'a' * 39}.vtt",
        "/v1/nothing",
        "/x.js",
    ):
        assert (running.ask(path).status, running.ask(path).code) == (404, "not_found"), path
