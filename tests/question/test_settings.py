"""Where a value comes from: flag, environment, files in order, default; the winner is recorded."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from flowrisk.errors import QuestionError
from flowrisk.question import settings
from flowrisk.question.question import Question
from flowrisk.question.risk import RiskQuestion
from flowrisk.question.scenario import ScenarioQuestion
from flowrisk.question.screen import ScreenQuestion

FLAG = {"participation": 0.1}
ENVIRONMENT = {"FLOWRISK_PARTICIPATION": "0.3", "PATH": "/bin"}
FILES = [("flowrisk.toml of the working folder", {"participation": 0.4}),
         ("flowrisk.toml of the dataset", {"participation": 0.5})]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "environment", "files", "value", "set_by"),
    [
        (FLAG, ENVIRONMENT, FILES, 0.1, "--participation"),
        ({}, ENVIRONMENT, FILES, 0.3, "FLOWRISK_PARTICIPATION"),
        ({}, {}, FILES, 0.4, "flowrisk.toml of the working folder"),
        ({}, {}, FILES[1:], 0.5, "flowrisk.toml of the dataset"),
        ({}, {}, [], 0.2, "default"),
        ({"participation": None}, {}, [], 0.2, "default"),
    ],
)
def test_the_first_origin_wins_and_is_recorded(
    given: dict[str, Any], environment: dict[str, str], files: list[Any], value: float, set_by: str
) -> None:
    found = settings.resolve(Question, given, environment=environment, files=files)
    assert (found.participation_ratio, found.set_by["participation"]) == (value, set_by)
    told = found.assumptions()["participation"]
    assert (told.value, told.unit, told.set_by) == (value, "share of a day's volume", set_by)


def resolved(**given: Any) -> dict[str, Any]:
    found = settings.resolve(Question, given, environment={}, files=[])
    return {name: assumption.value for name, assumption in found.assumptions().items()}


def test_defaults() -> None:
    defaults = resolved()
    sets = defaults["providers"]
    assert [each.scenario_id for each in sets] == ["msci", "all"]
    assert (defaults["max_age"], defaults["adv_window"], defaults["method"]) == (200, 20, "auto")
    assert defaults["as_of"] is defaults["known_on"] is defaults["securities"] is None


def test_constants_of_the_own_estimate_are_settings_with_basis_and_source() -> None:
    by_default = settings.resolve(Question, {}, environment={}, files=[]).assumptions()
    assert by_default["drift"].value == 0.066  # 1.645 x 4 % = 6.58 %
    assert by_default["manager_share"].value == (0.7, 0.9, 1.2)
    assert by_default["drift"].basis == "judged"
    assert by_default["drift"].source.startswith("1.645 x 4 %")
    assert by_default["manager_share"].basis == "calibrated"
    given = settings.resolve(
        Question, {"drift": "5%"}, environment={"FLOWRISK_MANAGER_SHARE": "0.8:1:110%"}, files=[]
    ).assumptions()
    assert (given["drift"].value, given["drift"].basis, given["drift"].source) == (
        0.05,
        "yours",
        "",
    )
    assert given["manager_share"].value == (0.8, 1.0, 1.1)
    assert given["manager_share"].set_by == "FLOWRISK_MANAGER_SHARE"
    assert resolved(manager_share=[0.5, 0.6, 0.7])["manager_share"] == (0.5, 0.6, 0.7)
    assert resolved(manager_share=0.9)["manager_share"] == (0.9, 0.9, 0.9)


@pytest.mark.parametrize(
    ("name", "value"),
    [("drift", 0), ("drift", 1), ("drift", "a"), ("manager_share", "0.7:0.9"), ("manager_share", 0),
     ("manager_share", "1.2:0.9:0.7"), ("manager_share", "0.7:0.9:90"),
     ("manager_share", "1:nan:2"),
     ("manager_share", [0.7] * 4), ("manager_share", "a:b:c")],
)  # fmt: skip
def test_assumptions_of_the_own_estimate_that_cannot_be_are_refused(name: str, value: Any) -> None:
    with pytest.raises(QuestionError):
        resolved(**{name: value})


def test_every_setting_can_come_from_the_environment_as_text() -> None:
    texts = {
        "providers": "msci", "securities": "MSTR,MARA", "list": "miners", "as_of": "2025-11-20",
        "known_on": "2025-11-21", "max_age": "90", "participation": "0.1", "adv_window": "5",
        "method": "observed", "price": "MSTR=177.13,MARA=10",
    }  # fmt: skip
    environment = {f"FLOWRISK_{name.upper()}": text for name, text in texts.items()}
    found = settings.resolve(Question, {}, environment=environment, files=[])
    assert all(found.set_by[name] == f"FLOWRISK_{name.upper()}" for name in texts)
    assert found.securities == ("MSTR", "MARA")
    assert found.as_of_on == dt.date(2025, 11, 20)
    assert found.max_age_days == 90
    assert found.price_overrides == {"MSTR": 177.13, "MARA": 10.0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("participation", 0), ("participation", 1.1), ("participation", "120%"),
        ("participation", "2k%"), ("participation", "$20%"), ("participation", "%"),
        ("participation", float("nan")), ("max_age", 0), ("max_age", 1.5), ("max_age", 40_000),
        ("max_age", "old"), ("adv_window", -1), ("method", "guess"), ("as_of", "soon"),
        ("providers", ""), ("providers", 5), ("providers", ["msci", 3]), ("securities", 5),
        ("securities", "A,,B"), ("price", 5), ("price", "A"), ("list", 5), ("list", ["a"]),
        ("max_age", True), ("as_of", True), ("method", 5),
    ],
)  # fmt: skip
def test_an_unusable_value_is_refused_by_its_flag(name: str, value: Any) -> None:
    with pytest.raises(QuestionError) as error:
        resolved(**{name: value})
    flag = settings.SETTINGS[name].flag.removeprefix("--")
    assert flag.removesuffix("s") in str(error.value).casefold()


@pytest.mark.parametrize(("name", "value"), [("participation", 1), ("max_age", "2_00")])
def test_the_ends_of_the_range_are_inside(name: str, value: Any) -> None:
    assert resolved(**{name: value})[name] == (1.0 if name == "participation" else 200)


def test_an_unknown_setting_in_a_file_is_refused_with_the_file_and_the_nearest() -> None:
    with pytest.raises(QuestionError) as error:
        settings.resolve(Question, {}, environment={}, files=[("its.toml", {"particpation": 0.1})])
    assert error.value.facts["in"] == "its.toml"
    assert error.value.facts["nearest"] == "participation"


def test_the_data_folder_may_stand_in_a_settings_file() -> None:
    settings.resolve(Question, {}, environment={}, files=[("its.toml", {"data": "folder"})])


RATIOS = {
    "participation": Question, "fund_share": Question, "rho": RiskQuestion,
    "threshold": ScreenQuestion, "exit_threshold": ScreenQuestion, "volatility": ScreenQuestion,
}  # fmt: skip


@pytest.mark.parametrize("name", RATIOS)
@drawn(percent=st.decimals("0.01", "99.99", places=2))
def test_a_ratio_in_percent_is_the_ratio_exactly(name: str, percent: Decimal) -> None:
    def value(text: object) -> object:
        found = settings.resolve(RATIOS[name], {name: text}, environment={}, files=[])
        return found.assumptions()[name].value

    ratio = float(percent.scaleb(-2))
    assert value(f"{percent}%") == value(f"{percent} %") == value(ratio) == value(str(ratio))


@pytest.mark.parametrize("name", ["probabilities", "given_leader", "uncertainty"])
def test_ratios_by_name_are_taken_in_percent(name: str) -> None:
    key = "price" if name == "uncertainty" else "msci"
    found = settings.resolve(RiskQuestion, {name: f"{key}=40%"}, environment={}, files=[])
    assert found.assumptions()[name].value == {key: 0.4}


@pytest.mark.parametrize(
    ("name", "value", "problem", "remedy"),
    [
        ("price", "150", "'150' is not TICKER=PRICE", "TICKER=PRICE, such as MSTR=177.13"),
        ("price", 150, "'150' is not TICKER=PRICE", "TICKER=PRICE"),
        ("price", "MSTR=", "'MSTR' is not TICKER=PRICE", "TICKER=PRICE"),
        ("price", "MSTR=1,mstr=2", "given twice for 'mstr'", "once a name"),
        ("price", "MSTR=20%", "not a number", "177.13"),
        ("coin_price", "60000", "'60000' is not COIN=PRICE", "BTC=60000"),
        ("active_aum", "5tn", "'5tn' is not PROVIDER=USD", "msci=5tn"),
        ("participation", "20", "above 0 and at most 1", "20%"),
        ("participation", "lots", "not a number", "0.2 or 20%"),
    ],
)
def test_a_bad_value_is_told_how_to_write_it(
    name: str, value: Any, problem: str, remedy: str
) -> None:
    with pytest.raises(QuestionError) as error:
        resolved(**{name: value})
    assert problem in error.value.problem
    assert remedy in error.value.remedy


def test_a_question_is_frozen_and_keeps_its_origins() -> None:
    found = settings.resolve(Question, {"price": "MSTR=150"}, environment={}, files=[])
    with pytest.raises(FrozenInstanceError):
        found.method = "observed"  # type: ignore[misc]
    other = replace(found, method="observed", set_by=found.origins("the test", "method"))
    assert (other.set_by["method"], other.set_by["price"]) == ("the test", "--price")
    # the isolated query sends it to another process
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


@pytest.mark.parametrize("kind", [Question, ScenarioQuestion, RiskQuestion, ScreenQuestion])
def test_the_field_of_an_option_is_its_name_in_the_json(kind: type[Question]) -> None:
    found = settings.resolve(
        kind, {"probabilities": "msci=1"} if kind is RiskQuestion else {}, environment={}, files=[]
    )
    for name in found.assumptions():
        assert hasattr(found, settings.FIELDS[name])
    assert (settings.FIELDS["as_of"], settings.FIELDS["max_age"]) == ("as_of_on", "max_age_days")
