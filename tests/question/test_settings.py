"""Where a value comes from: flag, environment, files in order, default; the winner is recorded."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from flowrisk.errors import QuestionError
from flowrisk.question import settings

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
    resolved = settings.resolve(given, environment=environment, files=files)["participation"]
    assert (resolved.value, resolved.set_by) == (value, set_by)


def resolved(**given: Any) -> dict[str, Any]:
    found = settings.resolve(given, environment={}, files=[])
    return {name: assumption.value for name, assumption in found.items()}


def test_defaults() -> None:
    defaults = resolved()
    sets = defaults["providers"]
    assert [each.scenario_id for each in sets] == ["msci", "all"]
    assert (defaults["max_age"], defaults["adv_window"], defaults["method"]) == (200, 20, "auto")
    assert defaults["as_of"] is defaults["known_on"] is defaults["securities"] is None


def test_every_setting_can_come_from_the_environment_as_text() -> None:
    texts = {
        "providers": "msci", "securities": "MSTR,MARA", "list": "miners", "as_of": "2025-11-20",
        "known_on": "2025-11-21", "max_age": "90", "participation": "0.1", "adv_window": "5",
        "method": "observed", "price": "MSTR=177.13,MARA=10",
    }  # fmt: skip
    environment = {f"FLOWRISK_{name.upper()}": text for name, text in texts.items()}
    found = settings.resolve({}, environment=environment, files=[])
    assert all(found[name].set_by == f"FLOWRISK_{name.upper()}" for name in texts)
    assert found["securities"].value == ("MSTR", "MARA")
    assert found["as_of"].value == dt.date(2025, 11, 20)
    assert found["max_age"].value == 90
    assert found["price"].value == {"MSTR": 177.13, "MARA": 10.0}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("participation", 0), ("participation", 1.1), ("participation", "20%"),
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
        settings.resolve({}, environment={}, files=[("its.toml", {"particpation": 0.1})])
    assert error.value.facts["in"] == "its.toml"
    assert error.value.facts["nearest"] == "participation"


def test_the_data_folder_may_stand_in_a_settings_file() -> None:
    settings.resolve({}, environment={}, files=[("its.toml", {"data": "folder"})])
