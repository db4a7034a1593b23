"""The question in the data's words: names matched, treatments settled, loaded into the warehouse.

Owns the matching of providers, securities and lists against what the data has. Answers nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from flowrisk.analytics import tranches
from flowrisk.domain import Assumption, Scenario, Security
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.question import balance_sheets, parsing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.analytics.tranches import Tranche
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import ProviderSet, Rule, Treatment

# Half the 90 % range of what the assets of a fund, or the level of an index, may have moved in a
# month: 1.645 x 4 %, the usual standard deviation of a month of the US market. It grows with the
# root of the months. Judged, and said to be.
DRIFT_RATIO = 0.066
# What part of mainly passive managers' shares trackers hold: low, central, high. Set where both
# sides are known (Strategy 1.03 to 1.11, partly with JPMorgan's figure; MARA 0.73): never
# independent of them.
MANAGER_RATIOS = (0.7, 0.9, 1.2)


def load(
    store: Warehouse, chosen: Mapping[str, Assumption], *, is_whole: bool = False
) -> tuple[dict[str, Assumption], tuple[Scenario, ...], tuple[Security, ...]]:
    """Match a question against the data and load it into the warehouse.

    Args:
        is_whole: ask about every security of the dataset instead of those chosen.

    Raises: QuestionError for unknown or ambiguous names; DataError where the data says nothing
        at the as-of date.
    """
    as_of = _as_of(store, chosen["as_of"])
    scenarios = _scenarios(store, chosen)
    known = _known_securities(store)
    chosen_list, securities = (
        _all_securities(store, chosen) if is_whole else _securities(store, chosen, known)
    )
    prices = _prices(cast("Mapping[str, float]", chosen["price"].value or {}), known)
    steps = _steps(chosen, scenarios, known)
    reweight = Assumption(steps or None, chosen["reweight"].unit, chosen["reweight"].set_by)
    assumptions = {**chosen, "as_of": as_of, "list": chosen_list, "reweight": reweight}
    as_of_on = cast("dt.date", as_of.value)
    oldest_on = as_of_on - dt.timedelta(days=cast("int", chosen["max_age"].value))
    store.load_part("assumptions", [
        (as_of_on, chosen["known_on"].value, oldest_on, chosen["adv_window"].value,
         chosen["volatility_window"].value, chosen["method"].value, DRIFT_RATIO, *MANAGER_RATIOS)
    ])  # fmt: skip
    if chosen["rule"].value is not None:
        securities = _ruled(store, chosen, known, securities)
    store.load_question({
        "scenarios": [(s.scenario_id, i, s.treatment) for i, s in enumerate(scenarios, 1)],
        "providers": [(s.scenario_id, i, provider_id) for i, s in enumerate(scenarios, 1)
                      for provider_id in s.provider_ids],
        "securities": [(s.security_id, i, s.is_in_basket) for i, s in enumerate(securities, 1)],
        "treatments": _treatments(scenarios, securities, tranches.sold_ratios(steps)),
        "price_overrides": list(prices.items()),
    })  # fmt: skip
    return assumptions, scenarios, securities


def _as_of(store: Warehouse, wanted: Assumption) -> Assumption:
    bounds = {name: table.vintage for name, table in store.tables.items()}
    newest = bounds["prices"].newest_on
    if wanted.value is None:
        if newest is None:
            raise DataError(
                "The dataset has no prices, so it has no as-of date.",
                remedy="Add prices.parquet rows, or give --as-of and --price.",
            )
        return Assumption(dt.date.fromisoformat(newest[:10]), "date", "newest price")
    as_of_on = cast("dt.date", wanted.value)
    starts = [bounds[name].oldest_on for name in ("fund_reports", "prices")]
    first = [dt.date.fromisoformat(start[:10]) for start in starts if start is not None]
    if first and as_of_on < min(first):
        raise DataError(
            f"The dataset says nothing on or before {as_of_on}.",
            facts={"oldest fund report": starts[0], "oldest price": starts[1]},
            remedy="Choose a later --as-of, or ingest older files.",
        )
    return wanted


def _scenarios(store: Warehouse, chosen: Mapping[str, Assumption]) -> tuple[Scenario, ...]:
    store.define(["staging.indices"])
    rows = store.engine.rows("select distinct provider_id from staging.indices order by 1")
    known = [provider_id for (provider_id,) in rows if provider_id is not None]
    if not known:
        raise DataError(
            "The dataset has no indices, so nobody could exclude a company.",
            remedy="Add rows to indices.parquet, or ingest files of index funds.",
        )
    wanted = cast("tuple[ProviderSet, ...]", chosen["providers"].value)
    scenarios = tuple(parsing.resolve_provider_set(each, known) for each in wanted)
    treatments = cast("Mapping[str, Treatment]", chosen["treatment"].value)
    return parsing.treated(scenarios, treatments, known)


def _steps(
    chosen: Mapping[str, Assumption],
    scenarios: Sequence[Scenario],
    known: list[tuple[str, str, str, str]],
) -> tuple[Tranche, ...]:
    """Return the changes of factor and shares by security_id; without them nothing is reweighted.

    Raises: QuestionError where a reweight has no changes, or changes no provider that reweights.
    """
    given = cast("tuple[Tranche, ...]", chosen["reweight"].value or ())
    is_reweighted = any("reweight" in each.treatments.values() for each in scenarios)
    if is_reweighted != bool(given):
        raise QuestionError(
            "A reweight needs both the provider and the change.",
            facts={
                "--treatment": chosen["treatment"].value,
                "--reweight": join_names(given) or "none",
            },
            remedy="Give both, such as --treatment msci=reweight "
            "--reweight MSTR.factor=1:0.5@2026-02-27.",
        )
    ids = {each.name: _match(each.name, known, is_excludable=True) for each in given}
    return tranches.with_security_ids(given, ids)


def _treatments(
    scenarios: Sequence[Scenario], securities: Sequence[Security], sold: Mapping[str, float]
) -> list[tuple[str, str, str, str, float]]:
    """Return what part of its position each provider's trackers sell who do not exclude."""
    return [
        (s.scenario_id, provider_id, each.security_id, treatment,
         sold.get(each.security_id, 0.0) if treatment == "reweight" else 0.0)
        for s in scenarios
        for provider_id, treatment in s.treatments.items()
        for each in securities
    ]  # fmt: skip


def _known_securities(store: Warehouse) -> list[tuple[str, str, str, str]]:
    store.define(["staging.securities"])
    return store.engine.rows(
        "select security_id, ticker, share_class, issuer_id from staging.securities order by 1"
    )


def _securities(
    store: Warehouse, chosen: Mapping[str, Assumption], known: list[tuple[str, str, str, str]]
) -> tuple[Assumption, tuple[Security, ...]]:
    tickers = {security_id: ticker for security_id, ticker, _, _ in known}
    names = cast("tuple[str, ...]", chosen["securities"].value or ())
    rule = chosen["rule"].value
    if names and rule is not None:
        raise QuestionError(
            "--securities and --rule both say who is excluded.",
            facts={"securities": join_names(names), "rule": rule},
            remedy="Give one of them.",
        )
    if names:
        asked = dict.fromkeys(_match(name, known, is_excludable=True) for name in names)
        basket = tuple(Security(s, tickers[s], is_in_basket=True) for s in asked)
        return Assumption(None, chosen["list"].unit, "not used"), basket
    store.define(["staging.candidates"])
    rows = store.engine.rows(
        "select list_id, security_id from staging.candidates order by list_id, security_id"
    )
    is_needed = rule is None or chosen["list"].value is not None
    wanted = _list_id(chosen["list"], [row[0] for row in rows]) if is_needed else chosen["list"]
    listed_ids = list(dict.fromkeys(s for i, s in rows if i == wanted.value and s in tickers))
    others = sorted({s for _, s in rows if s in tickers} - set(listed_ids))
    return wanted, (
        *(Security(s, tickers[s], is_in_basket=True) for s in listed_ids),
        *(Security(s, tickers[s], is_in_basket=False) for s in others),
    )


def _all_securities(
    store: Warehouse, chosen: Mapping[str, Assumption]
) -> tuple[Assumption, tuple[Security, ...]]:
    """Ask about every security, inside the engine: there may be tens of thousands."""
    store.load_part_as(
        "securities",
        "select security_id, row_number() over (order by security_id) as position_id, "
        "true as is_in_basket from staging.securities",
    )
    return Assumption(None, chosen["list"].unit, "not used"), ()


def _ruled(
    store: Warehouse,
    chosen: Mapping[str, Assumption],
    known: list[tuple[str, str, str, str]],
    candidates: Sequence[Security],
) -> tuple[Security, ...]:
    """Put the candidates that meet the rule into the basket, all others outside it.

    Raises: QuestionError where nobody meets it: there is then no outflow to ask about.
    """
    rule = cast("Rule", chosen["rule"].value)
    assessed = balance_sheets.assess(store, chosen["coin_price"].value)
    ratios = {
        security_id: assessed[issuer_id].ratio
        for security_id, _, _, issuer_id in known
        if issuer_id in assessed
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


def _prices(given: Mapping[str, float], known: list[tuple[str, str, str, str]]) -> dict[str, float]:
    prices: dict[str, float] = {}
    for name, price in given.items():
        security_id = _match(name, known, is_excludable=False)
        if security_id in prices:
            raise QuestionError(
                "A price is given twice.",
                facts={"security": security_id, "names": join_names(given)},
                remedy="Give each security one --price.",
            )
        prices[security_id] = price
    return prices


def _list_id(wanted: Assumption, list_ids: Sequence[str]) -> Assumption:
    known = list(dict.fromkeys(list_ids))
    if wanted.value is None and len(known) == 1:
        return Assumption(known[0], wanted.unit, "only list")
    if wanted.value in known:
        return wanted
    facts: dict[str, object] = {"known lists": join_names(known) or "none"}
    if wanted.value is not None and (close := nearest(str(wanted.value), known)):
        facts["nearest"] = close
    raise QuestionError(
        "The question names no securities."
        if wanted.value is None
        else f"There is no list '{wanted.value}' in the data.",
        facts=facts,
        remedy="Give --list or --securities, or set list in the dataset's flowrisk.toml.",
    )


def _match(name: str, known: list[tuple[str, str, str, str]], *, is_excludable: bool) -> str:
    """Return the security_id of a ticker or ISIN; ``. - /`` in tickers count as the same."""
    wanted = _normal(name)
    found = [row for row in known if name.upper() == row[0].upper() or wanted == _normal(row[1])]
    if len(found) > 1:
        raise QuestionError(
            f"'{name}' names more than one security.",
            facts={"securities": join_names(row[0] for row in found)},
            remedy="Give the ISIN instead of the ticker.",
        )
    if not found:
        facts: dict[str, object] = {"securities in the data": len(known)}
        if close := nearest(name, [row[1] for row in known]):
            facts["nearest"] = close
        raise QuestionError(
            f"No security in the data has the ticker or ISIN '{name}'.",
            facts=facts,
            remedy="Check the spelling, or add it to the data.",
        )
    security_id, ticker, share_class, issuer_id = found[0]
    if is_excludable and share_class == "preferred":
        raise QuestionError(
            f"'{ticker}' is a preferred share; an index deletion hits the listed common share.",
            facts={
                "common shares of the issuer": join_names(
                    row[1] for row in known if row[3] == issuer_id and row[2] != "preferred"
                )
            },
            remedy="Ask about the common share.",
        )
    return security_id


def _normal(ticker: str | None) -> str:
    return "".join(c for c in (ticker or "").upper() if c not in ".-/ ")
