"""What must hold of every dataset, not of the examples only."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from rows import AS_OF, MINIMAL, days_before, held, write_dataset

from flowrisk import api
from flowrisk.answers.scenario import MARTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Market = dict[str, list[dict[str, Any]]]

PROVIDERS = ("crsp", "msci", "nasdaq")
SECURITIES = ("AAA", "BBB")
FEW = settings(max_examples=4, deadline=None, database=None, derandomize=True,
               suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
SHARES = st.integers(0, 10_000).map(float)
DAYS = st.sampled_from([days_before(n) for n in (0, 20, 51, 82, 400)])


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Three providers of one index and two funds each; reports, holdings and ratios at random."""
    funds = [(f"{p}-{n}", p) for p in PROVIDERS for n in (1, 2)]
    reports = {(fund_id, day): draw(st.sampled_from(["full", "excerpt"]))
               for fund_id, _ in funds
               for day in draw(st.sets(DAYS, max_size=3))}  # fmt: skip
    holdings = [held(fund_id, draw(SHARES), day, security_id)
                for fund_id, day in sorted(reports)
                for security_id in sorted(draw(st.sets(st.sampled_from(SECURITIES))))]  # fmt: skip
    ratios = draw(st.dictionaries(st.sampled_from(PROVIDERS), st.floats(0, 0.3), max_size=2))
    return {
        "providers": [{"provider_id": p} for p in PROVIDERS],
        "indices": [{"index_id": f"{p}-i", "provider_id": p} for p in PROVIDERS],
        "index_memberships": [],
        "funds": [{"fund_id": f, "index_id": f"{p}-i"} for f, p in funds],
        "fund_reports": [{"fund_id": f, "as_of_on": day, "holdings_scope": scope}
                         for (f, day), scope in sorted(reports.items())],
        "holdings": holdings,
        "securities": [{**MINIMAL["securities"][0], "security_id": s, "ticker": s,
                        "shares_outstanding": 1e5} for s in SECURITIES],
        "prices": [{"security_id": s, "priced_on": AS_OF, "close_usd": draw(st.floats(0.01, 1e4)),
                    "volume_shares": draw(st.floats(1, 1e6))} for s in SECURITIES],
        "candidates": [{"list_id": "default", "security_id": s} for s in SECURITIES],
        "tracking_ratios": [{"provider_id": p, "applies_to_id": "AAA", "applies_to": "security",
                             "tracking_ratio": ratio, "denominator": "shares_outstanding"}
                            for p, ratio in sorted(ratios.items())],
    }  # fmt: skip


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., api.ScenarioResult]:
    counter = itertools.count()

    def answer(
        market: Market, providers: str, marts: tuple[str, ...] = ("outflows",), **question: Any
    ) -> api.ScenarioResult:
        folder = write_dataset(tmp_path / str(next(counter)), market)
        dataset = api.open_dataset(folder)
        chosen = dataset.settings({"as_of": AS_OF, "providers": providers, **question})
        return dataset.answer(chosen, marts=marts)

    return answer


def column(result: api.ScenarioResult, name: str) -> dict[tuple[str, str], Any]:
    return {(s, t): v for s, t, v in result.outflows.select("scenario_id", "ticker", name).rows()}


def known_sum(parts: dict[str, float | None]) -> Any:
    """The sum of what is known; of nothing known it is not zero, but unknown."""
    known = [value for value in parts.values() if value is not None]
    return pytest.approx(sum(known)) if known else None


@FEW
@given(market=markets())
def test_provider_sets_are_additive_and_monotone(market: Market, ask: Any) -> None:
    sets = [*PROVIDERS, "crsp+msci", "msci+nasdaq", "all"]
    result = ask(market, ",".join(sets))
    for name in ("outflow_shares", "observed_outflow_shares"):
        found = column(result, name)
        for ticker in SECURITIES:
            one = {p: found[p, ticker] for p in PROVIDERS}
            two = {p: one[p] for p in ("crsp", "msci")}
            assert found["crsp+msci", ticker] == known_sum(two)
            assert found["all", ticker] == known_sum(one)
            assert (found["all", ticker] or 0) >= (found["msci+nasdaq", ticker] or 0) - 1e-9
            assert min(value or 0 for value in one.values()) >= 0
    bounds, outflows = column(result, "bound"), column(result, "outflow_shares")
    for ticker in SECURITIES:
        unknown = [p for p in PROVIDERS if outflows[p, ticker] is None]
        assert [p for p in PROVIDERS if bounds[p, ticker] == "unknown"] == unknown
        if unknown:
            assert bounds["all", ticker] == (
                "unknown" if len(unknown) == len(PROVIDERS) else "at_least"
            )


@FEW
@given(market=markets(), factor=st.floats(0.01, 100))
def test_the_price_alone_changes_no_share(market: Market, factor: float, ask: Any) -> None:
    dearer = {**market, "prices": [{**row, "close_usd": row["close_usd"] * factor}
                                   for row in market["prices"]]}  # fmt: skip
    before, after = ask(market, "msci,all"), ask(dearer, "msci,all")
    assert column(before, "outflow_shares") == column(after, "outflow_shares")
    usd = column(before, "outflow_usd")
    assert column(after, "outflow_usd") == pytest.approx(
        {k: v * factor if v is not None else None for k, v in usd.items()}
    )


@FEW
@given(market=markets(), index=st.integers(0, 10**6))
def test_a_holdings_row_less_never_raises_what_was_observed_of_a_full_report(
    market: Market, index: int, ask: Any
) -> None:
    if not market["holdings"]:
        return
    full = [{**row, "holdings_scope": "full"} for row in market["fund_reports"]]
    rows = market["holdings"]
    gone = index % len(rows)
    fewer = {**market, "fund_reports": full, "holdings": rows[:gone] + rows[gone + 1 :]}
    before = column(ask({**market, "fund_reports": full}, "all"), "observed_outflow_shares")
    after = column(ask(fewer, "all"), "observed_outflow_shares")
    # a full report without the row says none: known, and zero
    assert all(after[key] <= before[key] for key in before)


@FEW
@given(market=markets())
def test_an_outflow_is_at_least_the_observed_part_and_at_most_the_company(
    market: Market, ask: Any
) -> None:
    rows = ask(market, "msci,all").outflows.rows(named=True)
    for row in rows:
        # six funds of at most 10,000 shares, ratios of at most 0.3 in two providers: below 100,000
        if row["bound"] == "unknown":
            assert not row["observed_outflow_shares"]
            assert row["outflow_shares"] is row["estimated_outflow_shares"] is None
            continue
        assert 0 <= row["observed_outflow_shares"] <= row["outflow_shares"] <= 1e5
        parts = row["observed_outflow_shares"] + row["estimated_outflow_shares"]
        assert parts == pytest.approx(row["outflow_shares"])


@pytest.mark.slow
@FEW
@given(market=markets(), seed=st.integers(0, 99))
def test_the_order_of_the_rows_says_nothing(market: Market, seed: int, ask: Any) -> None:
    shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in market.items()}  # noqa: S311
    before, after = ask(market, "msci,all", MARTS), ask(shuffled, "msci,all", MARTS)
    for name, frame in before.answer.marts.items():
        assert after.answer.marts[name].equals(frame), name
    assert before.warnings == after.warnings


@pytest.mark.slow
@FEW
@given(market=markets())
def test_every_mart_adds_up_to_the_one_above(market: Market, ask: Any) -> None:
    result = ask(market, "msci,all", MARTS)
    for part in ("provider_outflows", "index_outflows", "fund_outflows", "basis_outflows"):
        frame = getattr(result, part)
        sums: dict[tuple[str, str], float | None] = dict.fromkeys(
            column(result, "observed_outflow_shares")
        )
        for *key, shares in (
            frame.select("scenario_id", "ticker", "observed_outflow_shares").drop_nulls().rows()
        ):
            sums[key[0], key[1]] = (sums[key[0], key[1]] or 0.0) + shares
        assert sums == pytest.approx(column(result, "observed_outflow_shares")), part


@pytest.mark.slow
@FEW
@given(market=markets(), days=st.integers(0, 500))
def test_what_happens_later_changes_nothing(market: Market, days: int, ask: Any) -> None:
    day = days_before(days)
    kept = {**market, "fund_reports": [r for r in market["fund_reports"] if r["as_of_on"] <= day],
            "holdings": [r for r in market["holdings"] if r["as_of_on"] <= day]}  # fmt: skip
    if not kept["fund_reports"]:
        return
    found = [column(ask(each, "all", as_of=day), "observed_outflow_shares")
             for each in (market, kept)]  # fmt: skip
    assert found[0] == found[1]


@st.composite
def books(draw: st.DrawFn) -> list[tuple[str, str, float, str]]:
    """Portfolios of one index each, with what they hold: known, unknown, long and short."""
    indices = st.sampled_from([*(f"{p}-i" for p in PROVIDERS), "none", "elsewhere"])
    held_by = st.dictionaries(st.sampled_from([*SECURITIES, "CASH", "ZZZ"]),
                              st.integers(-1_000, 1_000).filter(bool), min_size=1)  # fmt: skip
    portfolios = draw(st.dictionaries(st.sampled_from("PQRS"), st.tuples(indices, held_by),
                                      min_size=1))  # fmt: skip
    return [(portfolio, name, float(shares), index)
            for portfolio, (index, positions) in portfolios.items()
            for name, shares in positions.items()]  # fmt: skip


@pytest.mark.slow
@FEW
@given(market=markets(), book=books(), seed=st.integers())
def test_a_book_is_its_portfolios_in_any_order_and_moves_nothing_else(
    ask_dataset: Callable[[Market], api.Dataset], market: Market,
    book: list[tuple[str, str, float, str]], seed: int,
) -> None:  # fmt: skip
    dataset = ask_dataset(market)
    frame = pl.DataFrame(book, schema=["portfolio", "identifier", "shares", "index"], orient="row")
    asked = {"as_of": AS_OF, "providers": "msci,all", "securities": ["AAA"]}
    whole = dataset.scenario(**asked, book=frame)
    shuffled = dataset.scenario(
        **asked, book=frame.sample(fraction=1, shuffle=True, seed=seed % 99)
    )
    assert_frame_equal(shuffled.book, whole.book)
    assert_frame_equal(shuffled.book_totals, whole.book_totals)
    for portfolio, own in frame.partition_by("portfolio", as_dict=True).items():
        alone = dataset.scenario(**asked, book=own)
        for name in ("book", "book_totals"):
            part = whole.answer.marts[name].filter(pl.col("portfolio") == portfolio[0])
            assert_frame_equal(alone.answer.marts[name], part)
    summed = whole.book.group_by("scenario_id", "portfolio").agg(pl.col("traded_usd").sum())
    exact = whole.book_totals.filter(pl.col("bound") == "exact")
    joined = exact.join(summed, on=["scenario_id", "portfolio"])
    assert joined["traded_usd"].to_list() == pytest.approx(joined["traded_usd_right"].to_list())
    without = dataset.scenario(**asked)
    for name, mart in without.answer.marts.items():
        assert_frame_equal(whole.answer.marts[name], mart)


@pytest.fixture
def ask_dataset(tmp_path: Path) -> Callable[[Market], api.Dataset]:
    counter = itertools.count()
    return lambda market: api.open_dataset(
        write_dataset(tmp_path / f"book-{next(counter)}", market)
    )
