"""Assumptions of the user's own: matched, put before the data's, and called yours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import QuestionError
from flowrisk.question import parsing

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def test_a_ratio_of_ones_own_goes_before_the_data(sample: Dataset) -> None:
    result = sample.scenario(providers="msci", securities="3350", tracking_ratio="3350@msci=5%")
    (row,) = result.outflows.rows(named=True)
    # 5 % of 1,140,948,401 shares; MSCI counts none of them in the data
    assert row["outflow_shares"] == pytest.approx(57_047_420, abs=1)
    assert row["bound"] == "estimate"
    said = str(result)
    assert "Yours: tracking ratio 3350@msci 5.000 %" in said
    assert "yours" in next(line for line in said.splitlines() if line.startswith("Metaplanet"))
    (ratio,) = result.estimates.filter(estimate="tracking-ratio").rows(named=True)
    assert ratio["basis"] == "yours"
    page = result.render("html").decode()
    assert "with a tracking ratio of yours" in page
    assert "Yours: tracking ratio 3350@msci 5.000 %." in page


def test_a_pool_of_ones_own_replaces_that_of_the_data(sample: Dataset) -> None:
    given = {"providers": "msci", "securities": "MSTR"}
    result = sample.scenario(**given, pool="msci-non-etf=4.2tn:4.5tn:5tn")
    (row,) = result.outflows.rows(named=True)
    (before,) = sample.scenario(**given).outflows.rows(named=True)
    # 311 bn more at 59.8 % and 3.33125 shares a million
    added = row["model_central_shares"] - before["model_central_shares"]
    assert added == pytest.approx(311e9 * 0.598 * 3.3312467e-6, rel=1e-6)
    assert row["outflow_usd"] == before["outflow_usd"]
    parts = result.estimate_components.filter(component_id="msci-non-etf")
    assert parts["basis"].to_list() == ["yours"]
    assert "msci-non-etf=4200000000000.0:4500000000000.0" in result.render("memo").decode()


def test_assets_that_track_an_index_serve_both_methods(sample: Dataset) -> None:
    given: dict[str, Any] = {
        "providers": "nasdaq",
        "securities": "MSTR",
        "tracked_aum": "nasdaq-100=650bn",
    }
    (own,) = sample.scenario(**given, method="model").outflows.rows(named=True)
    (by_aum,) = sample.scenario(**given, method="tracked-aum").outflows.rows(named=True)
    # 967 m held by 382.8 bn: as much again for each further dollar
    assert own["outflow_usd"] / 1e9 == pytest.approx(0.96673 * 650 / 382.844, rel=0.01)
    assert by_aum["bound"] == "estimate"
    assert by_aum["outflow_usd"] == pytest.approx(own["outflow_usd"], rel=0.01)


def test_without_assumptions_nothing_is_yours(sample: Dataset) -> None:
    result = sample.scenario(providers="msci", securities="MSTR")
    assert "yours" not in str(result).casefold()
    assert not result.estimate_components.filter(basis="yours").height


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tracking_ratio": "3350=5%"}, "does not say of whom"),
        ({"tracking_ratio": "3350@mcsi=5%"}, "nearest: msci"),
        ({"tracking_ratio": "XXXX@msci=5%"}, "No security"),
        ({"tracking_ratio": "3350@msci=500%"}, "not within 0 and 1"),
        ({"tracking_ratio": "3350@msci=5%,JP3481200008@msci=6%"}, "given twice"),
        ({"weight": "MARA@sp-smallcap-60=1%"}, "nearest: sp-smallcap-600"),
        ({"pool": "msci-nonetf=4tn"}, "nearest: msci-non-etf"),
        ({"pool": "msci-non-etf=5tn:4tn:6tn"}, "could not be used"),
        ({"pool": "msci-non-etf=5tn:6tn"}, "could not be used"),
        ({"tracked_aum": "nasdaq-100=-1"}, "below 0"),
        ({"tracked_aum": "nasdaq-100=650"}, "below a million dollars"),
        ({"pool": "msci-non-etf=4.5"}, "below a million dollars"),
        ({"pool": "msci-non-etf=4:4.5:5"}, "with a unit: 20bn"),
        (
            {"tracked_aum": "nasdaq-100=1tn", "pool": "nasdaq-100-products=1tn"},
            "given twice",
        ),
    ],
)
def test_what_cannot_be_assumed_is_refused(
    sample: Dataset, given: dict[str, str], said: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        sample.scenario(providers="msci,nasdaq", **given)  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_a_pool_is_read_back_from_its_ends() -> None:
    read = parsing.parse_pools("a=1bn:2bn:3bn,b=5")
    assert read == {"a": (1e9, 2e9, 3e9), "b": (5.0, 5.0, 5.0)}
    assert parsing.parse_pools(read) == read
