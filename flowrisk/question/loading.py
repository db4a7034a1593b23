"""The question in the data's words: names matched, treatments settled, loaded into the warehouse.

Owns the matching of providers, securities and lists against what the data has. Answers nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.analytics import tranches
from flowrisk.domain import Finding, Scenario, Security
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.question import balance_sheets, parsing
from flowrisk.question import book as books
from flowrisk.question.matching import assumed, index_moves, listings, naming
from flowrisk.question.question import NOT_USED, Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.analytics.tranches import Tranche
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import KnownSecurity, Rule


_LISTED = """
    select list_id, security_id, listed_on from staging.candidates
    order by list_id, security_id
"""

# a list of more securities is asked about only by name
_BESIDE_COUNT = 200
_NAMED_COUNT = 6


class Loaded(NamedTuple):
    """A question in the data's words: what it left open is settled, its names are matched."""

    question: Question
    as_of_on: dt.date
    scenarios: tuple[Scenario, ...]
    securities: tuple[Security, ...]
    findings: tuple[Finding, ...] = ()


def load(
    store: Warehouse, asked: Question, *, is_whole: bool = False, book: Sequence[books.Line] = ()
) -> Loaded:
    """Match a question against the data and load it into the warehouse.

    Args:
        is_whole: ask about every security of the dataset instead of those chosen.
        book: portfolios of the user's own, whose trades are asked for too.

    Raises: QuestionError for unknown or ambiguous names; DataError where the data says nothing
        at the as-of date, or for a book that contradicts itself.
    """
    as_of_on, as_of_by = _as_of(store, asked)
    scenarios, known = _scenarios(store, asked), naming.known(store)
    (list_id, list_by), securities, unasked = (
        _all_securities(store) if is_whole else _securities(store, asked, as_of_on, known)
    )
    steps = _steps(asked, scenarios, known)
    positions, findings = books.matched(store, book, known, naming.plain, as_of_on)
    unused = ("watch_list",) if list_by == NOT_USED else ()
    settled = replace(
        asked, as_of_on=as_of_on, list_id=list_id, reweight=steps or None,
        watch_list_id=None if unused else asked.watch_list_id,
        set_by=asked.origins(NOT_USED, *unused) | {"as_of": as_of_by, "list": list_by},
    )  # fmt: skip
    store.load_part("assumptions", [_assumptions(asked, as_of_on)])
    balance_sheets.refuse_unknown_coins(store, asked.coin_price_overrides or {})
    securities = _ruled(store, asked, asked.rule, known, securities) if asked.rule else securities
    listings.load_when_read(store, [each.security_id for each in securities], as_of_on)
    store.load_question({
        "scenarios": [(s.scenario_id, i, s.treatment) for i, s in enumerate(scenarios, 1)],
        "providers": [(s.scenario_id, i, provider_id) for i, s in enumerate(scenarios, 1)
                      for provider_id in s.provider_ids],
        "securities": [(s.security_id, i, s.is_in_basket) for i, s in enumerate(securities, 1)],
        "treatments": _treatments(scenarios, securities, tranches.traded_ratios(steps)),
        "steps": tranches.sold_by_day(steps),
        "index_moves": index_moves.rows(scenarios),
        "price_overrides": list(_prices(asked.price_overrides or {}, known).items()),
        "book": positions,
        **assumed.rows(store, asked, lambda name: naming.match(name, known, is_excludable=True)),
    })  # fmt: skip
    return Loaded(settled, as_of_on, scenarios, securities, (*findings, *unasked))


def _assumptions(asked: Question, as_of_on: dt.date) -> tuple[object, ...]:
    """Return the row of ``scenario.assumptions``."""
    return (
        as_of_on, asked.known_on, min(as_of_on, asked.known_on or as_of_on),
        as_of_on - dt.timedelta(days=asked.max_age_days), asked.adv_window_days,
        asked.volatility_window_days, asked.participation_ratio, *asked.auction_share_ratio,
        asked.method, asked.drift_ratio,
        *asked.manager_share_ratios,
    )  # fmt: skip


def _as_of(store: Warehouse, asked: Question) -> tuple[dt.date, str]:
    """Return the as-of date and who set it."""
    newest = store.tables["prices"].vintage.newest_on
    if asked.as_of_on is None:
        if newest is None:
            raise DataError(
                "The dataset has no prices, so it has no as-of date.",
                remedy="Add prices.parquet rows, or give --as-of and --price.",
            )
        return dt.date.fromisoformat(newest[:10]), "newest price"
    starts = [store.tables[name].vintage.oldest_on for name in ("fund_reports", "prices")]
    first = [dt.date.fromisoformat(start[:10]) for start in starts if start is not None]
    if first and asked.as_of_on < min(first):
        raise DataError(
            f"The dataset says nothing on or before {asked.as_of_on}.",
            facts={"oldest fund report": starts[0], "oldest price": starts[1]},
            remedy="Choose a later --as-of, or ingest older files.",
        )
    return asked.as_of_on, asked.set_by["as_of"]


def _scenarios(store: Warehouse, asked: Question) -> tuple[Scenario, ...]:
    store.define(["staging.indices"])
    rows = store.engine.rows("select distinct provider_id from staging.indices order by 1")
    known = [provider_id for (provider_id,) in rows if provider_id is not None]
    if not known:
        raise DataError(
            "The dataset has no indices, so nobody could exclude a company.",
            remedy="Add rows to indices.parquet, or ingest files of index funds.",
        )
    scenarios = tuple(parsing.resolve_provider_set(each, known) for each in asked.providers)
    by_provider, by_index = index_moves.told_apart(store, asked.treatment)
    treated = parsing.treated(scenarios, by_provider, known)
    return index_moves.moved(store, treated, by_provider, by_index) if by_index else treated


def _steps(
    asked: Question, scenarios: Sequence[Scenario], known: Sequence[KnownSecurity]
) -> tuple[Tranche, ...]:
    """Return the changes of factor and shares by security_id; without them nothing is reweighted.

    Raises: QuestionError where a reweight has no changes, or changes no provider that reweights.
    """
    given = asked.reweight or ()
    is_reweighted = any("reweight" in each.treatments.values() for each in scenarios)
    if is_reweighted != bool(given):
        raise QuestionError(
            "A reweight needs both the provider and the change.",
            facts={"--treatment": asked.treatment, "--reweight": join_names(given) or "none"},
            remedy="Give both, such as --treatment msci=reweight "
            "--reweight MSTR.factor=1:0.5@2026-02-27.",
        )
    ids = {each.name: naming.match(each.name, known, is_excludable=True) for each in given}
    return tranches.with_security_ids(given, ids)


def _treatments(
    scenarios: Sequence[Scenario],
    securities: Sequence[Security],
    reweighted: Mapping[str, tranches.TradedRatios],
) -> list[tuple[object, ...]]:
    """Return what part of its position each provider's trackers sell who do not exclude: net (an
    inclusion is all of it with the sign turned), then sold and bought. Null where single indices
    move, whose parts are in ``index_moves``."""
    nothing = tranches.TradedRatios(0.0, 0.0)
    rows: list[tuple[object, ...]] = []
    for s in scenarios:
        moving = {move.provider_id for move in s.moves if not move.is_blocked}
        for provider_id, treatment in s.treatments.items():
            for each in securities:
                ratios: tuple[float | None, ...] = (None, None, None)
                if treatment == "reweight":
                    changed = reweighted.get(each.security_id, nothing)
                    ratios = (changed.net, changed.sold, changed.bought)
                elif provider_id not in moving:
                    ratios = (-1.0, 0.0, 1.0) if treatment == "include" else (0.0, 0.0, 0.0)
                rows.append((s.scenario_id, provider_id, each.security_id, treatment, *ratios))
    return rows


def _securities(
    store: Warehouse, asked: Question, as_of_on: dt.date, known: Sequence[KnownSecurity]
) -> tuple[tuple[str | None, str], tuple[Security, ...], tuple[Finding, ...]]:
    """Return the list used with who chose it, the securities asked about, and which lists are not
    asked about beside them."""
    tickers = {each.security_id: each.ticker for each in known}
    names = asked.securities or ()
    if names:
        asked.refuse_given("watch_list", remedy="--securities asks about no list; leave it out.")
    if names and asked.rule is not None:
        raise QuestionError(
            "--securities and --rule both say who is excluded.",
            facts={"securities": join_names(names), "rule": asked.rule},
            remedy="Give one of them.",
        )
    if names:
        chosen = dict.fromkeys(naming.match(name, known, is_excludable=True) for name in names)
        basket = tuple(Security(s, tickers[s], is_in_basket=True) for s in chosen)
        return (None, NOT_USED), basket, ()
    store.define(["staging.candidates"])
    rows = store.engine.rows(_LISTED)
    list_id, set_by = asked.list_id, asked.set_by["list"]
    if asked.rule is None or list_id is not None:
        list_id, set_by = _list(list_id, set_by, [row[0] for row in rows])
    listed_ids = list(dict.fromkeys(s for i, s, _ in rows if i == list_id and s in tickers))
    beside, unasked = _others(asked, as_of_on, rows, list_id)
    others = sorted(beside & tickers.keys() - set(listed_ids))
    securities = (
        *(Security(s, tickers[s], is_in_basket=True) for s in listed_ids),
        *(Security(s, tickers[s], is_in_basket=False) for s in others),
    )
    return (list_id, set_by), securities, unasked


def _others(
    asked: Question, as_of_on: dt.date, rows: Sequence[Sequence[Any]], list_id: str | None
) -> tuple[set[str], tuple[Finding, ...]]:
    """Return the candidates to show beside the list: those of the watch list, else of every other
    list that was public by the as-of date, and by the known-on date where the question sets one;
    and which of these lists are too long for that.

    Raises: QuestionError for an unknown watch list.
    """
    if asked.watch_list_id is not None:
        watched, _ = _list(asked.watch_list_id, "", [row[0] for row in rows])
        return {s for i, s, _ in rows if i == watched}, ()
    until = min(as_of_on, asked.known_on or as_of_on)
    public = [(i, s) for i, s, listed_on in rows
              if i != list_id and (listed_on is None or listed_on <= until)]  # fmt: skip
    sizes = Counter(i for i, _ in public)
    beside = {s for i, s in public if sizes[i] <= _BESIDE_COUNT}
    return beside, _unasked({i: size for i, size in sizes.items() if size > _BESIDE_COUNT})


def _unasked(sizes: Mapping[str, int]) -> tuple[Finding, ...]:
    shown = tuple(f"{name}: {size:,} securities" for name, size in sorted(sizes.items()))
    found = Finding(
        code="lists_beside_are_short",
        says=f"lists of more than {_BESIDE_COUNT} securities are not shown beside the one asked",
        severity="note",
        remedy="Name the list: --list asks about it, --watch-list shows it beside.",
        count=len(sizes),
        examples=shown[:_NAMED_COUNT],
    )
    return (found,) if sizes else ()


def _all_securities(
    store: Warehouse,
) -> tuple[tuple[None, str], tuple[Security, ...], tuple[Finding, ...]]:
    """Ask about every security, inside the engine: there may be tens of thousands."""
    store.load_part_as(
        "securities",
        "select security_id, row_number() over (order by security_id) as position_id, "
        "true as is_in_basket from staging.securities",
    )
    return (None, NOT_USED), (), ()


def _ruled(
    store: Warehouse,
    asked: Question,
    rule: Rule,
    known: Sequence[KnownSecurity],
    candidates: Sequence[Security],
) -> tuple[Security, ...]:
    """Put the candidates that meet the rule into the basket, all others outside it.

    Raises: QuestionError where nobody meets it: there is then no outflow to ask about.
    """
    assessed = balance_sheets.assess(store, asked.coin_price_overrides)
    ratios = {
        each.security_id: assessed[each.issuer_id].ratio
        for each in known
        if each.issuer_id in assessed
    }
    ruled = [
        replace(each, is_in_basket=rule.is_met(ratios.get(each.security_id)) is True)
        for each in candidates
    ]
    if not any(each.is_in_basket for each in ruled):
        raise _nobody_meets(rule, candidates, ratios)
    return tuple(sorted(ruled, key=lambda each: not each.is_in_basket))


def _nobody_meets(
    rule: Rule, candidates: Sequence[Security], ratios: Mapping[str, float | None]
) -> QuestionError:
    known = [
        (ratio, each.ticker)
        for each in candidates
        if (ratio := ratios.get(each.security_id)) is not None
    ]
    ends = {"lowest": min(known), "highest": max(known)} if known else {}
    return QuestionError(
        f"No candidate meets the rule {rule}: nobody would be excluded.",
        facts={
            "candidates": len(candidates),
            "not assessed": len(candidates) - len(known),
            **{end: f"{ticker} {ratio:.4f}" for end, (ratio, ticker) in ends.items()},
        },
        remedy="Move the line or the coin prices, or see 'flowrisk screen'.",
    )


def _prices(given: Mapping[str, float], known: Sequence[KnownSecurity]) -> dict[str, float]:
    prices: dict[str, float] = {}
    for name, price in given.items():
        security_id = naming.match(name, known, is_excludable=False)
        if security_id in prices:
            raise QuestionError(
                "A price is given twice.",
                facts={"security": security_id, "names": join_names(given)},
                remedy="Give each security one --price.",
            )
        prices[security_id] = price
    return prices


def _list(wanted: str | None, set_by: str, list_ids: Sequence[str]) -> tuple[str, str]:
    """Return the list asked about, or the only one there is, and who chose it."""
    known = list(dict.fromkeys(list_ids))
    if wanted is None and len(known) == 1:
        return known[0], "only list"
    if wanted is not None and wanted in known:
        return wanted, set_by
    facts: dict[str, object] = {"known lists": join_names(known) or "none"}
    if wanted is not None and (close := nearest(wanted, known)):
        facts["nearest"] = close
    raise QuestionError(
        "The question names no securities."
        if wanted is None
        else f"There is no list '{wanted}' in the data.",
        facts=facts,
        remedy="Give --list or --securities, or set list in the dataset's flowrisk.toml.",
    )
