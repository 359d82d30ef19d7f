"""How much a client may ask for, and who may ask."""

import socket
import threading
from urllib.parse import quote

import pytest

from docreader.web.limits import Busy, Rate, client

from .conftest import Portal, Running, Start, page


def test_a_bucket() -> None:
    now = 0.0
    rate = Rate(2, 3, lambda: now)
    for _ in range(3):
        rate.take("a")
    with pytest.raises(Busy) as refused:
        rate.take("a")
    assert (refused.value.status, refused.value.retry_after) == (429, 1)
    rate.take("b")
    now = 0.5
    rate.take("a")
    with pytest.raises(Busy):
        rate.take("a")
    now = 1000.0
    for _ in range(3):
        rate.take("a")
    with pytest.raises(Busy):
        rate.take("a")


def test_who_counts_as_one() -> None:
    assert client("2001:db8:1:2:3::4") == client("2001:db8:1:2:ffff::1") != client("2001:db8:1:3::1")
    assert client("203.0.113.1") != client("203.0.113.2")
    assert client("203.0.113.1", "k") == client("203.0.113.2", "k") != client("203.0.113.1")


def test_requests_of_one_client(start: Start) -> None:
    running = start(requests_per_second=0.5)  # two at once
    assert [running.ask("/v1/voices").status for _ in range(3)] == [200, 200, 429]
    refused = running.ask("/v1/voices", Origin=running.address)
    assert refused.code == "too_many_requests" and 1 <= int(refused.headers["retry-after"]) <= 3
    assert running.ask("/healthz").status == 200
    # The proxy on this machine tells whom it asks for.
    assert running.ask("/v1/voices", X_Forwarded_For="203.0.113.9").status == 200


def test_forwarded_by_whom_nobody_trusts(start: Start) -> None:
    from docreader.web.settings import Settings

    assert "127.0.0.1" in Settings().trusted_proxies and "*" not in Settings().trusted_proxies


def test_works_of_one_client(start: Start, portal: Portal) -> None:
    for n in range(3):
        portal.pages[f"/{n}"] = page(f"Bài số {n}")
    running = start(works_per_minute=2.0)
    answers = [running.article(portal.url(f"/{n}")) for n in (0, 1, 2, 0)]
    assert [answer.status for answer in answers] == [200, 200, 429, 200]  # what is there may be asked for
    assert running.ask(answers[0].json["audio"]).status == 429
    assert running.post("/v1/audio/speech", {"input": "Xin chào"}).status == 429


def test_a_full_queue_says_when_to_come_again(start: Start, portal: Portal) -> None:
    for n in range(6):
        portal.pages[f"/{n}"] = page(f"Bài số {n}")
    portal.delay = 0.5
    running = start(jobs=1, queue=1)
    answers: list[int] = []
    busy: list[str] = []

    def ask(n: int) -> None:
        answer = running.article(portal.url(f"/{n}"))
        answers.append(answer.status)
        if answer.status == 503:
            busy.append(answer.headers["retry-after"])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 503, 503, 503, 503]
    assert len(busy) == 4 and all(int(seconds) > 0 for seconds in busy)


def test_a_slow_site(start: Start, portal: Portal) -> None:
    portal.delay = 1.5
    running = start(article_seconds=0.3)
    answer = running.article(portal.url("/short"))
    assert (answer.status, answer.code) == (504, "too_slow")
    running2 = start(fetch_seconds=0.3, allow=(portal.address + "/s*",))
    portal.pages["/s2"] = portal.pages["/short"]  # the first may have been fetched and kept by now
    assert (running2.article(portal.url("/s2")).status, running2.service.articles.count["failed"]) == (502, 1)


def test_sizes(start: Start, portal: Portal) -> None:
    portal.pages["/long"] = page("Bài dài", 40)
    portal.pages["/fat"] = page("Bài béo", 3) + b"<!--" + b"x" * 300_000 + b"-->"
    running = start(max_characters=2000, page_megabytes=0.2, max_text=100)
    assert running.article(portal.url("/short")).status == 200
    assert (running.article(portal.url("/long")).status, running.article(portal.url("/fat")).status) == (422, 502)
    assert running.post("/v1/normalise", {"text": "a" * 101}).status == 413
    assert running.ask("/v1/normalise", "POST", b"x" * 200_000).status == 413
    assert running.article("https://portal.example/" + "a" * 5000).status == 400


def test_streams_of_one_client(start: Start, portal: Portal) -> None:
    portal.pages["/long"] = page("Bài dài", 15)
    running = start(streams_per_client=1)
    audio = running.article(portal.url("/long")).json["audio"]
    one = running.connect()
    one.request("GET", audio)
    first = one.getresponse()
    assert first.read(100)
    assert running.ask(audio).status in (429, 200)  # 200: it was whole by then
    assert first.read()
    one.close()
    assert running.ask(audio).status == 200


def key_of(running: Running, **headers: str) -> int:
    return running.post("/v1/normalise", {"text": "5%"}, **headers).status


def test_keys(start: Start, portal: Portal) -> None:
    running = start(keys=("abc", "đây-là-khóa"))
    refused = running.post("/v1/normalise", {"text": "5%"})
    assert (refused.status, refused.code) == (401, "invalid_api_key") and refused.headers[
        "www-authenticate"
    ] == "Bearer"
    assert key_of(running, Authorization="Bearer ab") == key_of(running, X_API_Key="abcd") == 401
    assert key_of(running, Authorization="Bearer abc") == key_of(running, X_API_Key="abc") == 200
    assert running.article(portal.url("/short")).status == 401 and portal.asked == []
    told = running.article(portal.url("/short"), X_API_Key="abc")
    assert told.status == 200 and told.headers["cache-control"] == "no-cache"
    assert running.ask(told.json["audio"]).status == 200  # who has the address was told it
    assert running.ask(told.json["pdf"] + "&key=abc").status == 200
    open_articles = start(keys=("abc",), keys_for="texts")
    assert open_articles.article(portal.url("/short")).status == 200 and key_of(open_articles) == 401


def test_pages_of_other_sites(start: Start, portal: Portal) -> None:
    running = start(allow=("https://portal.example/*", "https://*.gov.example/*"), origins=("http://localhost:3000",))
    for origin in ("https://portal.example", "https://so.gov.example", "http://localhost:3000"):
        answer = running.ask("/v1/voices", Origin=origin)
        assert answer.headers["access-control-allow-origin"] == origin and "Origin" in answer.headers["vary"]
    for origin in ("https://evil.example", "https://gov.example", "https://portal.example.evil.example", "null"):
        assert "access-control-allow-origin" not in running.ask("/v1/voices", Origin=origin).headers, origin
    preflight = running.ask("/v1/audio/speech", "OPTIONS", Origin="https://portal.example", Access_Control_Request_Method="POST", Access_Control_Request_Headers="authorization,content-type")  # fmt: skip
    assert preflight.status == 200 and "POST" in preflight.headers["access-control-allow-methods"]
    failed = running.article("https://nowhere.example/", Origin="https://portal.example")
    assert failed.status == 403 and failed.headers["access-control-allow-origin"] == "https://portal.example"
    assert (
        start(origins=("*",)).ask("/v1/voices", Origin="https://any.example").headers["access-control-allow-origin"]
        == "*"
    )


def test_a_body_that_never_comes_holds_nothing(start: Start) -> None:
    running = start()
    host, port = running.connect().host, running.connect().port
    with socket.create_connection((host, port)) as slow:
        slow.sendall(b"POST /v1/normalise HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{")
        assert running.post("/v1/normalise", {"text": "5%"}).status == 200


@pytest.mark.parametrize(
    "path", ["/v1/article", "/v1/article?url=", "/v1/article?url=abc", "/v1/article?url=ftp://a/b"]
)
def test_bad_addresses(start: Start, path: str) -> None:
    assert start().ask(path).status == 400


def test_what_is_no_article(start: Start, portal: Portal) -> None:
    portal.pages["/menu"] = b"<html><body><nav><a href='/'>Trang chu</a></nav></body></html>"
    portal.statuses["/broken"] = 500
    running = start()
    found = {path: running.article(portal.url(path)) for path in ("/menu", "/nothing", "/broken")}
    assert {path: (a.status, a.code) for path, a in found.items()} == {
        "/menu": (422, "no_article"),
        "/nothing": (404, "not_found"),
        "/broken": (502, "source_failed"),
    }
    assert running.ask("/v1/article?url=" + quote(portal.url("/short")) + "&voice=nobody").code == "no_such_voice"
