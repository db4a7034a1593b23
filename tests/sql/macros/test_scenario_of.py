"""Any providers together, beside the scenarios of the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rows import near

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from flowrisk.api import Dataset

# Strategy: 267.468 m shares of Class A, of which MSCI counts 261 m, 177.13 dollars; the ratios of
# sample_data/sources
SHARES, MSCI_SHARES, CLOSE_USD = 267_468_000, 261_000_000 * 0.06057, 177.13
FIVE = "['msci', 'crsp', 'nasdaq', 'ftse-russell', 'sp-dji']"


@pytest.mark.parametrize(
    ("providers", "expected"),
    [
        ("['msci']", MSCI_SHARES), ("['crsp']", SHARES * 0.04400),
        ("['msci', 'crsp']", MSCI_SHARES + SHARES * 0.04400),
        ("['crsp', 'msci', 'crsp']", MSCI_SHARES + SHARES * 0.04400),
        (FIVE, MSCI_SHARES + SHARES * 0.12665),
    ],
)  # fmt: skip
def test_the_ratios_of_the_providers_add_up(
    providers: str, expected: float, sample: Dataset
) -> None:
    sql = f"select outflow_shares, outflow_usd from scenario_of({providers}) where ticker = 'MSTR'"
    shares, usd = sample.query(sql).row(0)
    assert shares == pytest.approx(expected, rel=1e-9)
    assert usd == pytest.approx(expected * CLOSE_USD, rel=1e-9)


def test_it_agrees_with_the_mart_on_every_security(sample: Dataset) -> None:
    columns = "security_id, outflow_shares, outflow_usd, observed_outflow_usd"
    mart = sample.query(
        f"select {columns} from marts.outflows where scenario_id = 'all' order by security_id"
    )
    macro = sample.query(f"select {columns} from scenario_of({FIVE}) order by security_id")
    assert mart.height == 24
    for expected, found in zip(mart.rows(), macro.rows(), strict=True):
        assert found == near(expected)


def test_it_does_not_depend_on_the_scenarios_of_the_question(sample: Dataset) -> None:
    sql = "select outflow_usd from scenario_of(['nasdaq']) where ticker = 'MSTR'"
    assert sample.query(sql, providers="msci").equals(sample.query(sql, providers="all"))


@pytest.mark.parametrize(
    ("providers", "said"),
    [
        ("['msci', 'mcsi']", "no index in the data belongs to provider mcsi; known: crsp, ftse-ru"),
        ("[]", "no provider is named"), ("null", "no provider is named"),
    ],
)  # fmt: skip
def test_an_unknown_provider_is_never_a_sum_without_it(
    providers: str, said: str, sample: Dataset
) -> None:
    with pytest.raises(QuestionError) as error:
        sample.query(f"select * from scenario_of({providers})")
    assert said in str(error.value.facts["reason"])
