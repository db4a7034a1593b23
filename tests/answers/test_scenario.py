"""The main job from question to answer: names, days, methods, prices, splits, refusals."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from rows import AS_OF, MINIMAL, SECURITY, held

from flowrisk.errors import DataError, QualityError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult

    Make = Callable[..., Dataset]

OTHER = "JP0000000002"
AAA = MINIMAL["securities"][0]


def shares(result: ScenarioResult) -> dict[tuple[str, str], float]:
    rows = result.outflows.select("scenario_id", "ticker", "outflow_shares").rows()
    return {(scenario_id, ticker): value for scenario_id, ticker, value in rows}


def three_providers() -> dict[str, Any]:
    """Three providers, whose funds hold 100, 20 and 3 shares."""
    names = ["crsp", "msci", "nasdaq"]
    return {
        "providers": [{"provider_id": p} for p in names],
        "indices": [{"index_id": f"{p}-i", "provider_id": p} for p in names],
        "index_memberships": [],
        "funds": [{"fund_id": f"{p}-f", "index_id": f"{p}-i"} for p in names],
        "fund_reports": [{"fund_id": f"{p}-f"} for p in names],
        "holdings": [held(f"{p}-f", n) for p, n in zip(names, (100, 20, 3), strict=True)],
    }


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        ("crsp,msci,nasdaq", [100, 20, 3]), ("all", [123]), ("msci+nasdaq", [23]),
        ("nasdaq+msci,msci+msci", [23, 20]), ("all+msci", [123]), ("crsp+msci+nasdaq", [123]),
    ],
)  # fmt: skip
def test_provider_sets_are_unions(
    providers: str, expected: list[float], make_dataset: Make
) -> None:
    result = make_dataset(**three_providers()).scenario(providers=providers)
    assert list(shares(result).values()) == expected


def test_increments_are_over_the_first_scenario(make_dataset: Make) -> None:
    result = make_dataset(**three_providers()).scenario(providers="msci,all,nasdaq")
    assert result.outflows["increment_shares"].to_list() == [0, 103, -17]


def test_a_provider_that_has_no_index_is_unknown(make_dataset: Make) -> None:
    tables = three_providers()
    tables["providers"].append({"provider_id": "stoxx"})
    with pytest.raises(QuestionError, match="provider 'stoxx'"):
        make_dataset(**tables).scenario(providers="stoxx")


def test_no_index_at_all_is_said_not_answered_with_nothing(make_dataset: Make) -> None:
    tables: dict[str, Any] = dict.fromkeys(
        ("indices", "funds", "fund_reports", "holdings", "index_memberships"), ()
    )
    with pytest.raises((DataError, QuestionError)):
        make_dataset(**tables).scenario(providers="all")


def test_funds_that_track_nothing_known_are_not_summed(make_dataset: Make) -> None:
    tables = three_providers()
    tables["funds"].append({"fund_id": "active", "index_id": None})
    tables["fund_reports"].append({"fund_id": "active"})
    tables["holdings"].append(held("active", 1_000))
    assert list(shares(make_dataset(**tables).scenario(providers="all")).values()) == [123]


def test_managers_weights_and_net_assets_are_not_summed(make_dataset: Make) -> None:
    result = make_dataset(
        manager_holdings=[{"manager_id": "m", "security_id": SECURITY, "shares": 5e6,
                           "is_index_heavy": True}],
        fund_weights=[{"fund_id": "F1", "security_id": SECURITY, "weight_ratio": 0.5}],
        fund_net_assets=[{"fund_id": "F1", "as_of_on": AS_OF, "net_assets_usd": 1e9}],
        fund_fund_holdings=[{"fund_id": "F1", "held_name": "x", "market_value_usd": 1e9}],
    ).scenario(providers="all")  # fmt: skip
    assert list(shares(result).values()) == [1_000]


def test_a_price_of_the_question_scales_dollars_and_leaves_shares(make_dataset: Make) -> None:
    dataset = make_dataset(**three_providers())
    plain = dataset.scenario(providers="all").outflows.row(0, named=True)
    doubled = dataset.scenario(providers="all", price={"AAA": 320.0}).outflows.row(0, named=True)
    for name, value in plain.items():
        if name.endswith("_usd") and not name.startswith("adv_"):
            assert doubled[name] == pytest.approx(2 * value)
        elif name.endswith(("_shares", "_ratio", "_id")):
            assert doubled[name] == value
    assert doubled["days_to_sell"] == plain["days_to_sell"]


@pytest.mark.parametrize(
    ("as_of", "expected", "close_usd"),
    [("2025-10-31", 1_000, 10.0), ("2025-11-14", 1_000, 11.0), ("2025-11-20", 700, 12.0),
     ("2026-03-01", None, 13.0)],  # the newest report, a whole one, lists no position any more
)  # fmt: skip
def test_a_day_sees_nothing_of_later_days(
    as_of: str, expected: float | None, close_usd: float, make_dataset: Make
) -> None:
    days = [dt.date(2025, 10, 31), dt.date(2025, 11, 15), dt.date(2026, 1, 31)]
    result = make_dataset(
        fund_reports=[{"fund_id": "F1", "as_of_on": day} for day in days],
        holdings=[held("F1", 1_000, days[0]), held("F1", 700, days[1])],
        prices=[{"security_id": SECURITY, "priced_on": day, "close_usd": close}
                for day, close in [(days[0], 10.0), (dt.date(2025, 11, 14), 11.0), (AS_OF, 12.0),
                                   (days[2], 13.0)]],
    ).scenario(providers="all", as_of=as_of)  # fmt: skip
    row = result.outflows.row(0, named=True)
    assert (row["outflow_shares"], row["close_usd"]) == (expected, close_usd)
    assert row["observed_outflow_shares"] == (expected or 0)
    assert row["bound"] == ("at_least" if expected else "unknown")
    assert result.fund_outflows["report_age_days"].to_list() == (
        [] if not expected else [(dt.date.fromisoformat(as_of) - (
            days[0] if expected == 1_000 else days[1])).days]
    )  # fmt: skip


def test_known_on_asks_what_was_public_then(make_dataset: Make) -> None:
    october, november = dt.date(2025, 10, 31), dt.date(2025, 11, 15)
    dataset = make_dataset(
        fund_reports=[{"fund_id": "F1", "as_of_on": october, "published_on": november},
                      {"fund_id": "F1", "as_of_on": november, "published_on": dt.date(2026, 1, 2)}],
        holdings=[held("F1", 1_000, october), held("F1", 700, november)],
    )  # fmt: skip
    found = {day: shares(dataset.scenario(providers="all", known_on=day))["all", "AAA"]
             for day in ("2025-11-14", "2025-11-15", "2026-01-02")}  # fmt: skip
    assert found == {"2025-11-14": None, "2025-11-15": 1_000, "2026-01-02": 700}


def test_old_reports_warn_and_strict_refuses(make_dataset: Make) -> None:
    volumes = [{**MINIMAL["prices"][0], "priced_on": AS_OF - dt.timedelta(days=i)}
               for i in range(20)]  # fmt: skip
    dataset = make_dataset(prices=volumes)
    dataset.scenario(providers="all", max_age=20, strict=True)  # the report is 20 days old
    assert any("max-age" in w for w in dataset.scenario(providers="all", max_age=19).warnings)
    with pytest.raises(QualityError):
        dataset.scenario(providers="all", max_age=19, strict=True)


@pytest.mark.parametrize(
    ("effective_on", "as_of", "expected"),
    [
        # stored closes and volumes are split-adjusted: 16 dollars and 120,000 shares a day
        ("2025-11-10", "2025-11-20", {"outflow_shares": 10_000, "close_usd": 16.0}),
        ("2025-11-10", "2025-11-09", {"outflow_shares": 1_000, "close_usd": 160.0}),
        ("2025-10-31", "2025-11-20", {"outflow_shares": 1_000, "close_usd": 16.0}),
        ("2026-02-01", "2025-11-20", {"outflow_shares": 1_000, "close_usd": 16.0}),
    ],
)
def test_splits(
    effective_on: str, as_of: str, expected: dict[str, float], make_dataset: Make
) -> None:
    prices = [{"security_id": SECURITY, "priced_on": day, "close_usd": 16.0,
               "volume_shares": 120_000.0} for day in (dt.date(2025, 11, 9), AS_OF)]  # fmt: skip
    split = {"security_id": SECURITY, "effective_on": dt.date.fromisoformat(effective_on),
             "split_ratio": 10.0}  # fmt: skip
    dataset = make_dataset(prices=prices, splits=[split])
    row = dataset.scenario(providers="all", as_of=as_of).outflows.row(0, named=True)
    assert {name: row[name] for name in expected} == pytest.approx(expected, rel=1e-9)
    before = row["close_usd"] > 100
    assert row["adv_shares"] == pytest.approx(12_000 if before else 120_000)
    assert row["adv_usd"] == pytest.approx(16.0 * 120_000)
    counted = 1e8 if before or effective_on != "2025-11-10" else 1e9
    counted = 1e9 if effective_on == "2025-10-31" else counted  # counted on 30 September
    assert row["shares_outstanding"] == pytest.approx(counted)


def test_an_unpriced_security_has_shares_and_no_dollars(make_dataset: Make) -> None:
    other = {**AAA, "security_id": OTHER, "ticker": "3350", "currency": "JPY"}
    result = make_dataset(
        securities=[AAA, other], holdings=[held("F1", 10), held("F1", 20, security_id=OTHER)],
        candidates=[{"list_id": "default", "security_id": s} for s in (SECURITY, OTHER)],
    ).scenario(providers="all")  # fmt: skip
    row = result.outflows.filter(ticker="3350").row(0, named=True)
    assert row["outflow_shares"] == 20
    assert row["outflow_usd"] is row["adv_shares"] is row["days_to_sell"] is None
    totals = result.scenario_totals.row(0, named=True)
    assert (totals["unpriced_count"], totals["outflow_usd"]) == (1, 1_600.0)
    assert any("no price, dollars unknown" in warning for warning in result.warnings)


def test_an_unknown_volume_leaves_days_unknown_not_zero(make_dataset: Make) -> None:
    prices = [{**MINIMAL["prices"][0], "volume_shares": None}]
    row = make_dataset(prices=prices).scenario(providers="all").outflows.row(0, named=True)
    assert row["outflow_usd"] == 160_000.0
    assert row["adv_multiple_days"] is row["days_to_sell"] is None


def test_a_volume_of_zero_is_no_volume(make_dataset: Make) -> None:
    prices = [{**MINIMAL["prices"][0], "volume_shares": 0.0}]
    row = make_dataset(prices=prices).scenario(providers="all").outflows.row(0, named=True)
    assert row["days_to_sell"] is None


def test_the_price_of_a_yen_listing_is_in_dollars(sample: Dataset) -> None:
    row = sample.scenario(providers="msci", securities="3350").outflows.row(0, named=True)
    # 3350 closed at 361 yen or so; a price above 100 would be yen taken for dollars
    assert 1 < row["close_usd"] < 10


def test_participation_divides_the_days(make_dataset: Make) -> None:
    dataset = make_dataset()
    days = {p: dataset.scenario(providers="all", participation=p).outflows["days_to_sell"].item()
            for p in (0.1, 1.0)}  # fmt: skip
    assert days[0.1] == pytest.approx(10 * days[1.0])
    assert days[1.0] == pytest.approx(1_000 / 12_000)


def two_securities() -> dict[str, Any]:
    preferred = {**AAA, "security_id": "P", "ticker": "AAA-P", "share_class": "preferred"}
    return {
        "securities": [AAA, {**AAA, "security_id": OTHER, "ticker": "BRK.B"}, preferred],
        "candidates": [{"list_id": "one", "security_id": SECURITY},
                       {"list_id": "two", "security_id": OTHER}],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["BRK.B", "brk-b", "BRK/B", "brk b", "BRKB", OTHER, OTHER.lower()])
def test_tickers_match_in_any_spelling(name: str, make_dataset: Make) -> None:
    result = make_dataset(**two_securities()).scenario(providers="all", securities=name)
    assert result.outflows["security_id"].to_list() == [OTHER]


@pytest.mark.parametrize(
    ("question", "problem", "fact"),
    [
        ({"securities": "AAB"}, "identifier or name 'AAB'", "AAA"),
        ({"securities": "A"}, "identifier or name 'A'", ""),
        ({"securities": "-"}, "'-'", ""),
        ({"securities": "AAA-P"}, "preferred share", "BRK.B, AAA"),
        ({"list": "on"}, "no list 'on'", "one"),
        ({}, "names no securities", "one, two"),
        ({"list": "one", "price": {"ZZZ": 1}}, "identifier or name 'ZZZ'", ""),
        ({"list": "one", "price": {"AAA": 1, SECURITY: 2}}, "twice", ""),
        ({"list": "one", "providers": "mcsi"}, "provider 'mcsi'", "msci"),
    ],
)  # fmt: skip
def test_names_the_data_does_not_have_are_refused(
    question: dict[str, Any], problem: str, fact: str, make_dataset: Make
) -> None:
    with pytest.raises(QuestionError) as error:
        make_dataset(**two_securities()).scenario(**{"providers": "all", **question})
    assert problem in error.value.problem
    assert fact in str(error.value.facts)


def test_no_list_named_suggests_no_list(make_dataset: Make) -> None:
    with pytest.raises(QuestionError) as error:
        make_dataset(**two_securities()).scenario(providers="all")
    assert "nearest" not in error.value.facts


def test_an_ambiguous_ticker_is_refused_and_its_isin_is_not(make_dataset: Make) -> None:
    tables = two_securities()
    tables["securities"][1]["ticker"] = "AAA"
    dataset = make_dataset(**tables)
    with pytest.raises(QuestionError, match="more than one") as error:
        dataset.scenario(providers="all", securities="AAA")
    assert error.value.facts["securities"] == f"AAA {OTHER}, AAA {SECURITY}"
    found = dataset.scenario(providers="all", securities=OTHER).outflows
    assert found["security_id"].to_list() == [OTHER]


def test_the_only_list_is_the_default_and_said_to_be(make_dataset: Make) -> None:
    chosen = make_dataset().scenario(providers="all").answer.assumptions["list"]
    assert (chosen.value, chosen.set_by) == ("default", "only list")


@pytest.mark.parametrize("as_of", ["2025-10-30", "1990-01-01"])
def test_a_day_before_all_data_is_a_data_error(as_of: str, make_dataset: Make) -> None:
    with pytest.raises(DataError, match="says nothing on or before"):
        make_dataset().scenario(providers="all", as_of=as_of)


def test_a_day_after_all_data_is_answered_with_a_warning(make_dataset: Make) -> None:
    result = make_dataset().scenario(providers="all", as_of="2030-01-01")
    assert list(shares(result).values()) == [1_000]
    assert any("2025-11-20" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    "tables",
    [
        {"holdings": [held("F1", -5)]}, {"holdings": [held("F1", float("nan"))]},
        {"holdings": [held("F1", 5)] * 2}, {"funds": [{"fund_id": "F1", "index_id": "nix"}]},
        {"index_memberships": [{"index_id": "msci-world", "security_id": SECURITY,
                                "weight_ratio": 4.5}]},
        {"prices": [{**MINIMAL["prices"][0], "close_usd": float("nan")}]},
        {"holdings": [held("F1", 2e8)]},
        {"fund_reports": [{"fund_id": "F1", "holdings_scope": "some"}]},
    ],
)  # fmt: skip
def test_data_that_contradicts_itself_is_refused(
    tables: dict[str, Any], make_dataset: Make
) -> None:
    with pytest.raises(DataError, match="contradicts itself"):
        make_dataset(**tables).scenario(providers="all")


def test_optional_tables_may_be_absent_and_empty_ones_present(make_dataset: Make) -> None:
    empty: dict[str, Any] = dict.fromkeys(
        ("splits", "tracking_ratios", "fund_net_assets", "decisions", "share_counts"), ()
    )
    absent = make_dataset("absent").scenario(providers="all")
    present = make_dataset("present", **empty).scenario(providers="all")
    assert absent.outflows.equals(present.outflows)


def test_every_assumption_is_recorded_with_unit_and_origin(sample_result: ScenarioResult) -> None:
    assumptions = sample_result.answer.assumptions
    assert (
        assumptions["as_of"].set_by
        == assumptions["list"].set_by
        == ("flowrisk.toml of the dataset")
    )
    assert assumptions["participation"].set_by == "default"
    assert all(each.unit and each.set_by for each in assumptions.values())
