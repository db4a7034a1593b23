"""The case of November 2026: frozen counts, the newest price, three names and those on the watch
list; what is not decided and what is not known is said."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pages import section, words
from rows import AS_OF, MINIMAL, SECURITY

from flowrisk.errors import QuestionError
from flowrisk.text.scenario import notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from rows import Row

    from flowrisk.api import Dataset, ScenarioResult

NOVEMBER = "november-2026"
PENDING = (
    "The consultation that MSCI opened on 2026-08-14 (Non-operating companies) has no result in "
    "the data, so it is unknown: due by 2026-10-16, review announced on 2026-11-11, effective at "
    "the close of 2026-11-30."
)
FROZEN = "MSCI counts 261m shares of MSTR, frozen since 2026-01-06; 384m are outstanding."


@pytest.fixture(scope="module")
def november(sample: Dataset) -> ScenarioResult:
    return sample.scenario(preset=NOVEMBER)


def row_of(result: ScenarioResult, ticker: str, scenario_id: str = "msci") -> Row:
    (row,) = result.outflows.filter(ticker=ticker, scenario_id=scenario_id).rows(named=True)
    return row


def test_the_outflow_rests_on_the_frozen_count(november: ScenarioResult) -> None:
    row = row_of(november, "MSTR")
    # by hand: 6.057 % of 261.0 m frozen shares = 15.8 m, at 128.48 = 2.03 bn
    assert row["outflow_shares"] == pytest.approx(0.06057 * 261e6, rel=1e-4)
    assert row["outflow_usd"] == pytest.approx(15_808_770 * 128.48, rel=1e-6)
    assert round(row["outflow_usd"] / 1e9, 2) == 2.03
    assert row["priced_on"] == date(2026, 9, 11)
    # a share of the market value instead, 5.6 % of 384.2 m x 128.48, would say 2.76 bn
    assert round(0.056 * 384.2e6 * 128.48 / 1e9, 2) == 2.76
    (count,) = november.index_counts.filter(provider_id="msci").rows(named=True)
    assert (count["index_shares"], count["shares_outstanding"]) == (261e6, 384.2e6)
    assert (count["frozen_from_on"], count["effective_on"]) == (
        date(2026, 1, 6),
        date(2025, 11, 24),
    )


def test_a_price_without_a_volume_has_no_days_and_that_is_said(november: ScenarioResult) -> None:
    row = row_of(november, "MSTR")
    assert (row["adv_shares"], row["days_to_sell"], row["adv_multiple_days"]) == (None, None, None)
    found = {each.code: each for each in november.answer.findings}
    assert "MSTR: 0 of 20 sessions" in found["volumes_fill_the_window"].examples


def test_three_names_and_the_watch_list(november: ScenarioResult) -> None:
    asked = [(each.ticker, each.is_in_basket) for each in november.answer.securities]
    assert {ticker for ticker, is_in in asked if is_in} == {"MSTR", "3350", "YCA"}
    assert {ticker for ticker, is_in in asked if not is_in} == {"SBET", "4123", "LYDHO"}


@pytest.mark.parametrize("ticker", ["YCA", "4123", "LYDHO"])
def test_names_without_data_are_unknown_and_never_zero(
    ticker: str, november: ScenarioResult
) -> None:
    for scenario_id in ("msci", "all"):
        row = row_of(november, ticker, scenario_id)
        assert row["bound"] == "unknown"
        assert row["outflow_usd"] is None
        assert row["outflow_shares"] is None
        assert row["model_central_usd"] is None


def test_the_terminal_says_what_is_decided_and_what_is_not(november: ScenarioResult) -> None:
    said = november.render("table").decode().splitlines()
    assert "prices of 2026-01-15 (3350) to 2026-09-11 (MSTR)" in said[0]
    assert "On 2026-01-06 MSCI decided to freeze share increases" in said[1]
    assert said[2:4] == [PENDING, FROZEN]
    assert "Watch list msci-2026-watch (3):" in said
    (unread,) = [line for line in said if line.startswith("No price and no position")]
    assert all(ticker in unread for ticker in ("YCA", "4123", "LYDHO", "flowrisk ingest"))


def test_the_page_reads_as_a_current_note(november: ScenarioResult) -> None:
    page = november.render("html").decode()
    said = words(page)
    assert "has no result in the data, so it is unknown: due by 16 Oct 2026" in said
    assert "MSCI counts 261m shares of MSTR, frozen since 6 Jan 2026" in said
    assert "US dollars at $128.48 a share (11 Sep 2026)" in said
    securities = section(page, "securities")
    assert "Watch list msci-2026-watch" in securities
    assert "unknown and not zero" in securities
    memo = november.render("memo").decode()
    assert "counts 261m shares of MSTR" in memo
    assert "--preset november-2026" in memo


def test_json_has_the_counts(november: ScenarioResult) -> None:
    answer = json.loads(november.render("json"))
    assert answer["index_counts"][0]["index_shares"] == 261_000_000
    assert answer["assumptions"]["watch_list_id"]["value"] == "msci-2026-watch"


def test_of_named_securities_no_watch_list_is_shown(sample: Dataset) -> None:
    answer = sample.scenario(preset=NOVEMBER, securities="MSTR").answer
    assert [each.ticker for each in answer.securities] == ["MSTR"]
    assert answer.assumptions["watch_list"].set_by == "not used"


def test_the_rule_of_2026_is_unresolved_and_names_its_inputs(sample: Dataset) -> None:
    verdicts = sample.screen(preset=NOVEMBER).rule_verdicts
    assert set(verdicts["verdict"]) == {"unresolved"}
    assert set(verdicts["rule_id"]) == {"msci-noc-2026"}
    (missing,) = set(verdicts["missing"])
    assert missing.startswith("operating_asset_ratio, unnamed_ratio_1")


def test_the_rule_of_2025_is_the_sample_s_and_says_what_the_screen_says(sample: Dataset) -> None:
    result = sample.screen()
    said = {True: "fail", False: "pass", None: "unresolved"}
    expected = [said[each] for each in result.digital_asset_ratios["is_at_or_above"]]
    assert result.rule_verdicts["verdict"].to_list() == expected
    assert set(result.rule_verdicts["rule_id"]) == {"msci-datco-2025"}
    ratios = result.digital_asset_ratios.drop("security_name")
    assert ratios.equals(sample.screen(threshold=0.5).digital_asset_ratios.drop("security_name"))


def test_a_question_of_2025_knows_nothing_of_it(sample_result: ScenarioResult) -> None:
    tickers = set(sample_result.outflows["ticker"])
    assert tickers.isdisjoint({"YCA", "4123", "LYDHO"})
    said = sample_result.render("table").decode()
    for word in ("consultation", "frozen since", "Watch list", "No price and no position"):
        assert word not in said


def test_a_decision_ends_what_is_pending(make_dataset: Callable[..., Dataset]) -> None:
    def said(*events: tuple[str, date, str]) -> str:
        rows = [{"decision_id": f"{event}{i}", "provider_id": "msci", "event": event,
                 "happens_on": on, "treatment": what}
                for i, (event, on, what) in enumerate(events)]  # fmt: skip
        made = make_dataset(f"d{len(rows)}{events[-1][0]}", decisions=rows)
        return made.scenario(as_of=AS_OF).render("table").decode()

    opened = ("consultation_opened", date(2025, 10, 10), "exclude")
    assert "opened on 2025-10-10 has no result in the data, so it is unknown.\n" in said(opened)
    assert "no result" not in said(opened, ("decision", date(2026, 1, 6), "freeze"))
    assert "no result" not in said(("consultation_opened", date(2025, 10, 10), "none"))
    assert "no result" not in said(("consultation_opened", date(2025, 12, 1), "exclude"))
    earlier = ("decision", date(2025, 9, 1), "keep")
    assert "has no result" in said(earlier, opened)


LISTS = [
    {"list_id": "default", "security_id": SECURITY},
    {"list_id": "later", "security_id": "B", "listed_on": date(2025, 11, 21)},
    {"list_id": "today", "security_id": "C", "listed_on": AS_OF},
]


def listed(make_dataset: Callable[..., Dataset], **asked: Any) -> dict[str, bool]:
    names = [{**MINIMAL["securities"][0], "security_id": each, "ticker": each} for each in "BC"]
    made = make_dataset(candidates=LISTS, securities=[*MINIMAL["securities"], *names])
    answer = made.scenario(as_of=AS_OF, **asked).answer
    return {each.ticker: each.is_in_basket for each in answer.securities}


def test_a_list_of_a_later_day_is_shown_only_where_it_is_asked_for(
    make_dataset: Callable[..., Dataset],
) -> None:
    assert listed(make_dataset, list="default") == {"AAA": True, "C": False}
    assert listed(make_dataset, list="later") == {"B": True, "AAA": False, "C": False}
    assert listed(make_dataset, list="default", watch_list="later") == {"AAA": True, "B": False}
    assert listed(make_dataset, list="today", watch_list="today") == {"C": True}


def test_a_long_list_is_asked_about_only_by_name_and_that_is_said(
    make_dataset: Callable[..., Dataset],
) -> None:
    names = [f"N{number}" for number in range(201)]
    security = MINIMAL["securities"][0]
    made = make_dataset(
        candidates=[*LISTS, *({"list_id": "long", "security_id": name} for name in names)],
        securities=[
            security,
            *({**security, "security_id": n, "ticker": n} for n in (*names, "B", "C")),
        ],
    )
    short = made.scenario(as_of=AS_OF, list="default").answer
    assert not {each.ticker for each in short.securities} & set(names)
    told = next(each for each in short.findings if each.code == "lists_beside_are_short")
    assert told.examples == ("long: 201 securities",)
    assert "asked (long: 201 securities): --list or --watch-list names one" in notes(short)[-2]
    named = made.scenario(as_of=AS_OF, list="default", watch_list="long").answer
    assert {each.ticker for each in named.securities if not each.is_in_basket} == set(names)
    whole = made.scenario(as_of=AS_OF, list="long").answer
    assert sum(each.is_in_basket for each in whole.securities) == len(names)
    assert not [each for each in whole.findings if each.code == "lists_beside_are_short"]


def test_an_unknown_watch_list_and_one_without_a_list_are_refused(
    make_dataset: Callable[..., Dataset],
) -> None:
    with pytest.raises(QuestionError, match="There is no list 'latr'"):
        listed(make_dataset, list="default", watch_list="latr")
    with pytest.raises(QuestionError, match="--watch-list would change nothing"):
        listed(make_dataset, securities=["AAA"], watch_list="later")
