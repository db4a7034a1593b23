"""What the page says in words that the data chooses: its title, the titles of its charts, the
sentence to cite, the command to repeat. Counts nothing, draws nothing."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk import figures, text
from flowrisk.grades import NOT_ESTIMATED
from flowrisk.settings import SETTINGS

if TYPE_CHECKING:
    from flowrisk.charts import BarChart
    from flowrisk.domain import Assumption, Scenario
    from flowrisk.scenario import ScenarioAnswer

Row = Mapping[str, Any]
NAME_LENGTH = 48
_NAMED_COUNT = 4
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_RAW_LENGTH = 400
_JOINERS = "\u200c\u200d"
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TRAILING_ZEROS = re.compile(r"\.0+(?!\d)|(?<=\.[1-9])0+(?!\d)")
_CLAUSE_END = re.compile(r"[:;.](?=\s|$)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ALREADY_SAID = frozenset(
    {"default", "flowrisk.toml of the dataset", "newest price", "only list", "not used"}
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the page is about: the security with the largest outflow in the widest scenario, the
    one of most providers (of several, the largest).

    ``rows`` are its outflows, one a scenario in the order asked; ``names`` the providers' names.
    """

    widest: Scenario
    rows: tuple[Row, ...]
    names: Mapping[str, str]
    decided: tuple[str, ...]

    @property
    def first(self) -> Row:
        """The outflow in the first scenario."""
        return self.rows[0]

    @property
    def most(self) -> Row:
        """The outflow in the widest scenario."""
        return next(r for r in self.rows if r["scenario_id"] == self.widest.scenario_id)

    @property
    def name(self) -> str:
        """The company's name."""
        return company(self.first["security_name"])

    def who(self, scenario: Scenario) -> str:
        """Return who deletes in a scenario: ``MSCI``, ``CRSP and MSCI``, ``all five providers``."""
        count = len(scenario.provider_ids)
        if count > 1 and count == len(self.names):
            return f"{'both' if count == 2 else f'all {counted(count)}'} providers"  # noqa: PLR2004 - both is two
        shown = [name(self.names.get(each, each), 24) for each in scenario.provider_ids]
        if count > _NAMED_COUNT:
            shown[_NAMED_COUNT - 1 :] = [f"{counted(count - _NAMED_COUNT + 1)} more providers"]
        return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))

    def provider(self, row: Row) -> str:
        """Return the name of a row's provider."""
        return name(self.names.get(row["provider_id"], row["provider_id"]), 32)


def subject(answer: ScenarioAnswer) -> Subject:
    """Return whom the page of an answer is about."""
    totals = {row["scenario_id"]: row["outflow_usd"] or 0.0
              for row in answer.marts["scenario_totals"].rows(named=True)}  # fmt: skip
    widest = max(answer.scenarios,
                 key=lambda each: (len(each.provider_ids), totals[each.scenario_id]))  # fmt: skip
    rows = [row for row in answer.marts["outflows"].rows(named=True) if row["is_in_basket"]]
    ranked = max(
        (row for row in rows if row["scenario_id"] == widest.scenario_id),
        key=lambda row: (row["outflow_usd"] or 0.0, row["outflow_shares"] or 0.0),
    )
    coverage = answer.marts["coverage"].rows(named=True)
    asked = {each for scenario in answer.scenarios for each in scenario.provider_ids}
    return Subject(
        widest=widest,
        rows=tuple(row for row in rows if row["security_id"] == ranked["security_id"]),
        names={row["provider_id"]: row["provider_name"] for row in coverage
               if row["funds_count"] or row["provider_id"] in asked},
        decided=tuple(map(dated, text.decided(answer))),
    )  # fmt: skip


def name(raw: str | None, length: int = NAME_LENGTH) -> str:
    """Return a name fit to print: no control or direction marks, one line, not too long."""
    kept = "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp"} or c in _JOINERS else " "
        for c in (raw or "")[:_RAW_LENGTH]
    )
    whole = " ".join(kept.split())
    is_cut = len(whole) > length or len(raw or "") > _RAW_LENGTH
    return f"{whole[: length - 1].rstrip()}…" if is_cut else whole or figures.UNKNOWN


def company(raw: str | None) -> str:
    """Return a company's name fit to print, without share class and corporate form."""
    return name(figures.company(name(raw, _RAW_LENGTH)))


def day(date: dt.date | None) -> str:
    """Return a date as ``20 Nov 2025``, ``–`` for unknown."""
    return figures.UNKNOWN if date is None else f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def dated(sentence: str) -> str:
    """Return a sentence with its ISO dates as people write them."""
    return _ISO_DATE.sub(_as_day, sentence)


def month(date: dt.date) -> str:
    """Return a date's month as ``Nov 2025``."""
    return f"{_MONTHS[date.month - 1]} {date.year}"


def price(amount_usd: float | None) -> str:
    """Return a price per share as ``$177.13``."""
    return figures.UNKNOWN if amount_usd is None else f"${amount_usd:,.2f}"


def multiple(number: float | None) -> str:
    """Return a multiple with two decimals."""
    return figures.UNKNOWN if number is None else f"{number:,.2f}"


def whole(number: float | None) -> str:
    """Return a number without decimals."""
    return figures.UNKNOWN if number is None else f"{number:,.0f}"


def words(identifier: str | None) -> str:
    """Return an identifier such as ``decision_due`` as words."""
    return name(identifier).replace("_", " ")


def counted(number: int) -> str:
    """Return a count in words up to twelve, in figures beyond."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def is_at_least(row: Row) -> bool:
    """Return whether an outflow is a lower bound because part of it was not estimated."""
    return row["method"] in NOT_ESTIMATED


def axis(shown: str) -> str:
    """Return a formatted figure without trailing zeros: ``$2bn`` for ``$2.00bn``."""
    return _TRAILING_ZEROS.sub("", shown)


def capitalized(sentence: str) -> str:
    """Return a sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


def outflow(row: Row) -> str:
    """Return an outflow in dollars (in shares where no price is known), ``≥`` where it is observed
    only, ``not seen`` where nothing was seen and nothing estimated."""
    count_shares = row.get("outflow_shares")
    if row["method"] in NOT_ESTIMATED and not (count_shares or row["outflow_usd"]):
        return "not seen"
    amount = figures.money(row["outflow_usd"])
    if row["outflow_usd"] is None and count_shares:
        amount = f"{figures.shares(count_shares)} shares"
    return f"≥ {amount}" if row["method"] in NOT_ESTIMATED else amount


def title(about: Subject, scenarios: Sequence[Scenario]) -> str:
    """Return the finding of the page in one sentence."""
    who = about.who(scenarios[0])
    sale = f"If {who} {deletes(who)} {about.name}, {_must_sell(about.first)}"
    if about.widest is scenarios[0] or not about.most["outflow_shares"]:
        return sale
    widest = about.who(about.widest)
    amount = _sold(about.most).removeprefix("an estimated ")
    return f"{sale}; if {widest} {'do' if _is_several(widest) else 'does'}, {amount}"


def deletes(who: str) -> str:
    """Return the verb for one provider or several."""
    return "delete" if _is_several(who) else "deletes"


def waterfall_title(about: Subject, start: str, added_count: int) -> str:
    """Return what the waterfall finds; ``added_count`` is 0 where it starts from nothing."""
    if not added_count:
        return f"{about.name}: {outflow(about.most)}, provider by provider"
    added = f"{counted(added_count)} more provider{'s add' if added_count > 1 else ' adds'}"
    increment = figures.money(about.most["increment_usd"])
    if about.most["method"] in NOT_ESTIMATED:
        increment = f"at least {increment}"
    return f"{start} alone: {outflow(about.first)}; {added} {increment}"


def securities_title(rows: Sequence[Row]) -> str:
    """Return how concentrated the outflow is; rows sorted, largest first."""
    known = [row for row in rows if row["outflow_usd"]]
    if not known:
        return "No sale was seen or estimated for any security of the list"
    total = sum(row["outflow_usd"] for row in known)
    lead = company(known[0]["security_name"])
    if len(rows) == 1 and known[0]["method"] in NOT_ESTIMATED:
        return f"{lead}: {figures.money(total)} was seen, and nothing estimated beyond it"
    if len(rows) == 1:
        seen = figures.percent(_ratio(known[0]["observed_outflow_usd"], total), decimals=0)
        return f"{seen} of {lead}'s outflow was seen in fund reports"
    share = figures.percent(known[0]["outflow_usd"] / total, decimals=0)
    return f"{lead} is {share} of what was seen or estimated"


def days_title(rows: Sequence[Row], participation_ratio: float) -> str:
    """Return whose sale takes longest; rows sorted by days, longest first."""
    known = [row for row in rows if row["days_to_sell"]]
    if not known:
        return "No sale to time: nothing was seen or estimated, or volumes are unknown"
    at = figures.percent(participation_ratio, decimals=0)
    name_of, longest = company(known[0]["security_name"]), figures.days(known[0]["days_to_sell"])
    return f"{name_of} would take {longest} trading days at {at} of its volume"


def ages_title(chart: BarChart, young_days: int) -> str:
    """Return how much of what was read is old; the first bar holds what is up to ``young_days``."""
    total = sum(bar.row.value or 0.0 for bar in chart.bars)
    if not total:
        return "Nothing was read that holds these securities"
    old_ratio = 1 - (chart.bars[0].row.value or 0.0) / total
    share = figures.percent(old_ratio, decimals=0)
    return f"{share} of the dollars seen rest on reports older than {young_days} days"


def decisions_title(treating: Sequence[Row], as_of_on: dt.date) -> str:
    """Return the last decision and where it lies, else how the events fall around that day."""
    decided = [row for row in treating if row["event"] == "decision"]
    if decided:
        last = decided[-1]
        side = "after" if last["happens_on"] > as_of_on else "before"
        return (f"{name(last['provider_name'], 24)} decided on {day(last['happens_on'])}: "
                f"{words(last['treatment'])}, {side} the as-of date")  # fmt: skip
    later_count = sum(row["happens_on"] > as_of_on for row in treating)
    return f"{later_count} of {len(treating)} events lie after {day(as_of_on)}"


def set_to(row: Row) -> str:
    """Return the first clause of a tracking ratio's source: what it was set to."""
    source = name(row["source"], _RAW_LENGTH)
    return name(_CLAUSE_END.split(source, maxsplit=1)[0], 120)


def citation(answer: ScenarioAnswer, about: Subject, *, is_set: bool) -> str:
    """Return one sentence to quote: what, whose, bound, as-of day, version and digest.

    Args:
        is_set: whether the estimate was set to a published figure.
    """
    parts = [
        f"{_sold(row)} if {about.who(scenario)} deleted it"
        for scenario, row in zip(answer.scenarios, about.rows, strict=True)
    ]
    most = about.most
    seen = (
        f"; {figures.money(most['observed_outflow_usd'])} of the largest was seen in fund reports"
    )
    estimated = ", the rest is set to a published figure" if is_set else ""
    return (
        f"{about.name} ({name(most['ticker'], 16)}): index money would sell {'; '.join(parts)}"
        f"{seen if most['observed_outflow_usd'] else ''}{estimated}. Price of "
        f"{day(most['priced_on'])}, as of {day(answer.as_of_on)}; flowrisk "
        f"{answer.flowrisk_version}, data {answer.dataset_digest[:12]}. An estimate, not advice."
    )


def command(answer: ScenarioAnswer) -> str:
    """Return the command that makes this page again, with what departs from the defaults."""
    words = ["flowrisk", "scenario"]
    for setting in SETTINGS.values():
        assumption = answer.assumptions[setting.name]
        if setting.name == "providers" or assumption.set_by not in _ALREADY_SAID:
            words += [setting.flag, _typed(assumption)]
    if answer.dataset_name != "sample dataset":
        words += ["--data", Path(answer.dataset_path).name]
    return shlex.join([*words, "-o", "report.html"])


def value(assumption: Assumption, setting: str) -> str:
    """Return an assumption's value as a person reads it."""
    if assumption.value in (None, ()):
        return "not given"
    if isinstance(assumption.value, dt.date):
        return day(assumption.value)
    if setting == "participation" and isinstance(assumption.value, float):
        return figures.percent(assumption.value, decimals=0)
    if isinstance(assumption.value, float):
        return f"{assumption.value:.4g}"
    return name(_typed(assumption), 300)


def _typed(assumption: Assumption) -> str:
    chosen = assumption.value
    if isinstance(chosen, Mapping):
        return ",".join(f"{key}={each}" for key, each in chosen.items())
    if isinstance(chosen, tuple):
        return ",".join(str(getattr(each, "scenario_id", each)) for each in chosen)
    return str(chosen)


def _must_sell(row: Row) -> str:
    if outflow(row) == "not seen":
        return "no fund read was seen to hold it"
    return f"index money must sell {_sold(row)}"


def _sold(row: Row) -> str:
    amount = outflow(row)
    if amount == "not seen":
        return "an unknown amount (none was seen)"
    if row["method"] in NOT_ESTIMATED:
        return f"at least {amount.removeprefix('≥ ')}"
    return f"an estimated {amount}"


def _is_several(who: str) -> bool:
    return " and " in who or who.endswith(" providers")


def _as_day(match: re.Match[str]) -> str:
    year, month, day_of_month = match.groups()
    return f"{int(day_of_month)} {_MONTHS[int(month) - 1]} {year}"


def _ratio(part: float | None, whole: float) -> float | None:
    return None if part is None or not whole else part / whole
