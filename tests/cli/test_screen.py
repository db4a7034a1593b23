"""``flowrisk screen`` and ``--rule`` as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

Flowrisk = Callable[..., Any]


def test_the_table(flowrisk: Flowrisk) -> None:
    run = flowrisk("screen", "--securities", "MSTR,RIOT,CLSK,MARA")
    assert run.code == 0
    rows = {line.split()[0]: line.split() for line in run.out.splitlines() if line}
    assert rows["MSTR"][1:4] == ["2025-09-30", "99.4", "%"]
    assert rows["RIOT"][2:4] == ["49.1", "%"]
    assert rows["CLSK"][2:6] == ["37.4", "%", "46.7", "%"]
    assert "Not assessed (1): MARA (total assets unknown)" in run.out
    assert "digital_assets_fit_their_units" in run.err


def test_coin_price_review_and_moves(flowrisk: Flowrisk) -> None:
    run = flowrisk("screen", "-s", "RIOT", "--coin-price", "BTC=120000", "--review-on",
                   "2026-02-27", "--what-if", "buy-with-debt=500m", "--format", "json")  # fmt: skip
    whole = json.loads(run.out)
    (row,) = whole["digital_asset_ratios"]
    assert row["is_at_or_above"] is True
    assert row["crossing_probability_ratio"] == pytest.approx(
        1 - row["at_or_above_probability_ratio"]
    )
    (move,) = whole["moves"]
    assert (move["move"], move["moved_usd"]) == ("buy-with-debt", 5e8)
    assert move["digital_asset_ratio"] > row["review_digital_asset_ratio"]


def test_the_rows_are_verdicts_where_a_rule_is_asked_for_and_ratios_else(
    flowrisk: Flowrisk,
) -> None:
    def heads(*words: str) -> str:
        return str(flowrisk("screen", "-f", "csv", *words).out.partition("\n")[0])

    for words in (("--rule-id", "msci-datco-2025"), ("--preset", "november-2026")):
        assert heads(*words).endswith("verdict,judged_on,missing")
    for words in ((), ("--preset", "november-2026", "--threshold", "0.5")):
        assert "review_digital_asset_ratio" in heads(*words)


def test_what_one_knows_of_a_rule_decides_it(flowrisk: Flowrisk, tmp_path: Path) -> None:
    tests = [f"unnamed_ratio_{n}=at_most:10%" for n in (1, 2, 3, 4)]
    known = [f"MSTR.unnamed_ratio_{n}=5%:5%" for n in (1, 2, 3, 4)]
    words = ["--rule-test", ",".join(tests), "--rule-input", ",".join(known),
             "--rule-input", "MSTR.operating_asset_ratio=1%:0.02"]  # fmt: skip
    run = flowrisk("screen", "--preset", "november-2026", *words)
    assert "  fail (1): MSTR\n" in run.out
    assert "yours, not of the data: MSTR.unnamed_ratio_1 5.0 %:5.0 %" in run.out
    assert "MSTR.operating_asset_ratio 1.0 %:2.0 %" in run.out
    file = tmp_path / "flowrisk.toml"
    file.write_text('[presets.known]\nas_of = 2026-09-11\nsecurities = ["MSTR"]\n'
                    'rule_id = "msci-noc-2026"\n[presets.known.rule_input]\n'
                    '"MSTR.operating_asset_ratio" = [0.01, 0.6]\n')  # fmt: skip
    run = flowrisk("screen", "--preset", "known", "-f", "json", cwd=tmp_path)
    (verdict,) = json.loads(run.out)["rule_verdicts"]
    assert verdict["verdict"] == "unresolved"  # the five ratios of the newest year could decide


def test_the_rule_decides_the_basket(flowrisk: Flowrisk, tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    run = flowrisk("scenario", "--rule", "digital_asset_ratio >= 0.5", "-o", path)
    assert run.code == 0
    assert "on list msci-reported, does not meet the rule: RIOT (42.3 %)" in run.err
    rows = json.loads(path.read_text(encoding="utf-8"))["rule_disagreements"]
    riot = next(row for row in rows if row["ticker"] == "RIOT")
    assert (riot["is_on_list"], riot["meets_rule"]) == (True, False)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("screen", "--threshold", "1"), 2, "strictly between 0 and 1"),
        (("screen", "--threshold", "150%"), 2, "--threshold"),
        (("screen", "--providers", "msci"), 2, "--providers would change nothing"),
        (("screen", "--rule", "digital_asset_ratio >= 50%"), 2, "--threshold"),
        (("screen", "--rule-input", "MSTR.digital_asset_ratio=1"), 2, "--coin-price"),
        (
            ("screen", "--threshold", "0.5", "--rule-test", "digital_asset_ratio=at_least:0.4"),
            2,
            "--rule-id",
        ),
        (("screen", "--coin-price", "DOGE=1"), 2, "No issuer in the data holds the coin"),
        (("screen", "--move", "sell=1m"), 2, "cannot be made"),
        (("scenario", "--rule", "market_cap >= 0.5"), 2, "The rule cannot be used"),
        (("scenario", "--rule", "digital_asset_ratio >= 0.5", "-s", "MSTR"), 2, "Give one of them"),
    ],
)
def test_a_refusal_leaves_stdout_empty(
    words: tuple[str, ...], code: int, said: str, flowrisk: Flowrisk
) -> None:
    run = flowrisk(*words)
    assert (run.code, run.out) == (code, "")
    assert said in run.err
    assert "Traceback" not in run.err


def test_a_dataset_without_balance_sheets(flowrisk: Flowrisk, small: Path) -> None:
    run = flowrisk("screen", "--data", small)
    assert (run.code, run.out) == (3, "")
    assert "treasuries.parquet" in run.err
