"""One security, any providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def test_strategy_without_msci(sample: Dataset) -> None:
    row = sample.query("select * from outflow('MSTR', ['msci'])").row(0, named=True)
    # 6.057 % of the 261 m shares that MSCI counts at 177.13; seen in seven MSCI funds: 2,742,788
    assert row["outflow_shares"] == pytest.approx(15_808_770.0)
    assert row["outflow_usd"] == pytest.approx(2_800_207_430.1)
    assert row["observed_outflow_shares"] == 2_742_788
    assert row["observed_outflow_usd"] == pytest.approx(485_830_038.44)
    assert row["methods"] == "tracking-ratio"


def test_ticker_and_providers_may_be_parameters(sample: Dataset) -> None:
    found = sample.query(
        "select ticker, outflow_usd from outflow($ticker, $providers)",
        params={"ticker": "mstr", "providers": ["msci", "crsp"]},
    )
    assert found.row(0) == (
        "MSTR",
        pytest.approx((261_000_000 * 0.06057 + 267_468_000 * 0.044) * 177.13),
    )


@pytest.mark.parametrize("call", ["outflow('MST', ['msci'])", "outflow('MSTR', ['mcsi'])"])
def test_an_unknown_name_is_refused_not_zero(call: str, sample: Dataset) -> None:
    with pytest.raises(QuestionError, match="could not be answered"):
        sample.query(f"select sum(outflow_usd) from {call}")
