"""Effects that add up to the difference of two results, on numbers worked by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import AS_OF, SECURITY, held

from flowrisk import api
from flowrisk.answers.runs import NEEDED
from flowrisk.dataset.sql_models import of_layer
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import DataError, QualityError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset

EFFECTS = ["price", "holdings", "mapping", "issuance", "assumption"]
ASKED = {"providers": "msci", "as_of": AS_OF}


def _tables(
    holdings: dict[str, float], mapping: dict[str, str | None], close: float = 10.0, **more: Any
) -> dict[str, Any]:
    return {
        "providers": [{"provider_id": p, "provider_name": p} for p in ("msci", "nasdaq")],
        "indices": [{"index_id": i, "provider_id": p}
                    for i, p in [("world", "msci"), ("n100", "nasdaq")]],
        "index_memberships": [],
        "funds": [{"fund_id": f, "index_id": i} for f, i in mapping.items()],
        "fund_reports": [{"fund_id": f} for f in holdings],
        "holdings": [held(f, shares) for f, shares in holdings.items()],
        "prices": [{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": close,
                    "volume_shares": 1.0}],
        **more,
    }  # fmt: skip


def _effects(make: Callable[..., Dataset], before: Any, after: Any, **asked: Any) -> dict[str, Any]:
    found = make("a", **before).compare(make("b", **after), **{**ASKED, **asked})
    (row,) = found.effects.rows(named=True)
    assert sum(row[f"{name}_effect_usd"] for name in EFFECTS) == pytest.approx(
        row["difference_usd"]
    )
    return row


def _amounts(row: dict[str, Any]) -> list[float]:
    return [row[f"{name}_effect_usd"] for name in EFFECTS]


def compared(first: Path, second: Path) -> Any:
    return api.compared((first, lambda _: b""), (second, lambda _: b""))


def test_each_cause_alone_is_its_effect(make_dataset: Callable[..., Dataset]) -> None:
    funds = {"F1": "world", "F2": "world"}
    base = _tables({"F1": 100.0, "F2": 50.0}, funds)
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.000004, "denominator": "shares_outstanding"}  # fmt: skip
    causes = {
        "price": _tables({"F1": 100.0, "F2": 50.0}, funds, close=12.0),
        "holdings": _tables({"F1": 130.0, "F2": 50.0}, funds),
        "mapping": _tables({"F1": 100.0, "F2": 50.0}, {"F1": "world", "F2": "n100"}),
        "assumption": _tables({"F1": 100.0, "F2": 50.0}, funds, tracking_ratios=[ratio]),
    }
    # 150 x 2; 30 x 10; -50 x 10; 400 of 100 m shares instead of 150, x 10
    worked = {"price": 300.0, "holdings": 300.0, "mapping": -500.0, "assumption": 2_500.0}
    for place, (name, after) in enumerate(causes.items()):
        make = lambda label, _place=place, **tables: make_dataset(f"{label}{_place}", **tables)  # noqa: E731
        amounts = _amounts(_effects(make, base, after))
        expected = [worked[name] if each == name else 0.0 for each in EFFECTS]
        assert amounts == pytest.approx(expected), name


def test_together_they_follow_the_order_of_substitution(
    make_dataset: Callable[..., Dataset],
) -> None:
    before = _tables({"F1": 100.0, "F2": 50.0}, {"F1": "world", "F2": "world", "F3": "n100"})
    after = _tables({"F1": 120.0, "F2": 60.0, "F3": 7.0},
                    {"F1": "world", "F2": None, "F3": "world"}, close=11.0)  # fmt: skip
    # price 150 x 1; holdings (120 - 100) x 11, F2 leaves the mapping with its 50 shares of A;
    # mapping (7 - 50) x 11
    row = _effects(make_dataset, before, after)
    assert _amounts(row) == pytest.approx([150.0, 220.0, -473.0, 0.0, 0.0])
    assert (row["outflow_a_usd"], row["outflow_b_usd"]) == (1_500.0, 1_397.0)


def test_a_ratio_that_rules_both_hides_the_holdings(make_dataset: Callable[..., Dataset]) -> None:
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.00001, "denominator": "shares_outstanding"}  # fmt: skip
    before, after = (_tables({"F1": shares}, {"F1": "world"}, tracking_ratios=[ratio])
                     for shares in (100.0, 400.0))  # fmt: skip
    row = _effects(make_dataset, before, after)
    assert _amounts(row) == [0.0] * len(EFFECTS)


def test_new_shares_are_issuance_and_no_assumption(make_dataset: Callable[..., Dataset]) -> None:
    # 0.001 % of 100 m is 1,000 shares, of 125 m 1,250: 250 x 11, after 1,000 x 1 of price
    ratio = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.00001, "denominator": "shares_outstanding"}  # fmt: skip
    before, after = (
        _tables({"F1": 100.0}, {"F1": "world"}, close=close, tracking_ratios=[ratio],
                securities=[{"security_id": SECURITY, "ticker": "T0", "shares_outstanding": count}])
        for close, count in ((10.0, 100e6), (11.0, 125e6))
    )  # fmt: skip
    row = _effects(make_dataset, before, after)
    assert _amounts(row) == pytest.approx([1_000.0, 0.0, 0.0, 2_750.0, 0.0])


def test_two_days_of_one_dataset_are_told_apart(sample: Dataset) -> None:
    told = {"providers": "msci,all", "securities": "MSTR"}
    found = sample.compare(dates=("2025-11-20", "2026-01-15"), **told)
    row = found.effects.filter(scenario_id="all").row(0, named=True)
    # CRSP, Nasdaq, FTSE Russell and S&P DJI on Class A of 287,352,190 after 267,468,250 shares, at
    # 12.665 % of them in all; MSCI on its own, frozen count
    issued = sample.scenario(as_of="2026-01-15", **told).outflows.filter(scenario_id="all")
    close, count = issued.row(0, named=True)["close_usd"], issued["shares_outstanding"].item()
    before = sample.scenario(as_of="2025-11-20", **told).outflows["shares_outstanding"][0]
    assert row["issuance_effect_usd"] == pytest.approx(0.12665 * (count - before) * close, rel=1e-3)
    assert row["assumption_effect_usd"] == pytest.approx(0, abs=1)
    assert [each.rpartition(" on ")[2] for each in found.answer.labels] == [
        "2025-11-20", "2026-01-15",
    ]  # fmt: skip


def test_a_treatment_is_an_assumption(sample: Dataset, tmp_path: Path) -> None:
    first = sample.scenario().write(tmp_path / "a.json")
    second = sample.scenario(treatment="msci=freeze").write(tmp_path / "b.json")
    found = compared(first, second)
    effects = found.effects.filter(scenario_id="msci", ticker="MSTR").row(0, named=True)
    assert effects["assumption_effect_usd"] == pytest.approx(-2.8e9, rel=1e-4)
    assert effects["holdings_effect_usd"] == effects["mapping_effect_usd"] == 0
    changed = dict(found.changed_assumptions.select("assumption", "in_b").rows())
    assert json.loads(changed["treatment"]) == {"msci": "freeze"}


def test_over_the_sample_every_row_adds_up_exactly(sample: Dataset, tmp_path: Path) -> None:
    first = sample.scenario().write(tmp_path / "a.json")
    later = {"as_of": "2026-01-15", "method": "observed", "list": "treasury"}
    second = sample.scenario(**later).write(tmp_path / "b.json")
    effects = compared(first, second).effects.drop_nulls("difference_usd")
    off = pl.sum_horizontal([f"{name}_effect_usd" for name in EFFECTS]) - pl.col("difference_usd")
    assert effects.height > 20
    assert effects.select(off.abs().max()).item() < 1e-3


def test_a_security_of_one_side_only_is_said_and_adds_up(sample: Dataset, tmp_path: Path) -> None:
    first = sample.scenario(securities="MSTR").write(tmp_path / "a.json")
    second = sample.scenario(securities="MSTR,MARA").write(tmp_path / "b.json")
    found = compared(first, second)
    (row,) = found.effects.filter(scenario_id="all", ticker="MARA").rows(named=True)
    assert row["reason"].startswith("not asked about in")
    assert row["assumption_effect_usd"] == row["difference_usd"] == row["outflow_b_usd"] > 0


def test_an_unknown_price_is_no_zero(make_dataset: Callable[..., Dataset]) -> None:
    before = _tables({"F1": 100.0}, {"F1": "world"})
    found = make_dataset("a", **before).compare(
        make_dataset("b", **{**before, "prices": [{**before["prices"][0], "security_id": "X"}]}),
        **ASKED,
    )
    (row,) = found.effects.rows(named=True)
    assert row["difference_usd"] is None
    assert row["reason"].startswith("the price is unknown in ")
    assert found.totals["unknown_count"].to_list() == [1]


def test_a_provider_unknown_on_one_side_makes_the_difference_unknown(
    make_dataset: Callable[..., Dataset],
) -> None:
    # A reads 100 + 50 shares; in B the fund of nasdaq has no report, so nasdaq's outflow is unknown
    funds = {"F1": "world", "F2": "n100"}
    before, after = _tables({"F1": 100.0, "F2": 50.0}, funds), _tables({"F1": 100.0}, funds)
    found = make_dataset("a", **before).compare(
        make_dataset("b", **after), providers="all", as_of=AS_OF
    )
    (row,) = found.effects.rows(named=True)
    assert (row["outflow_a_usd"], row["outflow_b_usd"]) == (1_500.0, 1_000.0)
    assert row["difference_usd"] is None
    assert all(row[f"{name}_effect_usd"] is None for name in EFFECTS)
    assert row["reason"].startswith("the outflow is unknown of nasdaq in ")
    (total,) = found.totals.rows(named=True)
    assert (total["difference_usd"], total["outflow_a_usd"], total["unknown_count"]) == (
        None, None, 1
    )  # fmt: skip
    said = found.render("table").decode()
    assert "Basket" in said
    assert "without 1 whose difference is unknown" in said
    assert "$0" not in said


def test_a_provider_unknown_on_both_sides_is_left_out_and_said(
    make_dataset: Callable[..., Dataset],
) -> None:
    funds = {"F1": "world", "F2": "n100"}
    before, after = (_tables({"F1": shares}, funds) for shares in (100.0, 130.0))
    row = _effects(make_dataset, before, after, providers="all")
    assert (row["difference_usd"], row["holdings_effect_usd"]) == (300.0, 300.0)
    assert row["reason"] == "without nasdaq, unknown in both"


@pytest.mark.parametrize("content", ["{}", "[1]", "not json", '{"schema_version": 99}'])
def test_what_is_no_result_is_refused(sample: Dataset, tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(DataError):
        sample.compare(tmp_path / "x.json", providers="msci", securities="MSTR")


def test_a_missing_file_is_said_in_the_words_of_the_system(sample: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        sample.compare(tmp_path / "x.json", providers="msci", securities="MSTR")
    assert refused.value.facts["reason"] == "No such file or directory"


def test_no_common_scenario_is_refused(sample: Dataset, tmp_path: Path) -> None:
    first = sample.scenario(providers="msci", securities="MSTR").write(tmp_path / "a.json")
    second = sample.scenario(providers="nasdaq", securities="MSTR").write(tmp_path / "b.json")
    with pytest.raises(QuestionError, match="no scenario in common"):
        compared(first, second)


@pytest.mark.parametrize("asked", [
    {"providers": "msci,all"}, {"providers": "all", "treatment": "msci=freeze",
                                "as_of": "2026-02-27"},
    {"providers": "all", "rule": "digital_asset_ratio >= 0.5"},
])  # fmt: skip
def test_a_dataset_asked_now_is_compared_as_the_result_on_disk(
    sample: Dataset, tmp_path: Path, asked: dict[str, Any]
) -> None:
    whole = sample.answer(sample.settings(asked))
    now, told = json.loads(sample.side(sample.settings(asked))), json.loads(whole.render("json"))
    assert {name: now[name] for name in ("assumptions", "scenarios", "dataset")} == {
        name: told[name] for name in ("assumptions", "scenarios", "dataset")
    }
    for name in NEEDED:
        assert len(now[name]) == len(told[name])
        for row, of_whole in zip(now[name], told[name], strict=True):
            # what sales do to prices is not compared
            assert row == {column: of_whole[column] for column in row}
    found = sample.compare(whole.write(tmp_path / "told.json"), **asked)
    assert found.effects.height
    assert found.effects["difference_usd"].drop_nulls().to_list() == pytest.approx(
        [0.0] * found.effects["difference_usd"].drop_nulls().len()
    )
    assert not found.changed_assumptions.height
    assert not found.changed_funds.height


def test_a_side_asks_for_nothing_that_a_comparison_does_not_tell(
    sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    ask = DuckDB.rows_of_each

    def noted(engine: DuckDB, selects: Any, **more: Any) -> Any:
        asked.update(each.name.removesuffix(" read") for each in (*selects, *more["over"]))
        return ask(engine, selects, **more)

    monkeypatch.setattr(DuckDB, "rows_of_each", noted)
    sample.side(sample.settings({}))
    checks = {model.qualified_name: model.facts["severity"] for model in of_layer("checks")}
    assert {checks[name] for name in asked & checks.keys()} == {"refuse"}
    assert not asked & {"marts.timeline", "marts.liquidity", "marts.reconciliation"}
    with pytest.raises(QualityError, match="--strict"):
        sample.side(sample.settings({}), is_strict=True)
    assert "warn" in {checks[name] for name in asked & checks.keys()}
