"""An object store of the test run: moto in this process, on the loopback, that counts what it is
asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEY, SECRET, TOKEN = "AKIAOURKEY0123456789", "our/secret+key", "our-session-token"
"""The credentials of the tests: nothing may print them."""

Answer = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Store:
    """A running store: its address, and method, path and bytes of each answer."""

    url: str
    client: Any
    app: Answer
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent_bytes: int = 0

    def put(self, folder: Path, bucket: str, within: str = "ds") -> str:
        """Upload a folder and return its address."""
        self.client.create_bucket(Bucket=bucket)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                key = f"{within}/{path.relative_to(folder).as_posix()}"
                self.client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
        return f"s3://{bucket}/{within}"

    def forget(self) -> None:
        """Count from nothing."""
        self.asked.clear()
        self.sent_bytes = 0

    def answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        """Answer one request; a test puts another in place of ``app``."""
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        for part in self.app(environ, start):
            self.sent_bytes += len(part)
            yield part


@contextmanager
def running() -> Iterator[Store]:
    """Run a store on a free port of the loopback."""
    import boto3
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object) -> None:
            return

    app = DomainDispatcherApplication(create_backend_app)
    store = Store("", None, app)
    server = make_server("127.0.0.1", 0, store.answer, threaded=True,
                         request_handler=Quiet)  # fmt: skip
    store.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    store.client = boto3.client("s3", endpoint_url=store.url, region_name="us-east-1",
                                aws_access_key_id="AKIAKNOWN",
                                aws_secret_access_key="known")  # noqa: S106  # fmt: skip
    try:
        yield store
    finally:
        server.shutdown()
