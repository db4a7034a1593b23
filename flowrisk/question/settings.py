"""Where each value of a question comes from: flag, environment, flowrisk.toml or default.

Owns the precedence and the defaults; the winner is recorded and shown on every output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowrisk import domain
from flowrisk.domain import Assumption
from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.question import parsing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

DEFAULT_PARTICIPATION_RATIO = 0.2
DEFAULT_ADV_WINDOW_DAYS = 20
DEFAULT_FUND_SHARE_RATIO = 0.16 / 0.335
DEFAULT_MAX_AGE_DAYS = 200
DEFAULT_VOLATILITY_WINDOW_DAYS = 60
DEFAULT_DRAWS_COUNT = 100_000
DEFAULT_COIN_VOLATILITY_RATIO = 0.55


@dataclass(frozen=True, slots=True)
class Setting:
    """One value a question can be given: its flag, unit, default and how its text is read."""

    name: str
    flag: str
    unit: str
    default: object
    parse: Callable[[object], object]


def _share(flag: str, what: str) -> Callable[[object], float]:
    def parse(value: object) -> float:
        share = parsing.parse_amount(_plain(value), name=flag)
        if not 0 < share <= 1:
            raise QuestionError(
                f"The {what} lies outside 0 to 1.",
                facts={"value": share},
                remedy=f"Give {flag} as a ratio: 0.2 is 20 %.",
            )
        return share

    return parse


def _between(flag: str, low: float, high: float) -> Callable[[object], float]:
    def parse(value: object) -> float:
        number = parsing.parse_amount(_plain(value), name=flag)
        if not low < number < high:
            raise QuestionError(
                f"The value of {flag} does not lie strictly between {low:g} and {high:g}.",
                facts={"value": value},
                remedy=f"Give {flag} a ratio such as 0.5; 50 % is 0.5.",
            )
        return number

    return parse


def _numbers(flag: str) -> Callable[[object], dict[str, float]]:
    return lambda value: parsing.parse_numbers(value, name=flag)  # type: ignore[arg-type]


def _whole(flag: str, at_most: int, *, at_least: int = 1) -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = parsing.parse_amount(_plain(value), name=flag)
        if number != int(number) or not at_least <= number <= at_most:
            raise QuestionError(
                f"The value of {flag} is not a whole number from {at_least} to {at_most}.",
                facts={"value": value},
                remedy=f"Give {flag} a whole number.",
            )
        return int(number)

    return parse


def _date(flag: str) -> Callable[[object], object]:
    return lambda value: parsing.parse_date(value, name=flag)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _plain(value: object) -> str | float:
    return value if isinstance(value, int | float) else str(value)


def _names(flag: str) -> Callable[[object], tuple[str, ...]]:
    return lambda value: parsing.parse_names(value, name=flag)  # type: ignore[arg-type]


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("providers", "--providers", "scenarios", "msci,all",
                parsing.parse_provider_sets),  # type: ignore[arg-type]
        Setting("securities", "--securities", "tickers or ISINs", None, _names("--securities")),
        Setting("list", "--list", "list_id", None, _text),
        Setting("as_of", "--as-of", "date", None, _date("--as-of")),
        Setting("known_on", "--known-on", "date", None, _date("--known-on")),
        Setting("max_age", "--max-age", "days", DEFAULT_MAX_AGE_DAYS, _whole("--max-age", 36500)),
        Setting("participation", "--participation", "share of a day's volume",
                DEFAULT_PARTICIPATION_RATIO, _share("--participation", "participation")),
        Setting("adv_window", "--adv-window", "sessions", DEFAULT_ADV_WINDOW_DAYS,
                _whole("--adv-window", 2500)),
        Setting("method", "--method", "estimate", "auto",
                lambda value: parsing.choose(str(value), domain.METHODS, name="--method")),
        Setting("price", "--price", "USD/share", None,
                parsing.parse_prices),  # type: ignore[arg-type]
        Setting("preset", "--preset", "table of flowrisk.toml", None, _text),
        Setting("treatment", "--treatment", "treatment by provider_id", "exclude",
                parsing.parse_treatments),  # type: ignore[arg-type]
        Setting("reweight", "--reweight", "factor and share changes", None,
                parsing.parse_tranches),
        Setting("active_aum", "--active-aum", "USD of benchmark-aware active money by provider_id",
                None, _numbers("--active-aum")),
        Setting("fund_share", "--fund-share", "share of passive assets held in funds "
                "(Chinco & Sammon, JFE 2024: 16 of 33.5 % of the US market)",
                DEFAULT_FUND_SHARE_RATIO, _share("--fund-share", "share held in funds")),
        Setting("volatility_window", "--volatility-window", "sessions",
                DEFAULT_VOLATILITY_WINDOW_DAYS, _whole("--volatility-window", 2500)),
        Setting("rule", "--rule", "condition", None,
                lambda value: parsing.parse_rule(_text(value))),
        Setting("coin_price", "--coin-price", "USD/coin", None,
                lambda value: parsing.parse_prices(value, name="--coin-price")),  # type: ignore[arg-type]
    )
}  # fmt: skip
RISK = {
    setting.name: setting
    for setting in (
        Setting("probabilities", "--probabilities", "ratio by provider_id", None,
                _numbers("--probabilities")),
        Setting("horizon", "--horizon", "date", None, _date("--horizon")),
        Setting("judged_by", "--judged-by", "name", None, _text),
        Setting("judged_on", "--judged-on", "date", None, _date("--judged-on")),
        Setting("dependence", "--dependence", "model", "independent",
                lambda value: parsing.choose(
                    _text(value), domain.DEPENDENCES, name="--dependence")),
        Setting("leader", "--leader", "provider_id", None, _text),
        Setting("given_leader", "--given-leader", "ratio by provider_id", None,
                _numbers("--given-leader")),
        Setting("rho", "--rho", "correlation", None,
                lambda value: parsing.parse_amount(_plain(value), name="--rho")),
        Setting("uncertainty", "--uncertainty", "coefficient of variation by parameter", None,
                _numbers("--uncertainty")),
        Setting("draws", "--draws", "draws", DEFAULT_DRAWS_COUNT, _whole("--draws", 2**27)),
        Setting("seed", "--seed", "seed", 0, _whole("--seed", 2**63 - 1, at_least=0)),
    )
}  # fmt: skip
SCREEN = {
    setting.name: setting
    for setting in (
        Setting("threshold", "--threshold", "digital assets over total assets", 0.5,
                _between("--threshold", 0, 1)),
        Setting("exit_threshold", "--exit-threshold", "digital assets over total assets", None,
                _between("--exit-threshold", 0, 1)),
        Setting("volatility", "--volatility", "a year's volatility of the coin",
                DEFAULT_COIN_VOLATILITY_RATIO, _between("--volatility", 0, 100)),
        Setting("review_on", "--review-on", "date", None, _date("--review-on")),
        Setting("move", "--move", "USD by move", None, _numbers("--move")),
    )
}  # fmt: skip


def resolve(
    given: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    files: Sequence[tuple[str, Mapping[str, object]]],
    also: Mapping[str, Setting] | None = None,
) -> dict[str, Assumption]:
    """Return every setting with its parsed value, unit and origin.

    Args:
        given: values by setting name; None and empty lists count as not given. ``preset`` names
            a table ``[presets.NAME]`` of one of the files, which comes right after the flags.
        environment: ``FLOWRISK_*`` variables are read from here.
        files: (label, settings of a flowrisk.toml), the first that names a setting wins; they may
            name the settings of every command.
        also: the settings of one command beside those that every question has.

    Raises: QuestionError for an unusable value or an unknown setting.
    """
    wanted = {**SETTINGS, **(also or {})}
    everything = {**SETTINGS, **RISK, **SCREEN}
    _refuse_unknown("the call", given, wanted)
    for label, values in files:
        _refuse_unknown(label, values, {*everything, "presets"})
    named = (given.get("preset"), environment.get("FLOWRISK_PRESET"),
             *(values.get("preset") for _, values in files))  # fmt: skip
    label, preset = _preset(next((name for name in named if name is not None), None), files)
    _refuse_unknown(label, preset, everything)
    return {
        name: _resolved(setting, [
            (setting.flag, given.get(name)),
            (label, preset.get(name)),
            (f"FLOWRISK_{name.upper()}", environment.get(f"FLOWRISK_{name.upper()}")),
            *((file, values.get(name)) for file, values in files),
        ])
        for name, setting in wanted.items()
    }  # fmt: skip


def _preset(
    wanted: object, files: Sequence[tuple[str, Mapping[str, object]]]
) -> tuple[str, Mapping[str, object]]:
    """Return the label and the settings of the preset asked for, empty where none is.

    Raises: QuestionError for an unknown one, naming the nearest.
    """
    if wanted is None:
        return "no preset", {}
    tables = [_table(values.get("presets", {}), "presets") for _, values in reversed(files)]
    known = {name: table for presets in tables for name, table in presets.items()}
    name = str(wanted).strip()
    if name not in known:
        facts: dict[str, object] = {"known presets": join_names(known) or "none"}
        if close := nearest(name, known):
            facts["nearest"] = close
        raise QuestionError(
            f"There is no preset '{name}'.",
            facts=facts,
            remedy="Use a known one, or add a table [presets.NAME] to flowrisk.toml.",
        )
    return f"preset {name}", _table(known[name], f"presets.{name}")


def _table(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuestionError(
            f"'{name}' of flowrisk.toml is no table.",
            facts={"value": repr(value)},
            remedy=f"Write [{name}] and its settings below it.",
        )
    return value


def _resolved(setting: Setting, origins: Sequence[tuple[str, object]]) -> Assumption:
    for origin, value in origins:
        if value not in (None, (), []):
            return Assumption(_parsed(setting, value), setting.unit, origin)
    default = setting.default
    value = None if default is None else setting.parse(default)
    return Assumption(value, setting.unit, "default")


def _parsed(setting: Setting, value: object) -> object:
    try:
        return setting.parse(value)
    except (TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise QuestionError(
            f"The value of {setting.flag} has the wrong type.",
            facts={"value": repr(value)},
            remedy="Give text, a number or a list of texts, as the flag takes them.",
        ) from error


def _refuse_unknown(label: str, values: Mapping[str, object], known: Collection[str]) -> None:
    for name in values:
        if name not in known and name != "data":
            facts: dict[str, object] = {"in": label, "known": join_names([*known, "data"])}
            if close := nearest(name, known):
                facts["nearest"] = close
            raise QuestionError(
                f"There is no setting '{name}'.", facts=facts, remedy="Correct or remove it."
            )
