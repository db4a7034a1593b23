"""No line of an own estimate passes the shares that there are, and what ends there is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import MINIMAL, SECURITY

from flowrisk.dataset import sql_models

if TYPE_CHECKING:
    from flowrisk.dataset.warehouse import Warehouse

Facts = Callable[..., list[tuple[str, str]]]
Ask = Callable[..., "Warehouse"]

DAY = date(2025, 11, 20)
INDICES = [{"index_id": f"{provider}-world", "index_name": provider, "provider_id": provider}
           for provider in ("msci", "crsp")]  # fmt: skip
PROVIDERS = [{"provider_id": each["provider_id"], "provider_name": each["provider_id"]}
             for each in INDICES]  # fmt: skip
LINES = "central_shares low_shares high_shares"


def _tables(weight: float, net_assets_usd: float, pool_usd: float, **security: Any) -> Any:
    """Two providers: a fund of each by its weight only, and a pool of the density of one."""
    funds = [{"fund_id": f"F{place}", "fund_name": "fund", "index_id": each["index_id"]}
             for place, each in enumerate(INDICES)]  # fmt: skip
    held = {"fund_id": "F9", "fund_name": "read", "index_id": "msci-world"}
    pool = {"pool_id": "p", "as_of_on": DAY, "provider_id": "msci", "vehicle": "non_etf",
            "exposure_low_ratio": 1.0, "exposure_central_ratio": 1.0, "exposure_high_ratio": 1.0,
            "density_index_id": "msci-world",
            **{f"amount_{end}_usd": pool_usd for end in ("low", "central", "high")}}  # fmt: skip
    return {
        "providers": PROVIDERS, "indices": INDICES, "funds": [*funds, held],
        "securities": [{**MINIMAL["securities"][0], **security}],
        "fund_reports": [{"fund_id": "F9", "as_of_on": DAY, "holdings_scope": "full"}],
        "holdings": [{"fund_id": "F9", "as_of_on": DAY, "security_id": SECURITY,
                      "shares": 100.0}],
        "fund_weights": [{"fund_id": each["fund_id"], "as_of_on": DAY, "security_id": SECURITY,
                          "weight_ratio": weight} for each in funds],
        "fund_net_assets": [{"fund_id": fund_id, "as_of_on": DAY, "net_assets_usd": size}
                            for fund_id, size in (("F0", net_assets_usd), ("F1", net_assets_usd),
                                                  ("F9", 1e9))],
        "asset_pools": [pool],
    }  # fmt: skip


def test_a_weight_of_nothing_and_a_half_ends_at_the_shares_that_there_are(facts: Facts) -> None:
    # 0.00 % is up to 0.005 %: of 2tn at 160 dollars 625,000 shares, of which 500,000 exist
    limited = {"float_shares": None, "shares_outstanding": 500_000.0}
    found = facts(**_tables(0.0, 2e12, 1e6, **limited))
    assert dict(found)["AAA of msci"] == "at most 500000.0 shares"
    assert dict(found)["all AAA"] == "at most 500000.0 shares"
    enough = {"float_shares": None, "shares_outstanding": 5e6}
    assert facts(**_tables(0.0, 2e12, 1e6, **enough)) == []
    unknown = {"float_shares": None, "shares_outstanding": None}
    assert facts(**_tables(0.0, 2e12, 1e6, **unknown)) == []


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    weight=st.sampled_from([0.0, 0.0001, 0.0123, 0.4]),
    net_assets_usd=st.floats(1e6, 1e13), pool_usd=st.floats(0, 1e13),
    outstanding=st.floats(200, 1e9), floating=st.none() | st.floats(0.5, 1),
)  # fmt: skip
def test_no_line_and_no_sum_passes_the_shares_that_there_are(
    weight: float, net_assets_usd: float, pool_usd: float, outstanding: float,
    floating: float | None, question: Ask,
) -> None:  # fmt: skip
    limit = outstanding if floating is None else floating * outstanding
    security = {"shares_outstanding": outstanding,
                "float_shares": None if floating is None else limit}  # fmt: skip
    tables = _tables(weight, net_assets_usd, pool_usd, **security)
    store = question({"providers": "all"}, **tables)
    lines = store.frame("marts.estimate_components").rows(named=True)
    ends = [row[name] for row in lines for name in LINES.split() if row[name] is not None]
    sums = [row[f"model_{name}"] for mart in ("marts.provider_outflows", "marts.outflows")
            for row in store.frame(mart).rows(named=True) for name in LINES.split()
            if row[f"model_{name}"] is not None]  # fmt: skip
    assert ends
    assert max([*ends, *sums]) <= limit * (1 + 1e-12)
    # what ends at the limit is said, of the provider and of all
    at_limit = [
        row["scenario_id"]
        for row in store.frame("marts.outflows").rows(named=True)
        if row["model_high_shares"] is not None and row["model_high_shares"] >= limit
    ]
    check = sql_models.models()["checks.own_estimates_fit_the_float"]
    store.define(sorted(check.reads))
    said = {subject.split(" ")[0] for subject, _ in store.engine.frame(check.sql).rows()}
    assert set(at_limit) <= said
