"""The note for chat and mail: the finding, a small table, what it rests on; text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk.report import note

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
HOSTILE = "[a](https://example.org) @team <img src=x> `code` *b* a|b www.example.org \u202e# x"


@pytest.fixture(scope="module")
def lines(sample_result: ScenarioResult) -> list[str]:
    return sample_result.render("memo").decode().splitlines()


def test_it_begins_with_the_finding_and_ends_with_the_command(lines: list[str]) -> None:
    assert lines[0].startswith("# If MSCI deletes Strategy, passive funds must sell an estimated ")
    assert lines[0].endswith(
        "$2.80bn; if all five providers do, $8.80bn. All five names: ≥ $3.02bn and ≥ $10.60bn"
    )
    assert lines[-1] == "Reproduce: `flowrisk scenario --providers msci,all -o note.md`"
    assert len(lines) < 40


def test_the_table_is_the_basket(lines: list[str]) -> None:
    table = [line for line in lines if line.startswith("|")]
    assert table[0].startswith(
        "|  | msci: outflow | msci: basis | msci: own estimate (low–high) | msci: observed "
        "| msci: days@20% | all: "
    )
    # 5 columns for msci, 6 for all with its increment
    assert table[1] == "| --- |" + " ---: |" * 11
    assert table[2] == (
        "| Strategy MSTR | $2.80bn | calibrated | $2.60bn (1.57–3.89) | $486m | 5.3 "
        "| $8.80bn | calibrated | ≥ $7.89bn (6.37–9.98) | $4.37bn | 16.7 | +$6.00bn |"
    )
    assert table[-1].startswith("| Basket | ≥ $3.02bn |  | ≥ $2.82bn (1.74–4.25) | $671m |")
    assert {line.count("|") for line in table} == {13}


def test_it_says_what_is_observed_and_what_is_calibrated(lines: list[str]) -> None:
    said = "\n".join(lines)
    assert "- At least $4.37bn is observed in covered funds; $4.43bn is estimated beyond" in said
    assert "- Calibrated: MSCI: Set to JPMorgan's note of 20 Nov 2025." in said
    assert "Illustrative allocation, no source: CRSP, FTSE Russell, Nasdaq, S&P Dow Jones" in said
    assert "> Strategy (MSTR): passive funds would sell" in said
    assert "version " + sample_digest(lines) in said


def sample_digest(lines: list[str]) -> str:
    found = re.search(r"sample dataset ([0-9a-f]{8})", "\n".join(lines))
    assert found is not None
    return found[1]


def test_nothing_estimated_is_said_to_be_a_lower_bound(sample: Dataset) -> None:
    question = {"providers": "all", "securities": "MARA", "method": "observed"}
    said = sample.scenario(**question).render("memo").decode()
    assert "At least $689m is observed in covered funds; nothing is estimated beyond them." in said


def test_unknown_is_not_shown_as_nothing(sample: Dataset) -> None:
    said = sample.scenario(providers="msci", securities="SBET").render("memo").decode()
    assert "# If MSCI deletes SharpLink Gaming, passive selling is unknown" in said
    assert "Confidence: not graded. Nothing observed and nothing estimated" in said
    assert "At least" not in said


def test_a_title_of_ones_own_leaves_the_finding_below_it(
    sample_result: ScenarioResult, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("memo") / "note.md"
    said = sample_result.write(path, title="For the *board*").read_text("utf-8").splitlines()
    assert said[0] == r"# For the \*board\*"
    assert said[2].startswith("**If MSCI deletes Strategy")


def test_texts_of_the_data_are_no_markup(sample_result: ScenarioResult) -> None:
    answer = sample_result.answer
    named = pl.lit(HOSTILE).alias("security_name")
    marts = {**answer.marts, "outflows": answer.marts["outflows"].with_columns(named)}
    memo = note.scenario_memo(replace(answer, marts=marts, dataset_name="=`x` [y](z)"))
    said = memo.markdown().decode()
    assert "\u202e" not in said
    bare = re.sub(r"\\.", "", said.rsplit("Reproduce:", 1)[0])
    assert not re.search(r"[\[\]<`*]", bare)
    assert "://" not in bare.replace("\u2060://\u2060", "")
    assert "@team" not in bare
    assert "www.example" not in bare
    rows = [line for line in said.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {13}


@pytest.mark.parametrize("command", ["risk", "screen"])
def test_the_other_commands_have_their_own(command: str, sample: Dataset) -> None:
    result = sample.risk(PROBABILITIES) if command == "risk" else sample.screen()
    said = result.render("memo").decode()
    finding = (
        "Expected passive selling ≥ $3.00bn"
        if command == "risk"
        else "at or above the 50 % threshold"
    )
    assert finding in said.splitlines()[0]
    assert said.splitlines()[2].startswith("As of 20 Nov 2025 · sample dataset")
    assert f"Reproduce: `flowrisk {command}" in said
    assert "An estimate, not advice." in said
