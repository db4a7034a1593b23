"""Requests: who asks, how fast, whom, and how each way of not answering ends."""

from __future__ import annotations

import email.utils
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import BLOCK_PAGE, CONTACT, Publisher, always, file_of

from flowrisk.download.client import REQUESTS_PER_SECOND, Client, checked_contact
from flowrisk.download.sources import hosts
from flowrisk.errors import DataError, QuestionError, TimeoutError  # noqa: A004 - the house's

ADDRESS = "https://www.sec.gov/files/x.json"


def read(client: Client, address: str = ADDRESS, at_most_count: int = 1000) -> bytes:
    return client.read(address, at_most_count=at_most_count)


@pytest.mark.parametrize(
    "contact",
    [None, "", "  ", "Jane Doe", "jane@", "jane@example", "Jane jane@example.org\r\nX: y",
     "Jané jane@example.org", "x" * 300 + " jane@example.org"],
)  # fmt: skip
def test_who_names_no_contact_asks_nothing(contact: str | None, publisher: Publisher) -> None:
    with pytest.raises(QuestionError, match="contact is needed"):
        Client(contact, hosts(), base_url=publisher.url)
    assert not publisher.asked


@given(st.text(max_size=60))
def test_no_contact_ever_adds_a_header(text: str) -> None:
    try:
        told = checked_contact(text)
    except QuestionError:
        return
    assert "@" in told
    assert told.isascii()
    assert told.isprintable()


def test_the_contact_is_sent_and_nothing_is_asked_packed(
    client: Client, publisher: Publisher
) -> None:
    publisher.serve("/files/x.json", b"{}")
    assert read(client) == b"{}"
    assert publisher.asked[0].headers["User-Agent"] == CONTACT
    assert publisher.asked[0].headers["Accept-Encoding"] == "identity"


def test_requests_keep_the_pace(client: Client, publisher: Publisher) -> None:
    publisher.serve("/files/x.json", b"{}")
    started = time.monotonic()
    for _ in range(6):
        read(client)
    assert time.monotonic() - started >= 5 / REQUESTS_PER_SECOND
    gaps = [b.at - a.at for a, b in zip(publisher.asked, publisher.asked[1:], strict=False)]
    assert sum(gaps[1:]) / len(gaps[1:]) >= 0.9 / REQUESTS_PER_SECOND


def test_a_refusal_stops_at_once(client: Client, publisher: Publisher, waits: list[float]) -> None:
    publisher.answers["/files/x.json"] = always(403, BLOCK_PAGE)
    with pytest.raises(TimeoutError, match="nothing more was asked") as refused:
        read(client)
    assert "ten minutes" in refused.value.remedy
    assert len(publisher.asked) == 1
    assert not waits


def test_a_block_page_under_any_name_is_known(client: Client, publisher: Publisher) -> None:
    publisher.answers["/files/x.json"] = always(200, BLOCK_PAGE)
    with pytest.raises(TimeoutError, match="refuses this machine"):
        read(client)
    assert len(publisher.asked) == 1


def test_a_busy_host_is_asked_again_when_it_says(
    client: Client, publisher: Publisher, waits: list[float]
) -> None:
    until = email.utils.formatdate(time.time() + 7, usegmt=True)

    def answer(handler: Any, count: int) -> None:
        told = {1: {"Retry-After": "3"}, 2: {"Retry-After": until}, 3: {}}.get(count)
        handler.told(429 if count == 1 else 503, b"", told) if told is not None else (
            handler.told(200, b"ok"))  # fmt: skip

    publisher.answers["/files/x.json"] = answer
    assert read(client) == b"ok"
    assert waits[0] == 3
    assert 4 < waits[1] <= 7
    assert waits[2] == 4  # 1, 2, 4, … where it does not say
    assert len(publisher.asked) == 4


def test_a_host_that_stays_busy_is_left(
    client: Client, publisher: Publisher, waits: list[float]
) -> None:
    publisher.answers["/files/x.json"] = always(503)
    with pytest.raises(TimeoutError, match="does not answer"):
        read(client)
    assert len(publisher.asked) == 5
    publisher.asked.clear()
    publisher.answers["/files/x.json"] = always(429, b"", Retry_After="3600")
    with pytest.raises(TimeoutError, match="does not answer") as refused:
        read(client)
    assert "3600 s" in str(refused.value)
    assert len(publisher.asked) == 1
    assert max(waits) < 3600


@pytest.mark.parametrize("status", [400, 401, 404, 410, 418])
def test_what_is_not_there_is_asked_once(client: Client, publisher: Publisher, status: int) -> None:
    publisher.answers["/files/x.json"] = always(status, b"<html>")
    with pytest.raises(DataError) as refused:
        read(client)
    assert refused.value.facts["status"] == status
    assert len(publisher.asked) == 1


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/x.zip", "http://www.sec.gov/files/x.json", "//evil.example/x",
     "https://www.sec.gov@evil.example/x", "https://www.sec.gov:444/x", "file:///etc/passwd",
     "ftp://www.sec.gov/x", "https://www.sec.gov.evil.example/x", "http://127.0.0.1:1/x"],
)  # fmt: skip
def test_an_answer_sends_on_only_to_hosts_that_are_asked(
    client: Client, publisher: Publisher, location: str
) -> None:
    publisher.answers["/files/x.json"] = always(302, b"", Location=location)
    with pytest.raises(DataError, match="a host that is not asked"):
        read(client)
    assert len(publisher.asked) == 1


@pytest.mark.parametrize("place", ["/files/y.json", "https://data.sec.gov/files/y.json", "y.json"])
def test_an_answer_may_send_on_to_a_known_host(
    client: Client, publisher: Publisher, place: str
) -> None:
    publisher.answers["/files/x.json"] = always(301, b"", Location=place)
    publisher.serve("/files/y.json", b"moved")
    assert read(client) == b"moved"


def test_what_is_sent_on_without_end_is_refused(client: Client, publisher: Publisher) -> None:
    publisher.answers["/files/x.json"] = always(302, b"", Location="/files/x.json")
    with pytest.raises(DataError, match="without end"):
        read(client)


def test_only_the_places_listed_are_asked(publisher: Publisher) -> None:
    client = Client(CONTACT, hosts())
    for address in ("https://example.org/x", publisher.url, "http://www.sec.gov/x"):
        with pytest.raises(DataError, match="a host that is not asked"):
            read(client, address)
    assert not publisher.asked


def test_more_than_such_a_file_can_be_is_refused(client: Client, publisher: Publisher) -> None:
    publisher.serve("/files/x.json", b"0" * 1001)
    with pytest.raises(DataError, match="larger than such a file"):
        read(client)
    assert client.read(ADDRESS, at_most_count=10, is_start_enough=True) == b"0" * 10


def test_an_answer_that_breaks_off_is_asked_for_again(
    client: Client, publisher: Publisher, waits: list[float]
) -> None:
    publisher.answers["/files/x.json"] = file_of(b"0123456789", etag="", cuts=(4, 9))
    assert read(client) == b"0123456789"
    assert waits == [1, 2]
    publisher.answers["/files/x.json"] = file_of(b"0123456789", etag="", cuts=(4,) * 99)
    with pytest.raises(TimeoutError, match="does not answer"):
        read(client)


def test_a_packed_answer_is_refused(client: Client, publisher: Publisher) -> None:
    publisher.answers["/files/x.json"] = always(200, b"\x1f\x8b", Content_Encoding="gzip")
    with pytest.raises(DataError, match="packed"):
        read(client)


def test_where_nobody_listens_the_wait_ends(waits: list[float]) -> None:
    client = Client(CONTACT, hosts(), base_url="http://127.0.0.1:9", wait=waits.append)
    with pytest.raises(TimeoutError, match="does not answer"):
        read(client)
    assert waits == [1, 2, 4, 8]


@pytest.mark.parametrize(
    "url",
    ["http://mirror.example", "ftp://127.0.0.1/", "mirror", "https://", "https://a@b.example",
     "http://127.0.0.1:99999", "https://x.example/?a=b", "http://127.0.0.2.example/"],
)  # fmt: skip
def test_a_mirror_elsewhere_is_https(url: str) -> None:
    with pytest.raises(QuestionError, match=r"mirror"):
        Client(CONTACT, hosts(), base_url=url)


def test_the_proxy_of_the_environment_is_not_asked_for_this_machine(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    publisher.serve("/files/x.json", b"{}")
    assert read(Client(CONTACT, hosts(), base_url=publisher.url)) == b"{}"


def test_elsewhere_the_proxy_of_the_environment_is_asked(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", publisher.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    # it answers no CONNECT: what counts is that it was asked, and not the host
    with pytest.raises(TimeoutError, match="does not answer") as refused:
        read(Client(CONTACT, hosts(), wait=waits.append))
    assert "501" in str(refused.value)
