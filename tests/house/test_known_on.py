"""What became public after the known-on date is used nowhere, whatever table it stands in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from rows import AS_OF, MINIMAL, SECURITY, held, write_dataset

from flowrisk import api

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EARLY, KNOWN, LATE = dt.date(2025, 8, 29), dt.date(2025, 10, 31), dt.date(2025, 11, 14)
PRICED = {"security_id": SECURITY, "close_usd": 160.0, "volume_shares": 12_000.0}
POOL = {
    "pool_id": "p", "provider_id": "msci", "amount_low_usd": 4e9, "amount_central_usd": 5e9,
    "amount_high_usd": 6e9, "exposure_low_ratio": 0.4, "exposure_central_ratio": 0.6,
    "exposure_high_ratio": 0.8, "density_index_id": "msci-world", "vehicle": "non_etf",
    "as_of_on": EARLY, "published_on": EARLY,
}  # fmt: skip
RATIO = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
         "denominator": "index_shares", "tracking_ratio": 0.05, "basis": "reported",
         "as_of_on": EARLY}  # fmt: skip
FILED = {"manager_id": "M", "security_id": SECURITY, "shares": 5_000.0, "is_index_heavy": True,
         "as_of_on": dt.date(2025, 6, 30)}  # fmt: skip
FIGURE = {"estimate_id": "e1", "estimator": "Desk", "published_on": EARLY, "scope": "all",
          "subject": SECURITY, "outflow_high_usd": 1e9, "reading": "total"}  # fmt: skip
KNOWN_FACTS: dict[str, Any] = {
    "funds": [*MINIMAL["funds"], {"fund_id": "F2", "fund_name": "Two", "index_id": "msci-world"}],
    "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY, "as_of_on": EARLY,
                           "weight_ratio": 0.001}],
    "fund_reports": [{"fund_id": "F1", "as_of_on": EARLY, "published_on": EARLY,
                      "holdings_scope": "full"}],
    "holdings": [held("F1", 1_000.0, EARLY)],
    "fund_net_assets": [{"fund_id": "F1", "as_of_on": EARLY, "net_assets_usd": 2e9},
                        {"fund_id": "F2", "as_of_on": EARLY, "net_assets_usd": 1e9}],
    "prices": [{**PRICED, "priced_on": day} for day in (EARLY, KNOWN)],
    "asset_pools": [POOL], "tracking_ratios": [RATIO], "manager_holdings": [FILED],
    "published_estimates": [FIGURE],
    "share_counts": [{"security_id": SECURITY, "as_of_on": EARLY, "shares": 99e6}],
    "index_shares": [{"provider_id": "msci", "security_id": SECURITY, "effective_on": EARLY,
                      "index_shares": 90e6}],
}  # fmt: skip
# a later row of each table, dated or published between the known-on and the as-of date
LATER: dict[str, dict[str, Any]] = {
    "prices": {**PRICED, "priced_on": LATE, "close_usd": 200.0},
    "fund_reports": {"fund_id": "F1", "as_of_on": LATE, "published_on": LATE,
                     "holdings_scope": "full"},
    "fund_net_assets": {"fund_id": "F1", "as_of_on": LATE, "net_assets_usd": 4e9},
    "fund_net_assets of an unread fund": {"fund_id": "F2", "as_of_on": LATE,
                                          "net_assets_usd": 3e9},
    "index_memberships": {"index_id": "msci-world", "security_id": SECURITY, "as_of_on": LATE,
                          "weight_ratio": 0.002},
    "manager_holdings": {**FILED, "as_of_on": dt.date(2025, 9, 30), "shares": 9_000.0},
    "asset_pools": {**POOL, "as_of_on": LATE, "published_on": LATE, "amount_high_usd": 9e9},
    "asset_pools published later": {**POOL, "as_of_on": dt.date(2025, 9, 30),
                                    "published_on": LATE, "amount_high_usd": 9e9},
    "index_shares": {"provider_id": "msci", "security_id": SECURITY, "effective_on": LATE,
                     "index_shares": 95e6},
    "tracking_ratios": {**RATIO, "as_of_on": LATE, "tracking_ratio": 0.06},
    "share_counts": {"security_id": SECURITY, "as_of_on": LATE, "shares": 120e6},
    "fund_weights": {"fund_id": "F2", "security_id": SECURITY, "as_of_on": LATE,
                     "weight_ratio": 0.004},
    "published_estimates": {**FIGURE, "estimate_id": "e2", "published_on": dt.date(2025, 11, 7),
                            "outflow_high_usd": 9e9},
}  # fmt: skip
MARTS = ("outflows", "provider_outflows", "estimate_components", "ranges", "liquidity",
         "manager_crosscheck", "memberships", "fund_coverage")  # fmt: skip


def _figures(folder: Path, tables: Mapping[str, Any], **asked: Any) -> dict[str, Any]:
    dataset = api.open_dataset(write_dataset(folder, tables))
    found = dataset.scenario(providers="all", as_of=AS_OF, **asked).answer.marts
    figures = {name: found[name].to_dicts() for name in MARTS}
    # of a filing that is not yet public the page says it is a later one, and uses it nowhere
    figures["manager_crosscheck"] = [
        {name: row[name] for name in row if "later" not in name}
        for row in figures["manager_crosscheck"] if row.get("vintage") != "later"
    ]  # fmt: skip
    return figures


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return _figures(tmp_path_factory.mktemp("known") / "data", KNOWN_FACTS, known_on=KNOWN)


@pytest.mark.parametrize("case", LATER)
def test_a_later_fact_changes_nothing(case: str, before: dict[str, Any], tmp_path: Path) -> None:
    table = case.split(maxsplit=1)[0]
    later = {**KNOWN_FACTS, table: [*KNOWN_FACTS.get(table, []), LATER[case]]}
    assert _figures(tmp_path / "data", later, known_on=KNOWN) == before
    # and the row is one that a question without a known-on date does use
    assert _figures(tmp_path / "with", later) != _figures(tmp_path / "without", KNOWN_FACTS)


def test_net_assets_of_a_report_are_public_with_it(tmp_path: Path) -> None:
    # of 2 and 4 bn, a million dollars of 1,000 shares: 0.5 shares, or 0.25
    reported = {**KNOWN_FACTS["fund_reports"][0], "as_of_on": dt.date(2025, 9, 30),
                "published_on": LATE}  # fmt: skip
    assets = {"fund_id": "F1", "as_of_on": dt.date(2025, 9, 30), "net_assets_usd": 4e9}
    tables = {**KNOWN_FACTS, "index_memberships": MINIMAL["index_memberships"],
              "fund_reports": [*KNOWN_FACTS["fund_reports"], reported],
              "holdings": [*KNOWN_FACTS["holdings"], held("F1", 1_000.0, dt.date(2025, 9, 30))],
              "fund_net_assets": [*KNOWN_FACTS["fund_net_assets"], assets]}  # fmt: skip
    density = {}
    for day in (KNOWN, LATE):
        rows = _figures(tmp_path / f"{day}", tables, known_on=day)["estimate_components"]
        (density[day],) = {row["density_shares"] for row in rows if row["level_id"] == "L2"}
    assert density == {KNOWN: 0.5, LATE: 0.25}
