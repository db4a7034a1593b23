"""What the page says in words that the data chooses: its title, the titles of its charts, the
sentence to cite, the command to repeat. Counts nothing, draws nothing."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk import figures, text
from flowrisk.errors import listed
from flowrisk.grades import NOT_ESTIMATED
from flowrisk.settings import SETTINGS

if TYPE_CHECKING:
    import datetime as dt

    from flowrisk.charts import BarChart
    from flowrisk.domain import Assumption, Scenario
    from flowrisk.scenario import ScenarioAnswer

Row = Mapping[str, Any]
NAME_LENGTH = 48
_RAW_LENGTH = 400
_JOINERS = "\u200c\u200d"
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_CLAUSE_END = re.compile(r"[:;.](?=\s|$)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ALREADY_SAID = frozenset(
    {"default", "flowrisk.toml of the dataset", "newest price", "only list", "not used"}
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the page is about: the security with the largest outflow in the widest scenario.

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
        """Return who deletes in a scenario: ``MSCI``, ``every provider in the data (5)``."""
        if len(scenario.provider_ids) == len(self.names) > 1:
            return f"every provider in the data ({len(self.names)})"
        shown = [name(self.names.get(each, each)) for each in scenario.provider_ids]
        return listed(shown, at_most_count=4).replace(", ", " and ") if shown else "nobody"


def subject(answer: ScenarioAnswer) -> Subject:
    """Return whom the page of an answer is about."""
    widest = max(answer.scenarios, key=lambda each: len(each.provider_ids))
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
        decided=tuple(_ISO_DATE.sub(_as_day, sentence) for sentence in text.decided(answer)),
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


def capitalized(sentence: str) -> str:
    """Return a sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


def outflow(row: Row) -> str:
    """Return an outflow in dollars, ``≥`` where it is observed only, ``not seen`` where nothing
    was seen and nothing estimated."""
    if row["method"] in NOT_ESTIMATED and not row.get("outflow_shares", row["outflow_usd"]):
        return "not seen"
    return ("≥ " if row["method"] in NOT_ESTIMATED else "") + figures.money(row["outflow_usd"])


def title(about: Subject, scenarios: Sequence[Scenario]) -> str:
    """Return the finding of the page in one sentence."""
    who = about.who(scenarios[0])
    verb = "delete" if " and " in who else "deletes"
    return f"If {who} {verb} {about.name}, {_must_sell(about.first)}"


def standfirst(about: Subject, scenarios: Sequence[Scenario]) -> str:
    """Return the second sentence: the widest scenario, what was seen, what the rest is."""
    most = about.most
    seen = figures.money(most["observed_outflow_usd"])
    if about.widest is scenarios[0]:
        return f"At least {seen} of it was seen in the fund disclosures read."
    return (f"If {about.who(about.widest)} did: {outflow(most)}. At least {seen} of that was seen "
            "in the fund disclosures read.")  # fmt: skip


def waterfall_title(about: Subject, start: str, added_count: int) -> str:
    """Return what the waterfall finds."""
    most = about.most
    if added_count:
        more = "One more provider adds" if added_count == 1 else f"{added_count} more providers add"
        return f"{start} alone is {outflow(about.first)}. {more} {figures.money(most['increment_usd'])}"
    return f"{about.name}: {outflow(most)}, provider by provider"


def securities_title(rows: Sequence[Row]) -> str:
    """Return how concentrated the outflow is; rows sorted, largest first."""
    known = [row for row in rows if row["outflow_usd"]]
    if not known:
        return "No sale was seen or estimated for any security of the list"
    total = sum(row["outflow_usd"] for row in known)
    lead = company(known[0]["security_name"])
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
    return (f"{company(known[0]['security_name'])} would take {figures.days(known[0]['days_to_sell'])} "
            f"trading days at {at} of its volume")  # fmt: skip


def ages_title(chart: BarChart) -> str:
    """Return how much of what was read is old; the first bar is the youngest."""
    total = sum(bar.value or 0.0 for bar in chart.bars)
    if not total:
        return "Nothing was read that holds these securities"
    old_ratio = 1 - (chart.bars[0].value or 0.0) / total
    return f"{figures.percent(old_ratio, decimals=0)} of the dollars seen rest on reports older than a month"


def decisions_title(treating: Sequence[Row], as_of_on: dt.date) -> str:
    """Return how the events that treat a company fall around the as-of date."""
    if not treating:
        return "No event in the data treats any company"
    before_count = sum(row["happens_on"] <= as_of_on for row in treating)
    last = treating[-1]
    return (f"{before_count} of {len(treating)} events were known on {day(as_of_on)}; the last, of "
            f"{day(last['happens_on'])}, is {name(last['provider_name'], 24)}: {words(last['treatment'])}")  # fmt: skip


def set_to(row: Row) -> str:
    """Return the first clause of a tracking ratio's source: what it was set to."""
    source = name(row["source"], _RAW_LENGTH)
    return name(_CLAUSE_END.split(source, maxsplit=1)[0], 120)


def citation(answer: ScenarioAnswer, about: Subject) -> str:
    """Return one sentence to quote: what, whose, bound, as-of day, version and digest."""
    parts = [
        f"{outflow(row)} if {about.who(scenario)} deleted it"
        for scenario, row in zip(answer.scenarios, about.rows, strict=True)
    ]
    most = about.most
    return (
        f"{about.name} ({name(most['ticker'], 16)}): index money would sell an estimated "
        f"{'; '.join(parts)}; at least {figures.money(most['observed_outflow_usd'])} of it was seen "
        f"in fund disclosures read. Price of {day(most['priced_on'])}, as of "
        f"{day(answer.as_of_on)}; flowrisk {answer.flowrisk_version}, data "
        f"{answer.dataset_digest[:12]}. An estimate, not advice."
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


def value(setting: str, assumption: Assumption) -> str:
    """Return an assumption's value as a person reads it."""
    if assumption.value in (None, ()):
        return "none"
    if setting == "participation" and isinstance(assumption.value, float):
        return figures.percent(assumption.value, decimals=0)
    return name(_typed(assumption), 300)


def _typed(assumption: Assumption) -> str:
    chosen = assumption.value
    if isinstance(chosen, Mapping):
        return ",".join(f"{key}={number!r}" for key, number in chosen.items())
    if isinstance(chosen, tuple):
        return ",".join(str(getattr(each, "scenario_id", each)) for each in chosen)
    return str(chosen)


def _must_sell(row: Row) -> str:
    if row["method"] in NOT_ESTIMATED:
        if not row["outflow_shares"]:
            return "no fund read was seen to hold it"
        return f"index money must sell at least {figures.money(row['outflow_usd'])}"
    return f"index money must sell an estimated {figures.money(row['outflow_usd'])}"


def _as_day(match: re.Match[str]) -> str:
    year, month, day_of_month = match.groups()
    return f"{int(day_of_month)} {_MONTHS[int(month) - 1]} {year}"


def _ratio(part: float | None, whole: float) -> float | None:
    return None if part is None or not whole else part / whole
