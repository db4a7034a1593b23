"""A publisher on this machine: answers by a script, and remembers what it was asked."""

from __future__ import annotations

import hashlib
import io
import threading
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

CONTACT = "Test Person test@example.org"
NPORT_PAGE = "/data-research/sec-markets-data/form-n-port-data-sets"
THIRTEEN_F_PAGE = "/data-research/sec-markets-data/form-13f-data-sets"
NPORT_FOLDER = "/files/dera/data/form-n-port-data-sets"
BLOCK_PAGE = (
    b"<!DOCTYPE html><html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head>"
    b"<body>Undeclared Automated Tool</body></html>"
)
OTHER_PAGE = b"<!doctype html><html><body>Our site has a new look</body></html>"
Answer = Callable[["Handler", int], None]


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float


class Publisher:
    """What is published, by path, and what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        self.url = ""

    def serve(self, path: str, content: bytes, **facts: Any) -> None:
        """Publish a file that can be had in parts."""
        self.answers[path] = file_of(content, **facts)

    def got(self, path: str, method: str = "GET") -> list[Asked]:
        return [each for each in self.asked if each.path == path and each.method == method]


class Handler(BaseHTTPRequestHandler):
    """Answers by the script of its publisher."""

    protocol_version = "HTTP/1.1"
    publisher: Publisher

    def do_GET(self) -> None:
        known = self.publisher
        known.asked.append(Asked(self.command, self.path, dict(self.headers), time.monotonic()))
        known.counts[self.command, self.path] += 1
        answer = known.answers.get(self.path)
        if answer is None:
            self.told(404, OTHER_PAGE)
            return
        answer(self, known.counts[self.command, self.path])

    def do_HEAD(self) -> None:
        self.do_GET()

    def told(self, status: int, content: bytes = b"", headers: Mapping[str, str] | None = None,
             *, cut_at: int | None = None) -> None:  # fmt: skip
        """Answer; ``cut_at`` closes the line after so many bytes of what was announced."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[:cut_at])
        if cut_at is not None and self.command != "HEAD":
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def file_of(content: bytes, *, etag: str | None = None, cuts: tuple[int, ...] = (),
            headers: Mapping[str, str] | None = None) -> Answer:  # fmt: skip
    """Return what answers for a file, with an ETag of its content and in parts.

    Args:
        cuts: after how many bytes the first answers break off, one after another.
    """
    mark = etag if etag is not None else f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    def answer(handler: Handler, count: int) -> None:
        told = {**({"ETag": mark} if mark else {}), **(headers or {})}
        if mark and handler.headers.get("If-None-Match") == mark:
            handler.told(304, b"", told)
            return
        cut_at = cuts[count - 1] if handler.command == "GET" and count <= len(cuts) else None
        asked = handler.headers.get("Range", "")
        if asked and handler.headers.get("If-Range") == mark:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                handler.told(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            told["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            handler.told(206, content[start:], told, cut_at=cut_at)
            return
        handler.told(200, content, told, cut_at=cut_at)

    return answer


def always(status: int, content: bytes = b"", **headers: str) -> Answer:
    """Return what answers the same each time."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _count: handler.told(status, content, told)


@contextmanager
def published() -> Iterator[Publisher]:
    """Run a publisher on a free port of this machine."""
    publisher = Publisher()
    handler = type("Bound", (Handler,), {"publisher": publisher})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    publisher.url = f"http://127.0.0.1:{server.server_address[1]}"
    runner = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    runner.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        runner.join()


def zipped(*tables: str, size: int = 0) -> bytes:
    """Return a data set as a zip of these tables, of at least so many bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for table in tables:
            file.writestr(f"{table}.tsv", "ACCESSION_NUMBER\n" + "0" * (size // len(tables)))
    return packed.getvalue()


def nport_zip(size: int = 0) -> bytes:
    return zipped("SUBMISSION", "REGISTRANT", "FUND_REPORTED_INFO", "FUND_REPORTED_HOLDING",
                  size=size)  # fmt: skip


def page(*links: str) -> bytes:
    """Return a landing page with these links among others."""
    rows = "".join(
        f'<tr><td><a href="{link}">data</a></td><td>440.7 MB</td></tr>' for link in links
    )
    return (f'<!doctype html><html><body><a href="/about">About</a><a>none</a>'
            f"<table>{rows}</table></body></html>").encode()  # fmt: skip


def data_sets(publisher: Publisher, **quarters: bytes) -> None:
    """Publish N-PORT quarters and the page that names them."""
    links = [f"{NPORT_FOLDER}/{quarter}_nport.zip" for quarter in quarters]
    publisher.answers[NPORT_PAGE] = always(200, page(*links), Content_Type="text/html")
    for link, content in zip(links, quarters.values(), strict=True):
        publisher.serve(link, content)
