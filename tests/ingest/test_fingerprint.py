"""A fund whose holdings are those of a known tracker: measured on the whole funds at hand."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
import whole_funds
from whole_funds import Fund

from flowrisk.engines.bulk import Bulk
from flowrisk.ingest import merging, recognition
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2025, 12, 31)
Compare = Callable[[Fund, Sequence[Fund]], tuple[str | None, ...]]
# as many securities as an index of 40 has, their weights falling as those of companies do
LARGE = {f"US{number:010d}": 1e9 / (number + 3) for number in range(40)}
INDEX = Fund("tracker", "sp-500", DAY, LARGE)


@pytest.fixture
def compare(tmp_path: Path) -> Iterator[Compare]:
    """Return a function: a fund and known trackers in, the index of the fund and its method out."""
    with Bulk(tmp_path) as bulk:
        merging.bind(bulk, tmp_path / "no dataset")
        recognition.load(bulk, tmp_path / "no dataset")

        def compared(fund: Fund, known: Sequence[Fund]) -> tuple[str | None, ...]:
            _load(bulk, [replace(fund, name="asked"), *known])
            recognition.bind_holdings(bulk, tmp_path / "no dataset")
            recognition.recognise(bulk)
            rows = bulk.rows(
                "select index_id, method from ingest.index_matches where fund_id = 'asked'"
            )
            return rows[0] if rows else (None, None)  # type: ignore[return-value]

        yield compared


def _load(bulk: Bulk, funds: Sequence[Fund]) -> None:
    reports = [
        (number, "fund", fund.name, f"Portfolio {fund.name}", fund.as_of_on, "full", None)
        for number, fund in enumerate(funds)
    ]
    names = ["report_id", "holder", "fund_id", "fund_name", "as_of_on", "holdings_scope",
             "net_assets_usd"]  # fmt: skip
    schema = dict(zip(names, (pl.Int64, *[pl.String] * 3, pl.Date, pl.String, pl.Float64),
                      strict=True))  # fmt: skip
    bulk.load("ingest.reports_taken", pl.DataFrame(reports, schema=schema, orient="row"))
    held = [
        (number, security_id, value)
        for number, fund in enumerate(funds)
        for security_id, value in fund.values.items()
    ]
    bulk.load("ingest.holdings_summed", pl.DataFrame(
        held, schema=["report_id", "security_id", "market_value_usd"], orient="row"
    ))  # fmt: skip
    bulk.load("ingest.index_funds", pl.DataFrame(
        [(f.name, f.index_id, _provider(f.index_id), f.index_id) for f in funds
         if f.index_id and f.name != "asked"],
        schema=dict.fromkeys(("fund_id", "index_id", "provider_id", "index_name"), pl.String),
        orient="row",
    ))  # fmt: skip


def _provider(index_id: str) -> str:
    return {"sp": "sp-dji", "russell": "ftse-russell", "ftse": "ftse-russell"}.get(
        index_id.partition("-")[0], index_id.partition("-")[0]
    )


def test_a_fund_with_the_holdings_of_a_tracker_tracks_its_index(compare: Compare) -> None:
    twice = {key: 2.2 * value for key, value in LARGE.items()}
    assert compare(Fund("x", None, DAY, twice), [INDEX]) == ("sp-500", "fingerprint")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(dict.fromkeys(LARGE, 1.0), id="equal weights"),
        pytest.param(dict(list(LARGE.items())[:31]), id="a part of the members"),
        pytest.param(LARGE | {f"DE{n:010d}": 1e7 for n in range(12)}, id="members of its own"),
        pytest.param({k: v * (1.6 if n % 2 else 0.7) for n, (k, v) in enumerate(LARGE.items())},
                     id="bets on every second member"),
        pytest.param(dict(zip(LARGE, reversed(LARGE.values()), strict=True)), id="upside down"),
        pytest.param(dict(list(LARGE.items())[:20]), id="too few to tell"),
    ],
)  # fmt: skip
def test_a_fund_of_its_own_choice_tracks_nothing(
    compare: Compare, values: dict[str, float]
) -> None:
    assert compare(Fund("x", None, DAY, values), [INDEX]) == (None, None)


def test_a_portfolio_of_another_season_is_no_evidence(compare: Compare) -> None:
    old = replace(INDEX, as_of_on=DAY - timedelta(days=60))
    assert compare(Fund("x", None, DAY, LARGE), [old]) == (None, None)


def test_trackers_of_two_indices_tell_the_provider_and_of_two_providers_nothing(
    compare: Compare,
) -> None:
    sibling = replace(INDEX, name="sibling", index_id="sp-100")
    stranger = replace(INDEX, name="stranger", index_id="msci-usa")
    fund = Fund("x", None, DAY, LARGE)
    assert compare(fund, [INDEX, sibling]) == ("sp-dji-other", "fingerprint")
    assert compare(fund, [INDEX, stranger]) == (None, None)


def _left_out(compare: Compare, funds: Sequence[Fund]) -> tuple[list[str], list[str], list[str]]:
    """Return the funds recognised rightly, wrongly, and those missed that have a twin."""
    trackers = [fund for fund in funds if fund.index_id]
    right, wrong, missed = [], [], []
    for fund in funds:
        others = [other for other in trackers if other is not fund]
        found, _ = compare(fund, others)
        twins = [o for o in others if o.index_id == fund.index_id
                 and abs(o.as_of_on - fund.as_of_on) <= timedelta(days=31)]  # fmt: skip
        if found is not None:
            (right if found == fund.index_id else wrong).append(f"{fund.name} as {found}")
        elif twins and fund.index_id:
            missed.append(fund.name)
    return right, wrong, missed


def test_leave_one_out_over_the_whole_funds_at_hand(
    compare: Compare, real_files: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    real = real_files("mappings/edgartools_cusip_ticker_ct.pq").parents[1]
    funds = whole_funds.read(real)
    right, wrong, missed = _left_out(compare, funds)
    # harder than any ingest: as if all were of one day, so that every index meets every other
    _, mistaken, _ = _left_out(compare, [replace(fund, as_of_on=DAY) for fund in funds])
    with capsys.disabled():
        print(f"\nfingerprint, {len(funds)} whole funds left out one by one: {len(right)} right, "  # noqa: T201 - a measure to be read
              f"wrong {wrong}, missed {missed}; as if of one day: wrong {mistaken}")  # fmt: skip
    assert len(funds) >= 45
    assert len(right) >= 9
    assert len(right) / (len(right) + len(wrong)) >= 0.98
    assert not mistaken
    assert not missed


@pytest.mark.parametrize(("spread", "is_recognised"), [(0.08, True), (0.5, False)])
def test_a_month_of_prices_is_forgiven_and_a_manager_s_tilts_are_not(
    compare: Compare, spread: float, *, is_recognised: bool
) -> None:
    dice = random.Random(2026)  # noqa: S311 - prices, not secrets
    for _ in range(20):
        moved = {key: value * math.exp(dice.gauss(0, spread)) for key, value in LARGE.items()}
        found, _ = compare(Fund("x", None, DAY + timedelta(days=31), moved), [INDEX])
        assert (found == "sp-500") == is_recognised


def test_the_steps_are_defined_over_what_an_ingest_has(tmp_path: Path) -> None:
    with Bulk(tmp_path) as bulk:
        merging.bind(bulk, tmp_path)
        recognition.load(bulk, tmp_path)
        _load(bulk, [INDEX])
        recognition.bind_holdings(bulk, tmp_path)
        recognition.recognise(bulk)
        define(bulk, "index_matches")
        assert bulk.count("select count(*) from ingest.references_known") == 1
