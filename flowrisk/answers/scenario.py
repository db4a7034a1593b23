"""The main job: a question about exclusions → outflows by security, provider, index and fund.

Owns the order of the steps, and what the market has to absorb: each outflow beside the liquidity
of its security (the impact models stand side by side and are never added). SQL counts; Python adds
what is assumed; nothing here formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowrisk import __version__
from flowrisk.dataset import warehouse
from flowrisk.domain import ScenarioAnswer
from flowrisk.errors import QualityError
from flowrisk.question import balance_sheets
from flowrisk.question.loading import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import Finding
    from flowrisk.engines.engine import Engine
    from flowrisk.question.balance_sheets import Assessment
    from flowrisk.question.book import Line
    from flowrisk.question.loading import Loaded
    from flowrisk.question.question import Question


MARTS = (
    "outflows", "provider_outflows", "index_outflows", "fund_outflows", "basis_outflows",
    "scenario_totals", "coverage", "fund_coverage", "unmapped_holders", "possible_doubles",
    "estimates", "decisions",
    "candidate_profiles", "memberships", "liquidity", "timeline", "reconciliation",
    "manager_crosscheck", "estimate_components", "index_counts",
)  # fmt: skip
BOOK_MARTS = ("book", "book_totals")
_INPUTS = ("security_id", "float_shares", "daily_volatility_ratio")
_MODEL = "square_root"
IMPACT_COLUMNS = tuple(f"{_MODEL}_impact_{end}_bps" for end in ("low", "central", "high"))
_RANGED = ("outflows", "provider_outflows", "fund_outflows", "coverage", "reconciliation")
ADDED_IN_PYTHON = {
    "outflows": IMPACT_COLUMNS,
    "fund_outflows": ("report_age_days",),
}


def answer(
    folder: Folder,
    engine: Engine,
    asked: Question,
    *,
    marts: Sequence[str] = MARTS,
    is_framed: bool = True,
    is_strict: bool = False,
    is_warning: bool = True,
    book: Sequence[Line] = (),
) -> ScenarioAnswer:
    """Answer one question over one dataset.

    Args:
        marts: the marts to read; fewer are faster.
        is_framed: read them as frames; as rows else, where the marts alone answer the question.
        is_strict: refuse on quality warnings.
        is_warning: whether anybody is told of warnings and notes; else only what is refused is
            looked for, and warnings under ``is_strict``.
        book: portfolios whose trades are told too.

    Raises: QuestionError for unknown names; DataError for data that is broken, contradicts itself
        or says nothing at the as-of date; QualityError under ``is_strict``.
    """
    needed = (*marts, "liquidity") if asked.beside_flow else marts
    names = [f"marts.{name}" for name in dict.fromkeys(needed)]
    told = None if is_framed else [*names, *warehouse.checks_of_questions()]
    store = warehouse.Warehouse(folder, engine, models=told)
    loaded, rule = load(store, asked, book=book), asked.rule
    assessed = balance_sheets.assess(store, asked.coin_price_overrides) if rule else {}
    is_framed = is_framed or not _is_plain(loaded, book)
    checked, read = store.checked(
        scopes=("question", "screen") if rule else ("question",),
        ahead=names if is_framed else (),
        read=() if is_framed else names,
        severities=warehouse.SEVERITIES if is_warning or is_strict else ("refuse",),
    )
    found_beside = (*balance_sheets.findings(assessed.values()), *loaded.findings)
    findings = judged([*checked, *found_beside], folder, is_strict=is_strict)
    if not is_framed:
        rows = {name.removeprefix("marts."): each for name, each in read.items()}
        return ScenarioAnswer(**header(store, loaded), marts={}, findings=findings, read=rows)
    found = store.frames(names)
    frames = {name.removeprefix("marts."): frame for name, frame in found.items()}
    frames |= _ruled(store, assessed, loaded)
    frames |= _beside(store, frames, loaded)
    frames |= {name: store.frame(f"marts.{name}") for name in BOOK_MARTS if book}
    return ScenarioAnswer(
        **header(store, loaded),
        marts=_with_traded(with_assumed(frames, loaded), loaded),
        findings=findings,
    )


def _ruled(
    store: Warehouse, assessed: Mapping[str, Assessment], loaded: Loaded
) -> dict[str, pl.DataFrame]:
    """Return where a rule and the list disagree; nothing where no rule was asked about."""
    rule, list_id = loaded.question.rule, loaded.question.list_id
    if rule is None:
        return {}
    found = balance_sheets.rule_disagreements(store, rule, assessed, list_id)
    return {"rule_disagreements": found}


def _is_plain(loaded: Loaded, book: Sequence[Line]) -> bool:
    """Whether a question is answered by its marts alone."""
    asked = loaded.question
    return not (_is_treated(loaded) or asked.rule or asked.beside_flow or book)


def _is_treated(loaded: Loaded) -> bool:
    """Whether a provider does something else than exclude, or of single indices only."""
    return any(each.treatments for each in loaded.scenarios)


def _beside(
    store: Warehouse, frames: Mapping[str, pl.DataFrame], loaded: Loaded
) -> dict[str, pl.DataFrame]:
    """Return the frames that no outflow holds; where all exclude, a lean answer has none."""
    is_whole = set(_RANGED) <= set(frames)
    is_treated = _is_treated(loaded)
    if not (is_whole or is_treated):
        return {}
    from flowrisk.answers import side_frames

    found = side_frames.treated(store, loaded) if is_treated else {}
    if not is_whole:
        return found
    return {
        **found,
        **side_frames.beside(store, frames, loaded),
        "digital_asset_ratios": side_frames.digital_asset_ratios(store, loaded),
    }


def _with_traded(frames: dict[str, pl.DataFrame], loaded: Loaded) -> dict[str, pl.DataFrame]:
    """Append how the outflow trades where timeline and liquidity were read; what is given beside it
    to any answer."""
    is_timed = {"outflows", "timeline", "liquidity"} <= set(frames)
    if not is_timed and not (loaded.question.beside_flow and "outflows" in frames):
        return frames
    from flowrisk.answers import side_frames

    return {**frames, **side_frames.traded(frames, loaded)}


def header(store: Warehouse, loaded: Loaded) -> dict[str, Any]:
    """Return what every answer over this dataset says of itself, as fields of ``Answer``."""
    return {
        "flowrisk_version": __version__,
        "as_of_on": loaded.as_of_on,
        "dataset_name": store.folder.name,
        "dataset_path": str(store.folder.path),
        "dataset_digest": store.folder.digest(),
        "vintages": store.vintages(),
        "assumptions": loaded.question.assumptions(),
        "scenarios": loaded.scenarios,
        "securities": loaded.securities,
    }


def judged(findings: Sequence[Finding], folder: Folder, *, is_strict: bool) -> tuple[Finding, ...]:
    """Return what the checks found, where a question may be answered with it.

    Raises: DataError where the data is unusable; QualityError for a warning under ``is_strict``.
    """
    warehouse.refuse(findings, folder)
    warned = [finding for finding in findings if finding.severity == "warn"]
    if is_strict and warned:
        raise QualityError(
            "The data is not good enough for --strict.",
            facts={finding.code: finding.message for finding in warned},
            remedy=" ".join(finding.remedy for finding in warned),
        )
    return tuple(findings)


def with_assumed(frames: Mapping[str, pl.DataFrame], loaded: Loaded) -> dict[str, pl.DataFrame]:
    """Append what is judged rather than counted: report age, and what sales do to prices."""
    import polars as pl

    told = dict(frames)
    if "fund_outflows" in told:
        age = (pl.lit(loaded.as_of_on) - pl.col("as_of_on")).dt.total_days()
        told["fund_outflows"] = told["fund_outflows"].with_columns(age.alias("report_age_days"))
    return with_impacts(told, loaded.question.participation_ratio)


def with_impacts(
    frames: Mapping[str, pl.DataFrame], participation_ratio: float
) -> dict[str, pl.DataFrame]:
    """Return the frames with what selling the outflows may do to prices.

    ``outflows`` gains the square-root law's low, central and high fall in basis points;
    ``impacts`` holds every model (grain scenario_id, security_id, model), ``participation_ladder``
    the days to sell at 10, 20 and 30 % of the volume. Unknown inputs give null and a reason.
    Unchanged where ``outflows`` or ``liquidity`` was not read.

    Args:
        participation_ratio: share of a day's volume that sellers take, above 0, up to 1.

    Raises: QuestionError as ``impact.days_to_sell``.
    """
    if "outflows" not in frames or "liquidity" not in frames:
        return dict(frames)
    import polars as pl

    from flowrisk.analytics import impact

    outflows = frames["outflows"]
    measured = outflows.join(
        frames["liquidity"].select(_INPUTS), on="security_id", how="left", maintain_order="left"
    )
    models = impact.impact_models(measured, participation_ratio=participation_ratio)
    names = dict(zip(("low_bps", "central_bps", "high_bps"), IMPACT_COLUMNS, strict=True))
    square_root = models.filter(pl.col("model") == _MODEL)
    return {
        **frames,
        "outflows": outflows.hstack(square_root.select(*names).rename(names)),
        "impacts": models,
        "participation_ladder": impact.participation_ladder(measured),
    }
