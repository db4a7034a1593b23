"""The main job: a question about exclusions → outflows by security, provider, index and fund.

Owns the order of the steps. SQL counts; Python adds what is assumed (days to sell); nothing here
formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flowrisk import __version__, absorption, screening, warehouse
from flowrisk.answers import Answer
from flowrisk.errors import QualityError
from flowrisk.question import load

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import Folder
    from flowrisk.domain import Assumption, Rule, Scenario, Security
    from flowrisk.engines import Engine
    from flowrisk.warehouse import Finding, Warehouse

SCHEMA_VERSION = 1
MARTS = (
    "outflows", "provider_outflows", "index_outflows", "fund_outflows", "basis_outflows",
    "scenario_totals", "coverage", "fund_coverage", "unmapped_holders", "estimates", "decisions",
    "candidate_profiles", "memberships", "liquidity", "timeline", "reconciliation",
    "manager_crosscheck",
)  # fmt: skip
_RANGED = ("outflows", "provider_outflows", "fund_outflows", "coverage", "reconciliation")
ADDED_IN_PYTHON = {
    "outflows": (
        "adv_multiple_days",
        "adv_multiple_by_value_days",
        "days_to_sell",
        *absorption.IMPACT_COLUMNS,
    ),
    "fund_outflows": ("report_age_days",),
    "timeline": ("same_day_adv_multiple_days",),
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
    rule = cast("Rule | None", assumptions["rule"].value)
    assessed = screening.assess(store, assumptions["coin_price"].value) if rule else {}
    findings = check(
        store,
        ("question", "screen") if rule else ("question",),
        also=screening.findings(assessed.values()),
        is_strict=is_strict,
    )
    frames = {name: store.frame(f"marts.{name}") for name in marts}
    if rule is not None:
        frames["rule_disagreements"] = screening.rule_disagreements(
            store, rule, assessed, assumptions["list"].value
        )
    frames |= _beside(store, frames, assumptions, scenarios, securities)
    return ScenarioAnswer(
        **header(store, assumptions),
        scenarios=scenarios,
        securities=securities,
        marts=_with_assumed(frames, assumptions),
        findings=findings,
    )


def _beside(
    store: Warehouse,
    frames: Mapping[str, pl.DataFrame],
    assumptions: Mapping[str, Assumption],
    scenarios: Sequence[Scenario],
    securities: Sequence[Security],
) -> dict[str, pl.DataFrame]:
    """Return the frames that no outflow holds; where all exclude, a lean answer has none."""
    is_whole = set(_RANGED) <= set(frames)
    is_treated = any(each.treatments for each in scenarios)
    if not (is_whole or is_treated):
        return {}
    from flowrisk import flows

    found = flows.treated(store, assumptions, scenarios) if is_treated else {}
    if not is_whole:
        return found
    return {
        **found,
        **flows.beside(store, frames, assumptions, scenarios),
        "digital_asset_ratios": flows.digital_asset_ratios(store, assumptions, securities),
    }


def header(store: Warehouse, assumptions: Mapping[str, Assumption]) -> dict[str, Any]:
    """Return what every answer over this dataset says of itself, as fields of ``Answer``."""
    return {
        "flowrisk_version": __version__,
        "as_of_on": assumptions["as_of"].value,
        "dataset_name": store.folder.name,
        "dataset_path": str(store.folder.path),
        "dataset_digest": store.folder.digest(),
        "vintages": tuple(table.vintage for table in store.tables.values()),
        "assumptions": assumptions,
    }


def check(
    store: Warehouse,
    scopes: Sequence[str],
    *,
    also: Sequence[Finding] = (),
    is_strict: bool,
) -> tuple[Finding, ...]:
    """Run the checks of these scopes and return what they found, and what else was found.

    Raises: DataError where the data is unusable; QualityError for a warning under ``is_strict``.
    """
    findings = [*store.run_checks(scopes=scopes), *also]
    warehouse.refuse(findings, store.folder)
    warned = [finding for finding in findings if finding.severity == "warn"]
    if is_strict and warned:
        raise QualityError(
            "The data is not good enough for --strict.",
            facts={finding.code: finding.message for finding in warned},
            remedy=" ".join(finding.remedy for finding in warned),
        )
    return tuple(findings)


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
        "timeline": (
            (pl.col("same_day_outflow_shares") / pl.col("adv_shares")).alias(
                "same_day_adv_multiple_days"
            ),
        ),
        "fund_outflows": (
            (pl.lit(as_of_on) - pl.col("as_of_on")).dt.total_days().alias("report_age_days"),
        ),
    }
    counted = {name: frame.with_columns(*added.get(name, ())) for name, frame in frames.items()}
    return absorption.with_impacts(counted, cast("float", assumptions["participation"].value))
