"""The batch job as its users start it: real pages from a real server, real sound, real files."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import av
import feedparser
import miniaudio

from docreader.site import feed
from docreader.site.feed import Channel
from docreader.site.model import Entry
from docreader.web import folder
from tests.conftest import Run
from tests.site.conftest import Portal, articles, contents, portal_of
from tests.site.portal import sentence


def test_leaves_files_index_feed_and_report(docreader: Run, work: Path, portal: Portal) -> None:
    result = docreader("site", portal.address, "--out", "audio", "--public", "https://portal.example/audio")
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode().startswith("6 read")
    out = work / "audio"
    found = articles(out)
    assert len(found) == 6
    for told in found.values():
        sound = miniaudio.mp3_read_file_f32(str(out / told["audio"].partition("?")[0]))
        assert abs(len(sound.samples) / sound.sample_rate - told["duration"]) < 0.1
        shard = json.loads((out / folder.shard(folder.key(told["url"]))).read_text("utf-8"))
        assert (out / shard[folder.key(told["url"])]).is_file()
    index = json.loads((out / "index.json").read_text("utf-8"))
    assert [entry["title"].partition(":")[0] for entry in index["articles"]] == [f"Tin số {n}" for n in range(6, 0, -1)]
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert report["totals"]["read"] == 6
    assert report["run"]["said"] == sum(len(told["marks"]) for told in found.values())
    html = (out / "report.html").read_text("utf-8")
    assert "Báo cáo đọc trang" in html
    assert html.count("<svg") == 3


def test_the_feed_is_a_podcast(docreader: Run, work: Path, portal: Portal) -> None:
    docreader(
        "site",
        portal.address,
        "--out",
        "audio",
        "--public",
        "https://portal.example/audio",
        "--title",
        "Đài <xã> & tôi",
    )
    feed = feedparser.parse((work / "audio" / "feed.xml").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == "Đài <xã> & tôi"
    for required in ("description", "language", "image", "itunes_explicit", "author", "tags"):
        assert required in feed.feed, required
    dates = [entry.published_parsed for entry in feed.entries]
    assert len(dates) == 6
    assert dates == sorted(dates, reverse=True)
    for entry in feed.entries:
        enclosure = entry.enclosures[0]
        assert enclosure.type == "audio/mpeg"
        track = work / "audio" / enclosure.href.removeprefix("https://portal.example/audio/")
        assert int(enclosure.length) == track.stat().st_size
        assert entry.podcast_transcript["type"] == "text/vtt"
    cover = (work / "audio" / "cover.png").read_bytes()
    assert cover.startswith(b"\x89PNG")


def test_a_second_run_asks_only_whether_something_changed(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio")
    before, asked = contents(work / "audio"), portal.counts()
    result = docreader("site", portal.address, "--out", "audio")
    assert result.stdout.decode().startswith("0 read (0:00 of sound, 0 sentences said), 6 unchanged")
    after = portal.counts()
    assert after["304"] - asked.get("304", 0) == 6
    assert contents(work / "audio") == before


def test_a_changed_sentence_costs_one_sentence(docreader: Run, work: Path, portal: Portal) -> None:
    """Also without a cache: the others are taken from the track that is there."""
    docreader("site", portal.address, "--out", "audio", "--no-cache")
    before = articles(work / "audio")
    portal.order("change", 2, 5)
    result = docreader("site", portal.address, "--out", "audio", "--no-cache")
    assert "2 read" in result.stdout.decode()
    assert "2 sentences said" in result.stdout.decode()
    after = articles(work / "audio")
    assert before.keys() == after.keys()
    assert sum(before[name]["key"] != after[name]["key"] for name in before) == 2
    # and it is as if all of it had been said anew
    docreader("site", portal.address, "--out", "anew", "--public", f"{portal.address}/audio/", "--no-cache")
    fresh = contents(work / "anew")
    assert {k: v for k, v in contents(work / "audio").items() if k != "feed.xml"} == {
        k: v for k, v in fresh.items() if k != "feed.xml"
    }


def test_the_bytes_do_not_depend_on_the_number_of_workers(docreader: Run, work: Path, portal: Portal) -> None:
    public = ("--public", "https://portal.example/audio", "--no-cache")
    docreader("site", portal.address, "--out", "one", "--workers", "1", *public)
    docreader("site", portal.address, "--out", "three", "--workers", "3", *public)
    assert contents(work / "one") == contents(work / "three")


def test_another_lexicon_says_only_what_it_changes(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio")
    (work / "own.tsv").write_text("Cao Lộc\tcao lộc đẹp\n", "utf-8")
    asked = portal.counts()
    result = docreader("site", portal.address, "--out", "audio", "--lexicon", "own.tsv", "--no-cache")
    assert result.returncode == 0, result.stderr
    changed = [
        m for told in articles(work / "audio").values() for m in told["marks"] if "cao lộc đẹp" in m["spoken"].lower()
    ]
    assert changed
    assert f"{len(changed)} sentences said" in result.stdout.decode()
    assert portal.counts()["200"] - asked["200"] <= 5  # two sitemaps, and robots.txt by finder and workers; no page


def test_killed_at_any_moment_it_goes_on(work: Path, environment: dict[str, str]) -> None:
    chance = random.Random(7)
    with portal_of(12, 3) as portal:
        command = [
            sys.executable,
            "-m",
            "docreader",
            "site",
            portal.address,
            "--out",
            "audio",
            "--public",
            "https://a.example/audio",
            "--json-log",
        ]
        said: list[str] = []
        for _ in range(8):
            process = subprocess.Popen(
                command,
                cwd=work,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            time.sleep(chance.uniform(0.5, 2.5))
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            events = [json.loads(line) for line in output.decode().splitlines() if line.endswith("}")]
            said += [event["address"] for event in events if event.get("event") == "read" and event["said"]]
            articles(work / "audio")  # what is there is whole
        last = subprocess.run(command, cwd=work, env=environment, capture_output=True, check=False)
        assert last.returncode == 0, last.stderr
        found = articles(work / "audio")
        assert len(found) == 12
        assert not list((work / "audio" / ".docreader" / "new").iterdir())
        said += [
            e["address"] for e in map(json.loads, last.stdout.splitlines()) if e.get("event") == "read" and e["said"]
        ]
        assert len(said) == len(set(said))
        # the same as if nothing had happened
        environment = environment | {"DOCREADER_CACHE": str(work / "other")}
        command[command.index("audio")] = "whole"
        subprocess.run(command, cwd=work, env=environment, capture_output=True, check=True)
        assert contents(work / "whole") == contents(work / "audio")


def test_two_runs_at_once(work: Path, environment: dict[str, str], docreader: Run, portal: Portal) -> None:
    from docreader.site.state import State

    with State(work / "audio" / ".docreader"):
        result = docreader("site", portal.address, "--out", "audio")
    assert result.returncode == 1
    assert f"another run (process {os.getpid()}) is at work in audio" in result.stderr.decode()
    assert docreader("site", portal.address, "--out", "audio").returncode == 0


def test_one_bad_page_stops_nobody(docreader: Run, work: Path, portal: Portal) -> None:
    portal.order("broken", 3)
    again = ("site", portal.address, "--out", "audio", "--backoff", "0", "--quarantine", "2")
    result = docreader(*again, "--retry")
    assert result.returncode == 1
    assert "5 read" in result.stdout.decode()
    assert "/tin/3 fails on its server (503)" in result.stderr.decode()
    listed = docreader("site", "--failed", "--out", "audio")
    assert listed.returncode == 1
    assert "server\t1×" in listed.stdout.decode()
    waiting = docreader(*again)
    assert waiting.returncode == 0
    assert "1 waiting" in waiting.stdout.decode()
    assert "it is tried no more" in docreader(*again, "--retry").stderr.decode()
    assert "in quarantine" in docreader("site", "--failed", "--out", "audio").stdout.decode()
    portal.order("mended", 3)
    assert docreader(*again, "--retry").returncode == 0
    assert docreader("site", "--failed", "--out", "audio").stdout == b""
    assert len(articles(work / "audio")) == 6


def test_what_vanished_is_marked_and_pruned(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio")
    portal.order("gone", 4)
    assert "1 vanished" in docreader("site", portal.address, "--out", "audio").stdout.decode()
    index = json.loads((work / "audio" / "index.json").read_text("utf-8"))
    assert [entry.get("vanished", False) for entry in index["articles"]] == [False, False, True, False, False, False]
    assert len(feedparser.parse((work / "audio" / "feed.xml").read_bytes()).entries) == 5
    assert len(articles(work / "audio")) == 6
    result = docreader("site", portal.address, "--out", "audio", "--prune")
    assert "1 removed" in result.stdout.decode()
    assert len(articles(work / "audio")) == 5
    assert not list((work / "audio").glob("tin-so-4-*"))


def test_a_lost_state_says_nothing_again(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio")
    for path in (work / "audio" / ".docreader").glob("*.sqlite*"):
        path.unlink()
    before = contents(work / "audio")
    result = docreader("site", portal.address, "--out", "audio", "--no-cache")
    assert "0 read (0:00 of sound, 0 sentences said), 6 said as before" in result.stdout.decode()
    assert contents(work / "audio") == before


def test_a_lost_file_is_made_again(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio")
    before = contents(work / "audio")
    next((work / "audio").glob("tin-so-2-*.mp3")).unlink()
    docreader("site", portal.address, "--out", "audio")
    assert contents(work / "audio") == before


def test_a_dry_run_writes_nothing(docreader: Run, work: Path, portal: Portal) -> None:
    result = docreader("site", portal.address, "--out", "audio", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode().startswith("6 articles, ")
    assert not (work / "audio").exists()


def test_limit_include_and_exclude(docreader: Run, work: Path, portal: Portal) -> None:
    docreader("site", portal.address, "--out", "audio", "--limit", "2")
    assert len(articles(work / "audio")) == 2
    docreader("site", portal.address, "--out", "audio", "--include", "*/tin/[56]", "--exclude", "/tin/6")
    assert len(articles(work / "audio")) == 3
    assert "vanished" not in (work / "audio" / "index.json").read_text("utf-8")


def test_headings_become_chapters(docreader: Run, work: Path) -> None:
    said = [f"{sentence(1, n)} {sentence(2, n)}" for n in range(5)]
    body = f"<p>{said[0]}</p><h2>Kinh tế</h2><p>{said[1]}</p><p>{said[2]}</p><h2>Văn hóa</h2><p>{said[3]}</p><p>{said[4]}</p>"
    (work / "pages").mkdir()
    (work / "pages" / "tin.html").write_text(
        f"<html lang='vi'><title>Hội nghị giao ban</title><article><h1>Hội nghị giao ban</h1>{body}</article>"
    )
    public = ("--base", "https://portal.example/", "--public", "https://portal.example/audio/")
    result = docreader("site", "pages", "--out", "audio", *public)
    assert result.returncode == 0, result.stderr
    (name, told), *_ = articles(work / "audio").items()
    chapters = json.loads((work / "audio" / f"{name}.chapters.json").read_text("utf-8"))["chapters"]
    starts = {mark["written"]: mark["start"] for mark in told["marks"]}
    assert {c["title"]: c["startTime"] for c in chapters}.items() >= {
        t: starts[t] for t in ("Kinh tế", "Văn hóa")
    }.items()
    feed = (work / "audio" / "feed.xml").read_text("utf-8")
    assert f'<podcast:chapters url="https://portal.example/audio/{name}.chapters.json"' in feed


def test_a_feed_of_several_pages_leads_to_the_older_ones_and_leaves_them_as_they_are() -> None:
    entry = Entry(
        title="Tin", url="", canonical_url="", author="", site="Cổng", language="vi", published="", updated="", summary="",
        duration=60.0, bytes=480_000, sentences=9, characters=700, chapters=False, voice="northern", format="mp3",
    )  # fmt: skip
    channel = Channel(public="https://portal.example/audio/", title="Cổng", items=10)

    def pages(total: int) -> dict[str, bytes]:
        items = iter(
            [
                feed.Item(f"https://portal.example/{n}", f"tin-{n}", f"2026-01-{n:02}", entry)
                for n in range(total, 0, -1)
            ]
        )
        sizes = feed.pages(total, channel.items)
        found = {}
        for number, size in zip(range(len(sizes), 0, -1), sizes, strict=True):
            content = feed.page(channel, list(islice(items, size)), number, len(sizes))
            found[feed.file_name(number, len(sizes))] = content
        assert next(items, None) is None
        return found

    few, more = pages(27), pages(28)
    assert len(few) == 2
    assert {name for name in few if few[name] == more[name]} == set(few) - {"feed.xml"}
    seen, name = [], "feed.xml"
    while name:
        read = feedparser.parse(more[name])
        assert not read.bozo
        seen += [e.link for e in read.entries]
        older = [link.href for link in read.feed.links if link.rel == "next"]
        name = older[0].rpartition("/")[2] if older else ""
    assert seen == [f"https://portal.example/{n}" for n in range(28, 0, -1)]


def test_the_options_of_read_hold_for_a_site(docreader: Run, work: Path, portal: Portal) -> None:
    run = ("site", portal.address, "--out", "audio", "--limit", "2", "--public", "https://portal.example/audio")
    more = ("--format", "opus", "--bitrate", "24", "--srt", "--word-captions", "--introduction", "{title}.")
    done = docreader(*run, *more)
    assert done.returncode == 0, done.stderr
    out = work / "audio"
    for told in articles(out).values():
        with av.open(str(out / told["audio"].partition("?")[0]), "r") as file:
            assert file.duration and abs(file.duration / 1e6 - told["duration"]) < 0.1
        assert (out / told["srt"]).read_text("utf-8").startswith("1\n00:00:00,0")
        words = (out / told["word_captions"]).read_text("utf-8")
        assert words.count("-->") > len(told["marks"]) * 4
        assert [mark["block"] for mark in told["marks"]].count(-3) == 1 and told["marks"][0]["written"].endswith(".")
    enclosures = [one.enclosures[0] for one in feedparser.parse((out / "feed.xml").read_bytes()).entries]
    assert {(one.type, Path(one.href).suffix) for one in enclosures} == {("audio/ogg", ".opus")}
    assert docreader(*run, *more).stdout.startswith(b"0 read")
    assert docreader(*run).stdout.startswith(b"2 read")
    assert sorted(path.suffixes[-1] for path in out.glob("*-*.*")) == [".json", ".json", ".mp3", ".mp3", ".vtt", ".vtt"]
    assert not any("srt" in told or "word_captions" in told for told in articles(out).values())
    wrong = docreader(*run, "--format", "flac", "--bitrate", "24")
    assert wrong.returncode == 1 and wrong.stderr.count(b"\n") == 1 and b"no bit rate" in wrong.stderr


def test_quotations_of_a_site_have_the_second_voice(docreader: Run, work: Path) -> None:
    (work / "pages").mkdir()
    (work / "pages" / "a.md").write_text("# Tin\n\nÔng nói với bà con:\n\n> Tôi rất vui.\n", encoding="utf-8")
    clips = []
    for more in ((), ("--quote-voice", "southern"), ()):
        done = docreader("site", "pages", "--out", "audio", "--no-cache", *more)
        assert done.stdout.startswith(b"1 read"), done.stderr
        (told,) = articles(work / "audio").values()
        track = (work / "audio" / told["audio"].partition("?")[0]).read_bytes()
        rows = zip(told["marks"], told["track"]["clips"], strict=True)
        clips.append({mark["kind"]: track[at : at + length] for mark, (at, length, *_) in rows})
    one, both, again = clips
    assert one == again and {kind for kind in one if one[kind] != both[kind]} == {"quote"}
