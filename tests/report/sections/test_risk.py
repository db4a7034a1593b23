"""The page of ``flowrisk risk``: what it says, and that it stands alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.report.charts import steps as step_charts
from flowrisk.report.sections import risk
from flowrisk.text import risk as risk_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset
    from flowrisk.api.results import Paged
    from flowrisk.domain import RiskAnswer


ODDS = {"crsp": 0.25, "ftse-russell": 0.2, "msci": 0.4, "nasdaq": 0.3, "sp-dji": 0.2}


@pytest.fixture(scope="module")
def result(sample: Dataset) -> Paged[RiskAnswer]:
    return sample.risk(ODDS, judged_by="<b>the desk</b>")


@pytest.fixture(scope="module")
def page(result: Paged[RiskAnswer]) -> str:
    return result.render("html").decode()


def basket(result: Paged[RiskAnswer]) -> dict[str, Any]:
    return result.distributions.row(-1, named=True)


def test_the_headline_is_the_mean_and_the_value_at_risk(page: str) -> None:
    (heading,) = re.findall("<h1>(.*?)</h1>", page)
    assert heading == (
        "Expected passive selling ≥ $3.00bn; 95 % value at risk ≥ $7.11bn (covered names)"
    )


def test_a_question_on_one_security_names_it(sample: Dataset) -> None:
    answer = sample.risk({"msci": 0.4}, providers="msci", securities="MSTR").answer
    assert risk.title(answer) == (
        "Expected passive selling of Strategy $1.12bn; 95 % value at risk $2.80bn (covered names)"
    )


def test_a_sum_that_is_estimated_in_part_is_a_bound(result: Paged[RiskAnswer]) -> None:
    row = basket(result)
    assert risk_text.cells({**row, "bound": "at_least"})[1] == "≥ $10.60bn"
    assert risk_text.cells({**row, "bound": "estimate"})[1] == "$10.60bn"


def test_dates_of_decisions_are_written_out(page: str) -> None:
    assert "On 6 Jan 2026 MSCI decided to freeze" in page
    assert "2026-01-06" not in re.sub(r"<(script|a)\b.*?</\1>", "", page, flags=re.DOTALL)


def test_the_table_holds_the_laws_of_the_answer(page: str, result: Paged[RiskAnswer]) -> None:
    row = basket(result)
    cells = re.search(r'<tr class="sum">(.*?)</tr>', page)
    assert cells is not None
    shown = [float(each) for each in re.findall(r'data-value="(.*?)"', cells[1])]
    columns = ("if_all_usd", "mean_usd", "sd_usd", "q50_usd", "q90_usd", "var95_usd", "es95_usd",
               "q99_usd")  # fmt: skip
    assert shown == [row[column] for column in columns]


def test_the_page_stands_alone_and_is_the_same_again(page: str, result: Paged[RiskAnswer]) -> None:
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert result.render("html").decode() == page


def test_what_a_user_wrote_is_text(page: str) -> None:
    assert "<b>the desk</b>" not in page
    assert "&lt;b&gt;the desk&lt;/b&gt;" in page


def test_the_command_of_the_page_asks_the_same_question(page: str) -> None:
    assert "flowrisk risk --providers all --probabilities crsp=0.25," in page
    assert "not applied: give a known outcome as a probability of 0 or 1" in page


def test_the_curve_falls_from_one_in_the_steps_of_the_law() -> None:
    # 1 up to 2, a half up to 4, a quarter up to 8, on an axis to 8
    chart = step_charts.steps([(0.0, 1.0), (2.0, 0.5), (4.0, 0.5), (8.0, 0.25)])
    assert [tick.value for tick in chart.ticks] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert [(s.x_percent, s.width_percent, s.y_px, s.drop_px) for s in chart.steps] == [
        (0.0, 0.0, 0.0, 100.0),
        (0.0, 25.0, 100.0, 0.0),
        (25.0, 25.0, 100.0, 50.0),
        (50.0, 50.0, 150.0, 50.0),
    ]


def test_a_long_curve_is_thinned_and_keeps_its_ends(sample: Dataset) -> None:
    asked = {"uncertainty": {"price": 0.3}, "draws": 2_000, "seed": 1}
    answer = sample.risk(ODDS, securities=["MSTR"], **asked).answer
    steps = risk.context(answer)["exceedances"].steps
    assert len(steps) == 60
    assert steps[0].y_px == 0.0


def test_the_suffix_decides(result: Paged[RiskAnswer], tmp_path: Path) -> None:
    assert (
        result.write_report(tmp_path / "a.html").read_bytes()
        == result.write(tmp_path / "b.html").read_bytes()
    )


def test_a_basket_without_prices_says_so(make_dataset: Callable[..., Dataset]) -> None:
    page = make_dataset(prices=[]).risk({"msci": 0.5}, as_of="2025-11-20").render("html").decode()
    assert "No security of the basket has a price and an outflow: the flow is unknown" in page
