"""What the page says in words that the data chooses: whom it is about, its title, the sentence to
cite, the command to repeat, values fit to print. Counts nothing, draws nothing."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.question.question import BY_RULE, NOT_USED
from flowrisk.question.settings import SETTINGS
from flowrisk.text import formatting
from flowrisk.text import scenario as scenario_text
from flowrisk.text.formatting import (
    _RAW_LENGTH,
    capitalized,
    company,
    counted,
    day,
    name,
)
from flowrisk.text.paragraphs import index_changes, own_estimate, unanswered
from flowrisk.text.paragraphs.confidence import NOT_SOLD

if TYPE_CHECKING:
    from flowrisk.domain import Answer, Assumption, Scenario, ScenarioAnswer
    from flowrisk.question.options import Option
    from flowrisk.text.paragraphs.unanswered import Gap


Row = Mapping[str, Any]

_EXCLUDE = "exclude"
_VERBS = {"exclude": ("delete", "deleted"), "freeze": ("freeze", "froze"),
          "reweight": ("reweight", "reweighted"), "include": ("include", "included"),
          "migrate": ("move", "moved")}  # fmt: skip
_TREATMENTS = {"exclude": "deletion", "freeze": "freeze", "reweight": "reweight",
               "include": "inclusion", "migrate": "index migration"}  # fmt: skip
_NAMED_COUNT = 4
_NAMED_REST_COUNT = 2

_CLAUSE_END = re.compile(r"[:;.](?=\s|$)")

_HOW = {"observed": "observed only", "tracking-ratio": "by tracking ratio",
        "mixed": "partly estimated",
        "tracked-aum": "by tracked assets", "several-estimates": "by several estimates",
        "not-sold": "sold"}  # fmt: skip
_ALREADY_SAID = frozenset(
    {"default", "flowrisk.toml of the dataset", "newest price", "only list", NOT_USED, BY_RULE}
)


class Lead(NamedTuple):
    """Whom the page is about: the security with the largest outflow in the widest scenario, the
    one of most providers (of several, the largest); where nothing is sold, the one held most.

    ``rows`` are its outflows and ``totals`` those of the whole basket, one a scenario in the order
    asked; ``most`` its outflow in the widest; ``basket`` the outflows of all names asked about;
    ``names`` the providers' names.
    """

    scenarios: tuple[Scenario, ...]
    widest: Scenario
    basket: tuple[Row, ...]
    rows: tuple[Row, ...]
    most: Row
    totals: tuple[Row, ...]
    names: Mapping[str, str]

    @property
    def first(self) -> Row:
        """The outflow in the first scenario."""
        return self.rows[0]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The companies of the basket without any figure, those of the widest scenario first."""
        return tuple(unanswered.gaps(self.scenarios, self.widest, self.basket))

    @property
    def name(self) -> str:
        """The company's name."""
        return company(self.first["security_name"])

    def who(self, scenario: Scenario) -> str:
        """Return who acts in a scenario: ``MSCI``, ``CRSP and MSCI``, ``all five providers``."""
        return self._named(scenario.provider_ids)

    def clause(
        self, scenario: Scenario, it: str, *, is_past: bool = False, again: str = "it"
    ) -> str:
        """Return what the providers of a scenario do to ``it``, in one clause.

        ``MSCI deletes Strategy``, ``MSCI freezes it and the other four providers delete it``.

        Args:
            again: what ``it`` is where it is named again.
        """
        acting: dict[str, list[str]] = {}
        for each in scenario.provider_ids:
            acting.setdefault(scenario.treatments.get(each, _EXCLUDE), []).append(each)
        parts: list[str] = []
        for treatment, ids in sorted(acting.items(), key=lambda pair: pair[0] == _EXCLUDE):
            is_rest = bool(parts) and len(ids) > _NAMED_REST_COUNT
            who = f"the other {counted(len(ids))} providers" if is_rest else self._named(ids)
            present, past = _VERBS[treatment]
            verb = past if is_past else present if _is_several(who) else f"{present}s"
            between = "".join(index_changes.moves(scenario, each) for each in ids)
            parts.append(f"{who} {verb} {again if parts else it}{between}")
        return " and ".join(parts)

    def _named(self, provider_ids: Sequence[str]) -> str:
        count = len(provider_ids)
        if count > 1 and count == len(self.names):
            return f"{'both' if count == 2 else f'all {counted(count)}'} providers"  # noqa: PLR2004 - both is two
        shown = [name(self.names.get(each, each), 24) for each in provider_ids]
        if count > _NAMED_COUNT:
            shown[_NAMED_COUNT - 1 :] = [f"{counted(count - _NAMED_COUNT + 1)} more providers"]
        return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))

    def provider(self, row: Row) -> str:
        """Return the name of a row's provider."""
        return name(self.names.get(row["provider_id"], row["provider_id"]), 32)


def subject(answer: ScenarioAnswer) -> Lead:
    """Return whom the page of an answer is about."""
    totals = {row["scenario_id"]: row for row in answer.marts["scenario_totals"].rows(named=True)}
    widest = max(
        answer.scenarios,
        key=lambda each: (len(each.provider_ids),
                          abs(totals[each.scenario_id]["outflow_usd"] or 0.0)),
    )  # fmt: skip
    rows = [row for row in answer.marts["outflows"].rows(named=True) if row["is_in_basket"]]
    held = {row["security_id"]: row["deletion_outflow_shares"] * (row["close_usd"] or 0.0)
            for row in answer.marts["provider_outflows"].rows(named=True)
            if row["deletion_outflow_shares"]}  # fmt: skip
    ranked = max(
        (row for row in rows if row["scenario_id"] == widest.scenario_id),
        key=lambda row: (abs(row["outflow_usd"] or 0.0), abs(row["outflow_shares"] or 0.0),
                         held.get(row["security_id"], 0.0)),
    )  # fmt: skip
    coverage = answer.marts["coverage"].rows(named=True)
    asked = {each for scenario in answer.scenarios for each in scenario.provider_ids}
    return Lead(
        scenarios=tuple(answer.scenarios),
        widest=widest,
        basket=tuple(rows),
        rows=tuple(row for row in rows if row["security_id"] == ranked["security_id"]),
        most=ranked,
        totals=tuple(totals[scenario.scenario_id] for scenario in answer.scenarios),
        names={row["provider_id"]: row["provider_name"] for row in coverage
               if row["funds_count"] or row["provider_id"] in asked},
    )  # fmt: skip


def title(about: Lead, scenarios: Sequence[Scenario]) -> str:
    """Return the finding of the page: the leading security, then all that were asked about."""
    if about.most["method"] == NOT_SOLD:
        return _finding(about, scenarios)
    shown = [0] if about.widest is scenarios[0] else [0, scenarios.index(about.widest)]
    gap = next((each for each in about.gaps if each.scenario is about.widest), None)
    amounts = [scenario_text.outflow(about.totals[place]) for place in shown]
    basket = unanswered.basket(about.totals[0]["securities_count"], amounts, gap)
    return ". ".join(filter(None, (_finding(about, scenarios), basket)))


def _finding(about: Lead, scenarios: Sequence[Scenario]) -> str:
    """Return what is sold of the leading security, in one sentence."""
    first = scenarios[0]
    contrary = [
        f"{own_estimate.sentence(row, about.name, about.who(scenario))}. "
        for scenario, row in zip(scenarios, about.rows, strict=True)
        if own_estimate.disagreement(row)
    ]
    sale = f"{''.join(contrary)}If {about.clause(first, about.name)}, {_must_sell(about.first)}"
    if about.widest is first or not about.most["outflow_shares"]:
        return sale
    widest = about.who(about.widest)
    if about.widest.treatment == first.treatment:
        clause = likewise(widest)
    else:
        clause = about.clause(about.widest, "it")
    is_other_side = scenario_text.is_bought(about.first) != scenario_text.is_bought(about.most)
    more = _must_sell(about.most) if is_other_side else _amount(about.most)
    return f"{sale}; if {clause}, {more}"


def likewise(who: str) -> str:
    """Return that somebody does the same: ``all five providers do``, ``MSCI does``."""
    return f"{who} {'do' if _is_several(who) else 'does'}"


def beside(answer: Answer, row: Row) -> str:
    """Return an outflow beside the own estimate: ``$2.80bn calibrated to JPMorgan · own estimate
    $2.60bn (1.57–3.89)``; the own estimate alone where the outflow is that."""
    own = f"own estimate {own_estimate.shown(row)}"
    if row["method"] == "model" or not scenario_text.is_known(row):
        return own
    return f"{scenario_text.outflow(row)} {how(answer, row)} · {own}"


def how(answer: Answer, row: Row) -> str:
    """Return in words how an outflow that is not the own estimate was found."""
    if scenario_text.is_yours(answer, row):
        return "with a tracking ratio of yours"
    if row["bound"] != "calibrated":
        return _HOW.get(row["method"], formatting.words(row["method"]))
    frame = answer.marts.get("reconciliation")
    inputs = [] if frame is None else frame.filter(
        is_calibration_input=True, is_after_as_of=False, security_id=row["security_id"]
    )["estimator"].drop_nulls().unique(maintain_order=True).to_list()  # fmt: skip
    to = " and ".join(name(each, 32) for each in inputs[:_NAMED_REST_COUNT])
    return f"calibrated to {to or 'a published estimate'}"


def valued_at(answer: ScenarioAnswer) -> str:
    """Return at which prices the dollars of the page are counted."""
    given = "prices given, else " if answer.assumptions["price"].value else ""
    return f"at the {given}as-of close"


def priced(answer: ScenarioAnswer, row: Row) -> str:
    """Return of which day an outflow's price is, or that the question gave it."""
    own = {str(row[key]).casefold() for key in ("ticker", "security_id")}
    given: Any = answer.assumptions["price"].value or {}
    is_given = any(str(each).casefold() in own for each in given)
    return "price given" if is_given else day(row["priced_on"])


def condition(scenarios: Sequence[Scenario]) -> str:
    """Return in a few words what kind of statement the page makes."""
    treatments = {
        each.treatments.get(provider, _EXCLUDE)
        for each in scenarios
        for provider in each.provider_ids
    }
    named = (_TREATMENTS[each] for each in sorted(treatments))
    return f"Scenario, not a forecast: {' and '.join(named)}."


def set_to(row: Row) -> str:
    """Return the first clause of a tracking ratio's source: what it was set to."""
    source = name(row["source"], _RAW_LENGTH)
    return name(_CLAUSE_END.split(source, maxsplit=1)[0], 120)


def citation(answer: ScenarioAnswer, about: Lead, set_by: str) -> str:
    """Return one sentence to quote: what, whose, bound, as-of day, version and digest.

    Args:
        set_by: how the estimate of the largest outflow was set, in words; empty if it was not.
    """
    is_bought = scenario_text.is_bought(about.first)
    parts = [
        f"{_side(row, is_bought=is_bought)}{_estimated(row)} if "
        f"{about.clause(scenario, 'it', is_past=True)}"
        for scenario, row in zip(answer.scenarios, about.rows, strict=True)
    ]
    most = about.most
    # of a net with purchases the observed part is none
    is_held = most["observed_outflow_usd"] and not most.get("gross_bought_usd")
    observed_usd = formatting.money(most["observed_outflow_usd"])
    observed = f"; {observed_usd} of the largest is observed in fund reports"
    estimated = f", the rest is {set_by}" if set_by and most["estimated_outflow_shares"] else ""
    at = priced(answer, most)
    return (
        f"{about.name} ({name(most['ticker'], 16)}): passive funds would "
        f"{'buy' if is_bought else 'sell'} {'; '.join(parts)}"
        f"{observed if is_held else ''}{estimated}. "
        f"{_price_of(at)}. {produced_by(answer)}. An estimate, not advice."
    )


def produced_by(answer: Answer) -> str:
    """Return in words what data of which day and version was used, and which version counted."""
    return (
        f"Data: {name(answer.dataset_name)} as of {day(answer.as_of_on)}, version "
        f"{answer.dataset_digest[:12]}; flowrisk {answer.flowrisk_version}"
    )


def command(
    answer: Answer, verb: str = "scenario", also: Mapping[str, Option] | None = None
) -> str:
    """Return the command that makes this page again, with what departs from the defaults.

    Args:
        verb: the command's name.
        also: its settings beside those that every question has.
    """
    words = ["flowrisk", verb]
    for setting in {**SETTINGS, **(also or {})}.values():
        assumption = answer.assumptions[setting.name]
        is_said = assumption.set_by in _ALREADY_SAID
        if not is_said or (setting.name == "providers" and assumption.value):
            words += [setting.flag, _typed(assumption)]
    if answer.dataset_name != "sample dataset":
        words += ["--data", Path(answer.dataset_path).name]
    return shlex.join(words)


def value(assumption: Assumption, setting: str) -> str:
    """Return an assumption's value as a person reads it."""
    if assumption.value in (None, ()):
        return "not set"
    if isinstance(assumption.value, dt.date):
        return day(assumption.value)
    if setting == "participation" and isinstance(assumption.value, float):
        return formatting.percent(assumption.value, decimals=0)
    if isinstance(assumption.value, float):
        return f"{assumption.value:.4g}"
    return name(_typed(assumption), 300)


def _typed(assumption: Assumption) -> str:
    chosen = assumption.value
    if isinstance(chosen, Mapping):
        return ",".join(
            f"{key}={':'.join(map(str, each)) if isinstance(each, tuple) else each}"
            for key, each in chosen.items()
        )
    if isinstance(chosen, tuple) and all(isinstance(each, float) for each in chosen):
        return ":".join(f"{each:g}" for each in chosen)
    if isinstance(chosen, tuple):
        return ",".join(str(getattr(each, "scenario_id", each)) for each in chosen)
    return str(chosen)


def _must_sell(row: Row) -> str:
    if not scenario_text.is_known(row):
        return "passive selling is unknown"
    if row["method"] == NOT_SOLD:
        return "passive funds sell none of it"
    verb = "buy" if scenario_text.is_bought(row) else "sell"
    gross = index_changes.gross(row)
    return f"passive funds must {verb} {_estimated(row)}{f' net ({gross})' if gross else ''}"


def _estimated(row: Row) -> str:
    """Return an outflow where no other stands before it in the sentence."""
    is_figure = row["method"] != NOT_SOLD and not scenario_text.is_at_least(row)
    return f"an estimated {_amount(row)}" if is_figure else _amount(row)


def _amount(row: Row) -> str:
    """Return how much is sold in a scenario, in words where that is no single figure."""
    if not scenario_text.is_known(row):
        return "an unknown amount"
    if row["method"] == NOT_SOLD:
        return "nothing"
    bound = "at least " if scenario_text.is_at_least(row) else ""
    return f"{bound}{_size(row)}"


def _side(row: Row, *, is_bought: bool) -> str:
    """Return the verb of an amount on the other side than the sentence's; empty on its own."""
    own = scenario_text.is_bought(row)
    return "" if own == is_bought or not row["outflow_shares"] else "buy " if own else "sell "


def _size(row: Row) -> str:
    """Return the size of an outflow or inflow without its side."""
    if row["outflow_usd"] is None:
        return f"{formatting.shares(abs(row['outflow_shares']))} shares"
    return formatting.money(abs(row["outflow_usd"]))


def _price_of(at: str) -> str:
    if at == formatting.UNKNOWN:
        return "No price is known"
    return capitalized(at) if at.startswith("price") else f"Price of {at}"


def _is_several(who: str) -> bool:
    return " and " in who or who.endswith(" providers")
