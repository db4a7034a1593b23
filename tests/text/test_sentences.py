"""Words chosen by data: names made fit to print, numbers said as bounds, the command to repeat."""

import datetime as dt
from dataclasses import replace

import pytest

import flowrisk
from flowrisk.domain import Assumption, Scenario, ScenarioAnswer
from flowrisk.report.charts import spans
from flowrisk.report.charts.spans import Interval
from flowrisk.text import formatting, scenario, sentences


@pytest.fixture(scope="module")
def answer() -> ScenarioAnswer:
    return flowrisk.open_dataset().scenario(providers="msci,all").answer


def test_a_name_loses_control_and_direction_marks_and_is_cut() -> None:
    assert formatting.name("a\u202eb\x00c\nd") == "a b c d"
    assert formatting.name("x" * 10_000) == "x" * 47 + "…"
    assert formatting.name(None) == formatting.name(" ") == "–"


def test_a_company_name_of_ten_thousand_blanks_is_answered_at_once() -> None:
    assert formatting.company("Strategy Inc Class A Common Stock") == "Strategy"
    assert formatting.company("a" + " " * 10_000 + "b") == "a…"


@pytest.mark.parametrize(
    ("bound", "outflow_shares", "outflow_usd", "said"),
    [
        ("calibrated", 1e6, 2.8e9, "$2.80bn"),
        ("estimate", 1e6, 4.25e8, "$425m"),
        ("at_least", 1e6, 4.25e8, "≥ $425m"),
        ("unknown", None, None, "n/a"),
        ("at_least", 1e6, None, "≥ 1.00m shares"),
    ],
)
def test_an_outflow_says_whether_it_is_a_bound(
    bound: str, outflow_shares: float | None, outflow_usd: float | None, said: str
) -> None:
    row = {"bound": bound, "outflow_shares": outflow_shares, "outflow_usd": outflow_usd}
    assert scenario.outflow(row) == said


def test_who_names_few_providers_and_counts_many(answer: ScenarioAnswer) -> None:
    about = sentences.subject(answer)
    assert about.who(Scenario("x", ("crsp", "msci"))) == "CRSP and MSCI"
    assert about.who(answer.scenarios[1]) == "all five providers"
    many = about._replace(names={str(i): f"P{i}" for i in range(20)})
    six = Scenario("x", tuple("012345"))
    assert many.who(six) == "P0, P1, P2 and three more providers"


def test_the_title_gives_the_first_scenario_and_the_widest(answer: ScenarioAnswer) -> None:
    about = sentences.subject(answer)
    assert sentences.title(about, answer.scenarios) == (
        "If MSCI deletes Strategy, passive funds must sell an estimated $2.80bn; "
        "if all five providers do, $8.80bn. All five names: ≥ $3.02bn and ≥ $10.60bn"
    )


def test_the_command_says_what_departs_from_the_defaults_and_no_path(
    answer: ScenarioAnswer,
) -> None:
    assert sentences.command(answer) == "flowrisk scenario --providers msci,all"
    asked = replace(
        answer,
        dataset_name="dataset lake",
        dataset_path="/somewhere/lake",
        assumptions={
            **answer.assumptions,
            "price": Assumption({"MSTR": 177.13}, "USD/share", "--price"),
            "as_of": Assumption(dt.date(2025, 11, 18), "date", "FLOWRISK_AS_OF"),
            "list": Assumption("a b", "list_id", "--list"),
        },
    )
    assert sentences.command(asked) == (
        "flowrisk scenario --providers msci,all --list 'a b' --as-of 2025-11-18 "
        "--price MSTR=177.13 --data lake"
    )


def test_the_citation_carries_bound_day_version_digest_and_calibration(
    answer: ScenarioAnswer,
) -> None:
    about = sentences.subject(answer)
    cited = sentences.citation(answer, about, "calibrated to a published estimate")
    for part in ("an estimated $2.80bn if MSCI", "$4.37bn of the largest is observed",
                 "Data: sample dataset as of 20 Nov 2025, version ",
                 f"flowrisk {answer.flowrisk_version}", answer.dataset_digest[:12],
                 "calibrated to a published estimate", "not advice"):  # fmt: skip
        assert part in cited
    assert "the rest" not in sentences.citation(answer, about, "")


def test_a_price_of_the_question_is_not_said_to_be_a_close() -> None:
    asked = flowrisk.open_dataset().scenario(securities=["MSTR"], price={"mstr": 150.0}).answer
    about = sentences.subject(asked)
    assert sentences.priced(asked, about.most) == "price given"
    cited = sentences.citation(asked, about, "")
    assert "Price given. Data: sample dataset as of 20 Nov 2025, version " in cited
    assert sentences.valued_at(asked) == "at the prices given, else as-of close"


def test_an_axis_label_loses_trailing_zeros_only() -> None:
    assert [formatting.axis(s) for s in ("$2.00bn", "$1.50bn", "$10bn", "5.0", "$0")] == [
        "$2bn", "$1.5bn", "$10bn", "5", "$0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Interval("all", 3.37e9, 8.8e9, 11.6e9), "$8.80bn ($3.37bn–$11.60bn)"),
        (Interval("no centre", 1e9, None, 2e9), "$1.00bn–$2.00bn"),
        (Interval("point", None, 2e9, None), "$2.00bn"),
        (Interval("one end", 1e9, 2e9, None), "$2.00bn ($1.00bn)"),
        (Interval("nothing", None, None, None), "unknown"),
    ],
)
def test_an_interval_says_what_is_known_of_it(row: Interval, said: str) -> None:
    assert spans.interval(row, formatting.money) == said
