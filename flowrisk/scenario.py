"""The main job: a question about exclusions → outflows by security, provider, index and fund.

Owns the matching of names against the data and the order of the steps. SQL counts; Python adds
what is assumed (days to sell); nothing here formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flowrisk import __version__, domain, warehouse
from flowrisk.answers import Answer
from flowrisk.domain import Assumption, ProviderSet, Scenario, Security
from flowrisk.errors import DataError, QualityError, QuestionError, listed, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import Folder, TableVintage
    from flowrisk.engines import Engine
    from flowrisk.warehouse import Finding, Warehouse

SCHEMA_VERSION = 1
MARTS = (
    "outflows", "provider_outflows", "index_outflows", "fund_outflows", "basis_outflows",
    "scenario_totals", "coverage", "fund_coverage", "estimates", "decisions",
    "candidate_profiles",
)  # fmt: skip
ADDED_IN_PYTHON = {
    "outflows": ("adv_multiple_days", "adv_multiple_by_value_days", "days_to_sell"),
    "fund_outflows": ("report_age_days",),
}


@dataclass(frozen=True, slots=True)
class ScenarioAnswer(Answer):
    """Everything one run of the main job says; frames by mart name in ``marts``."""


def answer(
    folder: Folder,
    engine: Engine,
    chosen: Mapping[str, Assumption],
    *,
    marts: Sequence[str] = MARTS,
    is_strict: bool = False,
) -> ScenarioAnswer:
    """Answer one question over one dataset.

    Args:
        chosen: every setting of ``settings.SETTINGS``, parsed, with its origin.
        marts: the marts to read; fewer are faster.
        is_strict: refuse on quality warnings.

    Raises: QuestionError for unknown names; DataError for data that is broken, contradicts itself
        or says nothing at the as-of date; QualityError under ``is_strict``.
    """
    store = warehouse.Warehouse(folder, engine)
    assumptions, scenarios, securities = load(store, chosen)
    findings = store.run_checks()
    warehouse.refuse(findings, folder)
    warned = [finding for finding in findings if finding.severity == "warn"]
    if is_strict and warned:
        raise QualityError(
            "The data is not good enough for --strict.",
            facts={finding.code: finding.message for finding in warned},
            remedy=" ".join(finding.remedy for finding in warned),
        )
    frames = {name: store.frame(f"marts.{name}") for name in marts}
    return ScenarioAnswer(
        flowrisk_version=__version__,
        as_of_on=cast("dt.date", assumptions["as_of"].value),
        dataset_name=folder.name,
        dataset_path=str(folder.path),
        dataset_digest=folder.digest(),
        vintages=tuple(table.vintage for table in store.tables.values()),
        assumptions=assumptions,
        scenarios=scenarios,
        securities=securities,
        marts=_with_assumed(frames, assumptions),
        findings=tuple(findings),
    )


def load(
    store: Warehouse, chosen: Mapping[str, Assumption]
) -> tuple[dict[str, Assumption], tuple[Scenario, ...], tuple[Security, ...]]:
    """Match a question against the data and load it into the warehouse.

    Raises: QuestionError for unknown or ambiguous names; DataError where the data says nothing
        at the as-of date.
    """
    as_of = _as_of(store, chosen["as_of"])
    scenarios = _scenarios(store, cast("tuple[ProviderSet, ...]", chosen["providers"].value))
    known = _known_securities(store)
    chosen_list, securities = _securities(store, chosen, known)
    prices = _prices(cast("Mapping[str, float]", chosen["price"].value or {}), known)
    assumptions = {**chosen, "as_of": as_of, "list": chosen_list}
    as_of_on = cast("dt.date", as_of.value)
    oldest_on = as_of_on - dt.timedelta(days=cast("int", chosen["max_age"].value))
    store.load_question({
        "scenarios": [(s.scenario_id, i, s.treatment) for i, s in enumerate(scenarios, 1)],
        "providers": [(s.scenario_id, i, provider_id) for i, s in enumerate(scenarios, 1)
                      for provider_id in s.provider_ids],
        "securities": [(s.security_id, i, s.is_in_basket) for i, s in enumerate(securities, 1)],
        "assumptions": [(as_of_on, chosen["known_on"].value, oldest_on,
                         chosen["adv_window"].value, chosen["method"].value)],
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


def _scenarios(store: Warehouse, wanted: Sequence[ProviderSet]) -> tuple[Scenario, ...]:
    store.define(["staging.indices"])
    rows = store.engine.rows("select distinct provider_id from staging.indices order by 1")
    known = [provider_id for (provider_id,) in rows if provider_id is not None]
    if not known:
        raise DataError(
            "No index in the data belongs to a provider.",
            remedy="Add the providers' indices to indices.parquet.",
        )
    return tuple(domain.resolve_provider_set(each, known) for each in wanted)


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
    if names:
        asked = dict.fromkeys(_match(name, known, is_excludable=True) for name in names)
        basket = tuple(Security(s, tickers[s], is_in_basket=True) for s in asked)
        return Assumption(None, chosen["list"].unit, "not used"), basket
    store.define(["staging.candidates"])
    rows = store.engine.rows(
        "select list_id, security_id from staging.candidates order by list_id, security_id"
    )
    wanted = _list_id(chosen["list"], [list_id for list_id, _ in rows])
    listed_ids = [s for list_id, s in rows if list_id == wanted.value and s in tickers]
    others = sorted({s for _, s in rows if s in tickers} - set(listed_ids))
    return wanted, (
        *(Security(s, tickers[s], is_in_basket=True) for s in listed_ids),
        *(Security(s, tickers[s], is_in_basket=False) for s in others),
    )


def _prices(given: Mapping[str, float], known: list[tuple[str, str, str, str]]) -> dict[str, float]:
    prices: dict[str, float] = {}
    for name, price in given.items():
        security_id = _match(name, known, is_excludable=False)
        if security_id in prices:
            raise QuestionError(
                "A price is given twice.",
                facts={"security": security_id, "names": listed(given)},
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
    facts: dict[str, object] = {"known lists": listed(known) or "none"}
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
            facts={"securities": listed(row[0] for row in found)},
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
                "common shares of the issuer": listed(
                    row[1] for row in known if row[3] == issuer_id and row[2] != "preferred"
                )
            },
            remedy="Ask about the common share.",
        )
    return security_id


def _normal(ticker: str | None) -> str:
    return "".join(c for c in (ticker or "").upper() if c not in ".-/ ")


def _with_assumed(
    frames: Mapping[str, pl.DataFrame], assumptions: Mapping[str, Assumption]
) -> dict[str, pl.DataFrame]:
    """Append what is assumed rather than counted: days of volume, days to sell, report age."""
    import polars as pl

    from flowrisk import impact

    as_of_on = cast("dt.date", assumptions["as_of"].value)
    added = {
        "outflows": (
            impact.adv_multiple_days("shares"),
            impact.adv_multiple_days("usd"),
            impact.days_to_sell(cast("float", assumptions["participation"].value)),
        ),
        "fund_outflows": (
            (pl.lit(as_of_on) - pl.col("as_of_on")).dt.total_days().alias("report_age_days"),
        ),
    }
    return {name: frame.with_columns(*added.get(name, ())) for name, frame in frames.items()}
