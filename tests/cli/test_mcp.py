"""``flowrisk mcp``: an assistant's program speaks to it in lines of JSON, and it opens no port."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import missing
from paths import ROOT

# the loop of its server has a pair of sockets of its own; no address is ever named
WATCHED = """
import sys
def hook(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"}:
        raise SystemExit(f"{event} {arguments[1:]}")
sys.addaudithook(hook)
from flowrisk.__main__ import main
sys.argv = ["flowrisk", "mcp", *sys.argv[1:]]
main()
"""
Say = Callable[..., Any]


@pytest.fixture
def say(tmp_path: Path) -> Iterator[Say]:
    """Return a function that sends a request to a running server and returns its answer."""
    if importlib.util.find_spec("mcp") is None:
        missing("mcp", "mcp is not installed: pip install -e '.[mcp]'")
    server = subprocess.Popen(
        [sys.executable, "-c", WATCHED], cwd=tmp_path, text=True, encoding="utf-8",
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    count = 0

    def send(message: dict[str, Any]) -> None:
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        server.stdin.flush()

    def ask(method: str, **params: Any) -> Any:
        nonlocal count
        count += 1
        send({"id": count, "method": method, "params": params})
        answer = json.loads(server.stdout.readline())
        assert answer["id"] == count
        return answer["result"]

    ask("initialize", protocolVersion="2025-06-18", capabilities={},
        clientInfo={"name": "test", "version": "1"})  # fmt: skip
    send({"method": "notifications/initialized"})
    with server:
        yield ask
        server.stdin.close()
        try:
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    assert not list(tmp_path.iterdir())


def test_an_assistant_asks(say: Say) -> None:
    tools = {each["name"]: each for each in say("tools/list")["tools"]}
    assert set(tools) == {"scenario", "explain", "query", "tables"}
    assert all(each["annotations"]["readOnlyHint"] for each in tools.values())

    def call(tool: str, /, **arguments: Any) -> Any:
        result = say("tools/call", name=tool, arguments=arguments)
        assert result["isError"] is False
        return json.loads(result["content"][0]["text"])

    told = call("scenario", providers="msci", securities="MSTR")
    assert round(told["outflows"][0]["outflow_usd"] / 1e9, 2) == 2.80
    assert call("scenario", providers="mcsi")["facts"]["nearest"] == "msci"
    rows = call("query", sql="select count(*) as n from marts.outflows where ticker = 'MSTR'")
    assert rows["rows"] == [{"n": 2}]
    assert "only reads" in call("query", sql="copy (select 1) to 'x.csv'")["remedy"]
    assert call("tables", name="marts.outflows")["columns"]
    assert "step by step" in call("explain", security="MSTR", provider="msci")["text"]


def test_without_its_package_it_says_what_to_install(
    within: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    run = within("mcp")
    assert (run.code, run.out) == (2, "")
    assert "pip install 'index-flowrisk[mcp]'" in run.err


def test_a_dataset_that_is_none_is_refused_before_anything_is_served(
    within: Callable[..., Any], tmp_path: Path
) -> None:
    run = within("mcp", "--data", tmp_path / "none")
    assert (run.code, run.out) == (3, "")
