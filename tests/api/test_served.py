"""What an assistant is given: small answers with their bounds, and refusals that are answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowrisk import api
from flowrisk.api.served import Served


@pytest.fixture(scope="module")
def served() -> Served:
    return Served(api.open_dataset())


def test_the_headline_is_what_the_command_says(served: Served) -> None:
    told = json.loads(served.scenario(providers="msci,all", securities="MSTR"))
    by_scenario = {row["scenario_id"]: row for row in told["outflows"]}
    assert round(by_scenario["msci"]["outflow_usd"] / 1e9, 2) == 2.80
    assert round(by_scenario["all"]["outflow_usd"] / 1e9, 2) == 8.80
    assert by_scenario["msci"]["bound"] == "calibrated"
    assert told["as_of_on"] == "2025-11-20"
    assert {each["code"] for each in told["warnings"]} >= {"holdings_are_fresh"}
    assert told["assumptions"]["providers"]["value"] == ["msci", "all"]
    assert "participation_ratio" not in told["assumptions"]  # nobody set it


def test_an_answer_is_small(served: Served) -> None:
    assert len(served.scenario()) < 30_000
    assert len(served.tables()) < 60_000
    assert len(served.explain("MSTR", "msci")) < 60_000


def test_explain_says_how(served: Served) -> None:
    told = json.loads(served.explain("MSTR", "msci"))
    assert "$2.80bn calibrated, step by step" in told["text"]
    assert told["steps"]


def test_a_query_has_its_rows_and_says_what_it_left_out(served: Served) -> None:
    told = json.loads(served.query("select ticker from marts.outflows order by ticker", limit=2))
    assert [row["ticker"] for row in told["rows"]] == ["3350", "3350"]
    many = json.loads(served.query("select * from range(1000)", limit=10**9))
    assert len(many["rows"]) == 200


@pytest.mark.parametrize(
    ("ask", "problem", "remedy"),
    [
        (lambda it: it.scenario(providers="mcsi"), "provider 'mcsi'", "Check the spelling"),
        (lambda it: it.scenario(securities="MSTX"), "MSTX", ""),
        (lambda it: it.scenario(as_of="soon"), "soon", ""),
        (lambda it: it.explain("MSTR", "nobody"), "nobody", ""),
        (lambda it: it.query("select nothing"), "", ""),
        (lambda it: it.query("drop table x"), "not one select", "only reads"),
        (lambda it: it.query("copy (select 1) to 'x.csv'"), "not one select", "only reads"),
        (lambda it: it.query("select * from read_text('/etc/hostname')"), "", ""),
        (lambda it: it.tables("marts.outflow"), "no view", "flowrisk tables"),
    ],
)
def test_a_refusal_is_an_answer(
    served: Served, ask: Callable[[Served], str], problem: str, remedy: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    told: dict[str, Any] = json.loads(ask(served))
    assert {"refused", "facts", "remedy"} <= set(told)
    assert problem in told["refused"] + json.dumps(told["facts"])
    assert remedy in told["remedy"]
    assert not list(tmp_path.iterdir())
