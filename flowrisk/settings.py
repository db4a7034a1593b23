"""Where each value of a question comes from: flag, environment, flowrisk.toml or default.

Owns the precedence and the defaults; the winner is recorded and shown on every output.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flowrisk import domain
from flowrisk.domain import Assumption
from flowrisk.errors import QuestionError, listed, nearest

DEFAULT_PARTICIPATION_RATIO = 0.2
DEFAULT_ADV_WINDOW_DAYS = 20
DEFAULT_MAX_AGE_DAYS = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """One value a question can be given: its flag, unit, default and how its text is read."""

    name: str
    flag: str
    unit: str
    default: object
    parse: Callable[[object], object]


def _share(value: object) -> float:
    share = domain.parse_amount(_plain(value), name="--participation")
    if not 0 < share <= 1:
        raise QuestionError(
            "The participation lies outside 0 to 1.",
            facts={"value": share},
            remedy="Give the share of a day's volume as a ratio: 0.2 is 20 %.",
        )
    return share


def _whole(flag: str, at_most: int) -> Callable[[object], int]:
    def parse(value: object) -> int:
        number = domain.parse_amount(_plain(value), name=flag)
        if number != int(number) or not 1 <= number <= at_most:
            raise QuestionError(
                f"The value of {flag} is not a whole number from 1 to {at_most}.",
                facts={"value": value},
                remedy=f"Give {flag} a whole number of days.",
            )
        return int(number)

    return parse


def _date(flag: str) -> Callable[[object], object]:
    return lambda value: domain.parse_date(value, name=flag)  # type: ignore[arg-type]


def _plain(value: object) -> str | float:
    return value if isinstance(value, int | float) else str(value)


def _names(flag: str) -> Callable[[object], tuple[str, ...]]:
    return lambda value: domain.parse_names(value, name=flag)  # type: ignore[arg-type]


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("providers", "--providers", "scenarios", "msci,all",
                domain.parse_provider_sets),  # type: ignore[arg-type]
        Setting("securities", "--securities", "tickers or ISINs", None, _names("--securities")),
        Setting("list", "--list", "list_id", None, lambda value: str(value).strip()),
        Setting("as_of", "--as-of", "date", None, _date("--as-of")),
        Setting("known_on", "--known-on", "date", None, _date("--known-on")),
        Setting("max_age", "--max-age", "days", DEFAULT_MAX_AGE_DAYS, _whole("--max-age", 36500)),
        Setting("participation", "--participation", "share of a day's volume",
                DEFAULT_PARTICIPATION_RATIO, _share),
        Setting("adv_window", "--adv-window", "sessions", DEFAULT_ADV_WINDOW_DAYS,
                _whole("--adv-window", 2500)),
        Setting("method", "--method", "estimate", "auto",
                lambda value: domain.choose(str(value), domain.METHODS, name="--method")),
        Setting("price", "--price", "USD/share", None,
                domain.parse_prices),  # type: ignore[arg-type]
    )
}  # fmt: skip


def resolve(
    given: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    files: Sequence[tuple[str, Mapping[str, object]]],
) -> dict[str, Assumption]:
    """Return every setting with its parsed value, unit and origin.

    Args:
        given: values by setting name; None and empty lists count as not given.
        environment: ``FLOWRISK_*`` variables are read from here.
        files: (label, settings of a flowrisk.toml), the first that names a setting wins.

    Raises: QuestionError for an unusable value or an unknown setting.
    """
    for label, values in (("the call", given), *files):
        _refuse_unknown(label, values)
    return {name: _resolved(setting, given, environment, files)
            for name, setting in SETTINGS.items()}


def _resolved(
    setting: Setting,
    given: Mapping[str, object],
    environment: Mapping[str, str],
    files: Sequence[tuple[str, Mapping[str, object]]],
) -> Assumption:
    variable = f"FLOWRISK_{setting.name.upper()}"
    origins: list[tuple[str, object]] = [
        (setting.flag, given.get(setting.name)),
        (variable, environment.get(variable)),
        *((label, values.get(setting.name)) for label, values in files),
    ]
    for origin, value in origins:
        if value is not None and value != () and value != []:
            return Assumption(setting.parse(value), setting.unit, origin)
    default = setting.default
    value = None if default is None else setting.parse(default)
    return Assumption(value, setting.unit, "default")


def _refuse_unknown(label: str, values: Mapping[str, object]) -> None:
    for name in values:
        if name not in SETTINGS and name != "data":
            facts: dict[str, object] = {"in": label, "known": listed([*SETTINGS, "data"])}
            if close := nearest(name, SETTINGS):
                facts["nearest"] = close
            raise QuestionError(f"There is no setting '{name}'.", facts=facts,
                                remedy="Correct or remove it.")
