"""Which addresses may be fetched: by their parts, at every step of the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docreader.errors import SettingsError, SourceError
from docreader.web.allow import Allowed, NotAllowed, canonical

from .conftest import Portal, Start

RULES = Allowed(("https://portal.example/tin/*", "https://*.gov.example", "http://10.0.0.5:8080/bai-*.html", "https://báo.example/tin-tức/*"))  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example/tin/",
        "https://PORTAL.example:443/tin/a?id=3#phan-2",
        "https://portal.example./tin/a",
        "https://portal.example/tin/a/../b",
        "https://a.gov.example/",
        "https://a.b.gov.example/x?y=z",
        "http://10.0.0.5:8080/bai-1.html",
        "https://báo.example/tin-tức/a",
        "https://xn--bo-mia.example/tin-t%e1%bb%a9c/a",
    ],
)
def test_allowed(url: str) -> None:
    RULES.check(canonical(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://portal.example/tin/a",
        "https://portal.example/",
        "https://portal.example/tin",
        "https://portal.example/tin/../admin",
        "https://portal.example/tin/%2e%2E/admin",
        "https://portal.example/tin/%2e./admin",
        "https://portal.example:8443/tin/a",
        "https://portal.example.evil.example/tin/a",
        "https://evil.example/?https://portal.example/tin/",
        "https://evil.example#https://portal.example/tin/a",
        "https://gov.example/",
        "https://evilgov.example/",
        "https://evil.example/.gov.example",
        "http://10.0.0.5/bai-1.html",
        "http://10.0.0.5:8080/bai-1.html/x",
        "https://[::1]/tin/a",
    ],
)
def test_not_allowed(url: str) -> None:
    with pytest.raises(NotAllowed):
        RULES.check(canonical(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example@evil.example/tin/a",
        "https://evil.example\\@portal.example/tin/a",
        "https://portal.example /tin/a",
        "https://portal.example/tin/a\r\nHost: evil.example",
        "https://portal.example:99999999/tin/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//portal.example/tin/a",
        "https://",
        "",
        "https://portal.example/tin/" + "a" * 5000,
    ],
)
def test_no_address(url: str) -> None:
    with pytest.raises(SourceError):
        canonical(url)


@given(st.text(max_size=60), st.sampled_from(["https://", "https://portal.example", "https://portal.example/tin/", ""]))
def test_whatever_is_allowed_is_on_the_portal(rest: str, start: str) -> None:
    only = Allowed(("https://portal.example/tin/*",))
    try:
        url = canonical(start + rest)
        only.check(url)
    except SourceError:
        return
    assert url.startswith("https://portal.example/tin/")
    assert "/../" not in url.lower().replace("%2e", ".") and canonical(url) == url


def test_tracking_is_not_part_of_an_address() -> None:
    assert canonical("https://a.example/b?utm_source=zalo&id=3&fbclid=x") == "https://a.example/b?id=3"
    assert canonical("https://a.example/b?q=a%20b&r=") == "https://a.example/b?q=a%20b&r="


@pytest.mark.parametrize(
    "rule", ["portal.example", "*", "https://*", "ftp://a.example/*", "https://a*.example/", "https://"]
)
def test_rules_that_say_nothing_clear(rule: str) -> None:
    with pytest.raises(SettingsError, match=r"https://portal\.example/"):
        Allowed((rule,))


def test_nothing_is_allowed_by_default(start: Start, portal: Portal) -> None:
    running = start(allow=())
    answer = running.article(portal.url("/short"))
    assert (answer.status, answer.code) == (403, "not_allowed") and portal.asked == []
    assert running.ask(f"/v1/pdf?url={portal.url('/short')}").status == 403


def test_a_redirect_must_be_allowed_too(start: Start, portal: Portal) -> None:
    portal.redirects = {"/tin/a": "/tin/b", "/tin/c": "/admin", "/tin/b": "/tin/short"}
    portal.pages["/tin/short"] = portal.pages["/admin"] = portal.pages["/short"]
    portal.pages["/tin/d"] = b'<meta http-equiv="refresh" content="0; url=/admin"><p>x'
    running = start(allow=(portal.address + "/tin/*",))
    assert running.article(portal.url("/tin/a")).status == 200
    for path in ("/tin/c", "/tin/d"):
        answer = running.article(portal.url(path))
        assert (answer.status, answer.code) == (403, "not_allowed"), path
    assert "/admin" not in portal.asked


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:127.0.0.1", "0.0.0.0"]
)
def test_private_addresses_are_refused_after_the_name_is_resolved(start: Start, portal: Portal, address: str) -> None:
    port = portal.address.rpartition(":")[2]
    running = start(lambda host, port: [address], allow=(f"http://portal.example:{port}/*",), private=())
    answer = running.article(f"http://portal.example:{port}/short")
    assert (answer.status, answer.code) == (403, "private_address")
    assert address not in answer.json["error"]["message"] and portal.asked == []


def test_a_private_network_that_the_operator_names(start: Start, portal: Portal) -> None:
    port = portal.address.rpartition(":")[2]
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    running = start(resolver, allow=(f"http://portal.example:{port}/*",), private=("127.0.0.1/32",))
    # The address that was checked is the one connected to: a second answer of the DNS is never asked for.
    assert running.article(f"http://portal.example:{port}/short").status == 200
    assert asked == ["portal.example"]
    assert running.article(f"http://portal.example:{port}/seed").code == "private_address"


def test_own_origin(start: Start, portal: Portal) -> None:
    running = start(allow=(), origins=(portal.address, "https://other.example"), own_origin=True)
    assert running.article(portal.url("/short")).code == "not_allowed"
    assert running.article(portal.url("/short"), Origin="https://other.example").code == "not_allowed"
    assert running.article(portal.url("/short"), Origin="https://evil.example").code == "not_allowed"
    assert running.article(portal.url("/short"), Origin=portal.address).status == 200
    assert running.article(portal.url("/short"), Referer=portal.url("/short")).status == 200
    with pytest.raises(SettingsError, match="own_origin"):
        Allowed((), ("*",), True)
