"""Requests to the few hosts that are asked: one at a time, slowly, under the user's own name.

Owns every connection that flowrisk opens but those to a cluster or store the user names. Knows
nothing of what the files mean, and writes none.
"""

from __future__ import annotations

import email.utils
import ipaddress
import re
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from typing import NoReturn
from urllib.error import URLError
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from flowrisk.errors import DataError, QuestionError, TimeoutError  # noqa: A004 - the house's

REQUESTS_PER_SECOND = 5
ATTEMPTS_COUNT = 5
BROKEN = (OSError, HTTPException)
_LONGEST_WAIT_S = 120.0
_TIMEOUT_S = 60.0
_REDIRECTS_COUNT = 5
_OK, _PARTIAL, _UNCHANGED, _FORBIDDEN, _NOT_FOUND, _NO_SUCH_RANGE = 200, 206, 304, 403, 404, 416
_ANSWERED = (_OK, _PARTIAL, _UNCHANGED, _NO_SUCH_RANGE)
_SENT_ON = (301, 302, 303, 307, 308)
_BUSY = (429, 500, 502, 503, 504)
# a name or company, then an address: what the SEC asks of whoever calls
_CONTACT = re.compile(r"[^\s@<>()]@[^\s@<>()]+\.\w")
_LONGEST_CONTACT = 200
_BLOCKED = re.compile(
    rb"undeclared automated tool|request rate threshold|access denied", re.IGNORECASE
)
_WAIT_AND = (
    "Wait ten minutes before the next try: asking again prolongs a block. Check that the contact "
    "is yours, and that no other machine of yours asks at the same time."
)


def refuse_blocked(content: bytes, address: str) -> None:
    """Refuse the page that a publisher sends in place of what was asked, when it blocks.

    Raises: TimeoutError.
    """
    if _BLOCKED.search(content):
        raise blocked(address)


def blocked(address: str) -> TimeoutError:
    """Return the refusal of an address whose publisher does not answer for now."""
    return TimeoutError(
        f"{urlsplit(address).hostname} refuses this machine for now; nothing more was asked.",
        facts={"address": address},
        remedy=_WAIT_AND,
    )


class Client:
    """Asks one host after another, never faster than ``REQUESTS_PER_SECOND``.

    Args:
        contact: name and address of the user, sent with every request.
        hosts: which may be asked; an answer may send on only to one of them.
        base_url: asked in place of every host: a mirror. Plain http only on this machine.
        wait: lets seconds pass.
        say: told each wait longer than the pace.
    """

    def __init__(
        self,
        contact: str | None,
        hosts: Collection[str],
        *,
        base_url: str | None = None,
        wait: Callable[[float], None] = time.sleep,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._contact = checked_contact(contact)
        self._hosts = hosts
        self._base = _checked_base(base_url) if base_url else None
        self._wait, self._say = wait, say
        self._asked_at = 0.0
        self._opener = _opener(is_direct=self._base is not None and _is_here(self._base))

    def size(self, address: str) -> int | None:
        """Return how many bytes a file has, None where its host does not say.

        Raises: as ``ask``.
        """
        with self.ask(address, method="HEAD") as reply:
            told = reply.headers.get("Content-Length", "")
        return int(told) if told.isdigit() else None

    def read(self, address: str, *, at_most_count: int, is_start_enough: bool = False) -> bytes:
        """Return what an address answers.

        Args:
            at_most_count: bytes; more are refused, or left where the start is enough.

        Raises: as ``ask``; DataError for more bytes; TimeoutError where the answer breaks off each
            time, or says that this machine is blocked.
        """
        reason: object = "unknown"
        for attempt in range(ATTEMPTS_COUNT):
            try:
                with self.ask(address) as reply:
                    content = reply.read(at_most_count + 1)
                    stated = reply.headers.get("Content-Length", "")
            except BROKEN as error:
                reason = error
            else:
                is_more = len(content) > at_most_count
                if is_more and not is_start_enough:
                    raise too_large(address, at_most_count)
                if is_more or not stated.isdigit() or len(content) == int(stated):
                    refuse_blocked(content[:4096], address)
                    return content[:at_most_count]
                reason = f"{len(content)} of {stated} bytes"
            self.pause(attempt)
        raise unreachable(address, reason)

    @contextmanager
    def ask(
        self, address: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
    ) -> Iterator[HTTPResponse]:
        """Ask an address and give its answer: 200, 206, 304 or 416, its body still to be read.

        Raises: TimeoutError where it cannot be reached, stays busy or refuses (403); DataError
            for an address that there is not (404), any other answer, or one that sends on to a
            host that may not be asked.
        """
        reply = self._answered(address, headers or {}, method)
        try:
            if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise DataError(
                    "The answer is packed, which was not asked for.",
                    facts={"address": address},
                    remedy="Look at the proxy between this machine and the publisher.",
                )
            yield reply
        finally:
            reply.close()

    def pause(self, attempt: int, told: str | None = None) -> None:
        """Wait before the next attempt: as long as the answer says, else 1, 2, 4, … seconds; where
        there is none, no time."""
        if attempt + 1 >= ATTEMPTS_COUNT:
            return
        seconds = _seconds(told) if told else float(2**attempt)
        if seconds > 1:
            self._say(f"waiting {seconds:.0f} s before asking again")
        self._wait(seconds)

    def _answered(self, address: str, headers: Mapping[str, str], method: str) -> HTTPResponse:
        reason: object = "unknown"
        for attempt in range(ATTEMPTS_COUNT):
            try:
                reply = self._sent(address, headers, method)
            except BROKEN as error:
                reason = _reason(address, error)
                self.pause(attempt)
                continue
            if reply.status in _ANSWERED:
                return reply
            reply.close()
            if reply.status not in _BUSY:
                _refuse_status(address, reply.status)
            told = reply.headers.get("Retry-After")
            if told and _seconds(told) > _LONGEST_WAIT_S:
                raise unreachable(
                    address, f"busy for {_seconds(told):.0f} s (status {reply.status})"
                )
            reason = f"status {reply.status}"
            self.pause(attempt, told)
        raise unreachable(address, reason)

    def _sent(self, address: str, headers: Mapping[str, str], method: str) -> HTTPResponse:
        """Send a request, and follow where it is sent on to."""
        for _ in range(_REDIRECTS_COUNT):
            request = Request(self._permitted(address), method=method)  # noqa: S310 - as permitted
            for name, value in {"User-Agent": self._contact, "Accept-Encoding": "identity",
                                **headers}.items():  # fmt: skip
                request.add_header(name, value)
            self._keep_pace()
            reply: HTTPResponse = self._opener.open(request, timeout=_TIMEOUT_S)
            if reply.status not in _SENT_ON:
                return reply
            reply.close()
            address = urljoin(address, reply.headers.get("Location", ""))
        raise DataError(
            "The address is sent on without end.", facts={"address": address},
            remedy="Look at it in a browser; it may have moved.",
        )  # fmt: skip

    def _keep_pace(self) -> None:
        due_at = self._asked_at + 1 / REQUESTS_PER_SECOND
        if (left := due_at - time.monotonic()) > 0:
            time.sleep(left)
        self._asked_at = time.monotonic()

    def _permitted(self, address: str) -> str:
        """Return the address to ask: of a host that may be asked, or of the mirror in its place.

        Raises: DataError for any other.
        """
        parts = urlsplit(address)
        if self._base and (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc):
            return address
        is_plain = parts.scheme == "https" and parts.netloc in self._hosts
        if not is_plain:
            raise DataError(
                "An answer leads to a host that is not asked.",
                facts={"address": address, "hosts": ", ".join(sorted(self._hosts))},
                remedy="Look at it in a browser; download the file by hand if you trust it.",
            )
        if self._base is None:
            return address
        path = self._base.path.rstrip("/") + parts.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))


def checked_contact(contact: str | None) -> str:
    """Return the contact, which is the user's own.

    Raises: QuestionError where there is none, or it names no address.
    """
    told = (contact or "").strip()
    is_plain = told.isascii() and told.isprintable() and len(told) <= _LONGEST_CONTACT
    if not is_plain or not _CONTACT.search(told):
        raise QuestionError(
            "The SEC asks who calls: a contact is needed.",
            facts={"contact": contact or "none"},
            remedy="Set FLOWRISK_CONTACT, contact in flowrisk.toml, or --contact, such as "
            "'Jane Doe jane@example.org'. It is sent with every request.",
        )
    return told


def too_large(address: str, at_most_count: int) -> DataError:
    """Return the refusal of an answer that is larger than any file of its kind."""
    return DataError(
        "The answer is larger than such a file can be.",
        facts={"address": address, "bytes at most": at_most_count},
        remedy="Look at the address in a browser; it may have moved.",
    )


def unreachable(address: str, reason: object) -> TimeoutError:
    """Return the refusal of an address that did not answer, after several tries."""
    return TimeoutError(
        f"{urlsplit(address).hostname} does not answer.",
        facts={"address": address, "reason": reason},
        remedy="Try again later; a download that has begun goes on where it stopped.",
    )


def _reason(address: str, error: Exception) -> object:
    """Return why a request failed.

    Raises: DataError where the host is not who it says: another try changes nothing.
    """
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        raise DataError(
            "The certificate of the host cannot be verified.",
            facts={"address": address, "reason": reason.verify_message},
            remedy="Where a proxy signs for it, name its certificate in SSL_CERT_FILE.",
        ) from error
    return reason


def _refuse_status(address: str, status: int) -> NoReturn:
    if status == _FORBIDDEN:
        raise blocked(address)
    problem = "There is no such file." if status == _NOT_FOUND else "The answer is not understood."
    raise DataError(
        problem,
        facts={"address": address, "status": status},
        remedy="It may not be published yet, or have moved: look at the page in a browser.",
    )


def _seconds(told: str) -> float:
    """Return the seconds of a Retry-After, which is a number or a date."""
    if told.strip().isdigit():
        return float(told)
    try:
        until = email.utils.parsedate_to_datetime(told).timestamp()
    except (ValueError, OverflowError):
        return 1.0
    return max(0.0, until - time.time())


def _checked_base(base_url: str) -> SplitResult:
    try:
        base = urlsplit(base_url)
        is_usable = bool(base.hostname) and (base.port or 1) > 0 and "@" not in base.netloc
    except ValueError:
        is_usable = False
    if not is_usable or base.scheme not in {"http", "https"} or base.query or base.fragment:
        raise QuestionError(
            "The address of the mirror is none.", facts={"--base-url": base_url},
            remedy="Write it as https://HOST or https://HOST/PATH.",
        )  # fmt: skip
    if base.scheme == "http" and not _is_here(base):
        raise QuestionError(
            "A mirror elsewhere is asked over https only.", facts={"--base-url": base_url},
            remedy="Use https, or a mirror on this machine.",
        )  # fmt: skip
    return base


def _is_here(base: SplitResult) -> bool:
    try:
        return ipaddress.ip_address(base.hostname or "").is_loopback
    except ValueError:
        return base.hostname == "localhost"


def _opener(*, is_direct: bool) -> OpenerDirector:
    """Return what opens http and https and nothing else, follows nothing by itself, and goes
    through the proxy of the environment but to this machine."""
    opener = OpenerDirector()
    for handler in (ProxyHandler({} if is_direct else None), UnknownHandler(), HTTPHandler(),
                    HTTPSHandler(context=ssl.create_default_context())):  # fmt: skip
        opener.add_handler(handler)
    return opener
