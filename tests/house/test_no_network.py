"""Only ``flowrisk fetch`` uses the network: every other command is run with sockets watched."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics

LAW = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
ASKED: Mapping[str, tuple[str, ...]] = {
    "scenario": ("-o", "report.html", "-o", "note.md", "-o", "book.xlsx"),
    "calendar": (), "risk": ("--probabilities", LAW), "screen": (),
    "calibrate": ("--target", "msci=2.8bn", "--security", "MSTR"), "backtest": (),
    "ingest": ("prices.csv", "--data", "mine", "--dry-run"), "init": ("fresh",),
    "check": ("mine",), "compare": ("mine", "mine"), "explain": ("MSTR", "--provider", "msci"),
    "list": ("funds",), "query": ("select 1",), "shell": (), "export-duckdb": ("x.duckdb",),
    "export-dbt": ("project",),
    "map": ("S000002848", "msci-usa", "--source", "its prospectus", "--data", "mine"),
    "add": ("provider", "provider_id=acme", "provider_name=Acme", "--source", "its site",
            "--data", "mine"),
    "tables": ("marts.outflows",), "schema": ("scenario",),
}  # fmt: skip
_WATCH: dict[str, list[str] | None] = {"opened": None}


def _hook(event: str, _arguments: Any) -> None:
    opened = _WATCH["opened"]
    if opened is not None and event.startswith("socket."):
        opened.append(event)
        raise AssertionError(f"{event}: a socket was used")


sys.addaudithook(_hook)  # a hook stays for good, so it is switched


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """What was done with sockets while the test ran; nothing can be."""
    found: list[str] = []
    _WATCH["opened"] = found
    yield found
    _WATCH["opened"] = None


def test_the_watch_sees_a_socket(opened: list[str]) -> None:
    import socket

    with pytest.raises(AssertionError, match="a socket was used"):
        socket.create_connection(("127.0.0.1", 9))
    assert opened


def test_no_command_is_forgotten() -> None:
    # an assistant's server watches its own sockets: tests/cli/test_mcp.py
    assert {str(each.name) for each in app.registered_commands} == {*ASKED, "fetch", "mcp"}


@pytest.mark.parametrize("command", list(ASKED))
def test_no_command_but_the_fetch_opens_a_socket(
    command: str, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    api.init(tmp_path / "mine")
    (tmp_path / "prices.csv").write_text(
        "Date,Ticker,Close,Volume\n2025-11-21,MSTR,170,1000\n", "utf-8"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("select 1;\n"))
    words = [command, *ASKED[command]]
    code = diagnostics.exit_code_of(lambda: app(words, standalone_mode=False))
    assert not opened
    assert code == 0, capfd.readouterr().err


def test_what_opens_a_connection_is_imported_only_to_do_so() -> None:
    code = (
        "import sys, flowrisk.__main__ as m; m.command_line(); import flowrisk.ingest.run; "
        "from flowrisk import api; api.open_dataset().scenario(securities='MSTR'); "
        "print(sorted(n for n in sys.modules if n in ('http.client', 'urllib.request', "
        "'flowrisk.download.client', 'requests', 'urllib3')))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, timeout=120, check=True)  # fmt: skip
    assert done.stdout.strip() == "[]"
