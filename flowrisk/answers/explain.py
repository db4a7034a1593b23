"""One figure, traced: formula with its numbers, SQL, rows, files and their digests.

Owns the choice of what belongs to a figure. Computes nothing new: every number is read from the
answer it explains, and the last step is that answer's own figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowrisk.answers import scenario
from flowrisk.dataset import sql_models
from flowrisk.domain import Answer, Explanation, ProviderSet, frame_of
from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.dataset.sql_models import Model
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question


Row = Mapping[str, Any]
MARTS = ("outflows", "provider_outflows", "fund_outflows", "estimates", "estimate_components")
_FIGURE = "marts.provider_outflows"
_STEPS = {"step_count": "Int64", "step": "String", "formula": "String", "value": "Float64",
          "unit": "String", "model": "String"}  # fmt: skip
_MODELS = {"model": "String", "description": "String", "sql": "String"}
_FILES = {"table": "String", "file": "String", "row_count": "Int64", "digest": "String"}


def answer(
    folder: Folder,
    engine: Engine,
    asked: Question,
    *,
    provider: str,
    scenario_id: str | None = None,
    is_strict: bool = False,
) -> Explanation:
    """Explain what trackers of one provider must sell of one security.

    Args:
        asked: it names one security.
        provider: the provider whose trackers sell.
        scenario_id: a scenario that holds the provider; None = the provider alone.

    Raises: QuestionError for more than one security, or a provider that the scenario does not
        hold; and as ``scenario.answer``.
    """
    _refuse_several(asked)
    wanted = scenario_id or provider
    sets = (ProviderSet(wanted, tuple(part.strip() for part in wanted.split("+"))),)
    set_by = asked.origins("--scenario" if scenario_id else "--provider", "providers")
    narrow = replace(asked, providers=sets, set_by=set_by)
    base = scenario.answer(folder, engine, narrow, marts=MARTS, is_strict=is_strict)
    import polars as pl

    row = _figure(base, provider)
    funds = base.marts["fund_outflows"].filter(provider_id=row["provider_id"])
    estimates = base.marts["estimates"].filter(provider_id=row["provider_id"])
    needed = sql_models.needed_for([_FIGURE])
    months = {f"{day:%Y-%m}" for day in funds["as_of_on"].drop_nulls()}
    return base.told_as(
        Explanation,
        marts={
            "steps": frame_of(_steps(row, funds, estimates, base.marts.get("index_trades")),
                              _STEPS),
            "figure": base.marts["provider_outflows"].filter(provider_id=row["provider_id"]),
            "fund_outflows": funds,
            "estimates": estimates,
            "estimate_components": base.marts["estimate_components"].filter(
                (pl.col("provider_id") == row["provider_id"]) | (pl.col("level_id") == "X")
            ),
            "models": _models(needed),
            "files": frame_of(_files(base, folder, needed, months), _FILES),
        },
    )  # fmt: skip


def _refuse_several(asked: Question) -> None:
    names = asked.securities or ()
    if len(names) != 1:
        raise QuestionError(
            "An explanation is about one security.",
            facts={"securities": join_names(names) or "none given"},
            remedy="Name one, such as 'flowrisk explain MSTR --provider msci'.",
        )


def _figure(base: Answer, provider: str) -> dict[str, Any]:
    rows = base.marts["provider_outflows"].rows(named=True)
    found = [row for row in rows if row["provider_id"].casefold() == provider.strip().casefold()]
    if not found:
        known = [row["provider_id"] for row in rows]
        facts: dict[str, object] = {"providers of the scenario": join_names(known)}
        if close := nearest(provider, known):
            facts["nearest"] = close
        raise QuestionError(
            f"Provider '{provider}' is not in the scenario '{base.scenarios[0].scenario_id}'.",
            facts=facts,
            remedy="Name one of them, or another --scenario.",
        )
    return found[0]


def _models(needed: Sequence[Model]) -> pl.DataFrame:
    rows = ({"model": m.qualified_name, "description": m.description, "sql": m.sql}
            for m in reversed(needed))  # fmt: skip
    return frame_of(rows, _MODELS)


_CHOSEN = {
    "tracking-ratio": "the tracking ratio applies and exceeds the observed holdings",
    "model": "the own estimate, the sum of its levels",
    "tracked-aum": "tracked assets give more than the observed holdings",
    "observed": "the observed holdings: no estimate is larger, or none applies",
    "membership-unknown": "nothing observed and no index membership in the data",
}


def _steps(
    row: Row, funds: pl.DataFrame, estimates: pl.DataFrame, trades: pl.DataFrame | None
) -> list[dict[str, Any]]:
    """Return the formula of the figure, step by step, each with the numbers put in."""
    held = funds["held_shares"].to_list()
    steps = [_step(
        "observed",
        f"sum of {len(held)} position{'s' if len(held) != 1 else ''} in fund disclosures: "
        f"{_terms(held)}",
        sum(held) if held or row["observed_outflow_shares"] is not None else None,
        "shares", "intermediate.holdings_summed",
    )]  # fmt: skip
    steps += _estimates(estimates.rows(named=True))
    steps.append(_step(
        "own estimate", "the sum of its levels, which read no published outflow",
        row["model_central_shares"] if _is_modelled(row) else None,
        "shares", "intermediate.models_summed",
    ))  # fmt: skip
    steps += [
        *_treated(row, trades),
        _step("price", "close of the as-of day, or the price of the question",
              row["close_usd"], "USD per share", "intermediate.prices_selected"),
        _step("outflow", f"{_number(row['outflow_shares'])} x {_number(row['close_usd'])}",
              row["outflow_usd"], "USD", _FIGURE),
    ]  # fmt: skip
    return [{"step_count": place, **step} for place, step in enumerate(steps, 1)]


def _treated(row: Row, trades: pl.DataFrame | None) -> list[dict[str, Any]]:
    """Return the position chosen and its part that is traded; of single indices each one's."""
    if row["sold_ratio"] is not None:
        return [
            _step(f"chosen: {row['method']}", _CHOSEN[row["method"]],
                  row["deletion_outflow_shares"], "shares", "intermediate.outflows_estimated"),
            _step(f"treatment: {row['treatment']}",
                  f"{_number(row['deletion_outflow_shares'])} x sold ratio {row['sold_ratio']:g}",
                  row["outflow_shares"], "shares", _FIGURE),
        ]  # fmt: skip
    own = [] if trades is None else trades.filter(provider_id=row["provider_id"]).rows(named=True)
    steps = [
        _step(f"{'entered' if each['is_entry'] else 'left'}: {each['index_name']}",
              each["reason"] or f"{'bought' if each['is_entry'] else 'sold'}, by {each['method']}",
              each["traded_shares"], "shares", "intermediate.index_trades_estimated")
        for each in own
    ]  # fmt: skip
    terms = [each["traded_shares"] for each in own if each["traded_shares"] is not None]
    told = f"net: {_terms(terms)}" if own else row["not_estimated_reason"]
    net = _step(f"treatment: {row['treatment']}", told, row["outflow_shares"], "shares", _FIGURE)
    return [*steps, net]


def _is_modelled(row: Row) -> bool:
    """Return whether the own estimate found anything: nothing of an incomplete one is unknown."""
    return bool(row["model_central_shares"]) or row["model_bound"] == "estimate"


def _estimates(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return a step an estimate; those that cannot be made for one reason share a step."""
    made = [_estimate(row) for row in rows if row["not_estimated_reason"] is None]
    missing: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["not_estimated_reason"] is not None:
            key = (row["estimate"], row["not_estimated_reason"])
            missing.setdefault(key, []).append(row)
    for (estimate, _), alike in missing.items():
        several = {"step": f"{estimate} of {len(alike)} indices"} if len(alike) > 1 else {}
        made.append(_estimate(alike[0]) | several)
    return made


def _estimate(row: Row) -> dict[str, Any]:
    """Return the step of one estimate, with its formula or the reason why there is none."""
    if row["not_estimated_reason"] is not None:
        formula = f"none: {row['not_estimated_reason']}"
    elif row["estimate"] == "tracking-ratio":
        formula = (
            f"{row['tracking_ratio']:g} x {_number(row['denominator_shares'])} "
            f"{row['denominator']} ({row['basis']})"
        )
    else:
        formula = (
            f"{_number(row['uncovered_usd'])} USD outside covered funds x "
            f"{row['replication_ratio']:g} replicated x weight {row['weight_ratio']:g} / price"
        )
    model = {"tracking-ratio": "intermediate.ratios_applied"}.get(
        row["estimate"], "intermediate.uncovered_estimated"
    )
    name = f"{row['estimate']} of {row['applies_to_id']}"
    return _step(name, formula, row["estimated_shares"], "shares", model)


def _step(step: str, formula: str, value: float | None, unit: str, model: str) -> dict[str, Any]:
    return {"step": step, "formula": formula, "value": value, "unit": unit, "model": model}


def _files(
    base: Answer, folder: Folder, needed: Iterable[sql_models.Model], months: set[str]
) -> list[dict[str, Any]]:
    """Return the files the figure was read from; of the holdings only the months it used."""
    counts = {vintage.name: vintage.row_count for vintage in base.vintages}
    tables = sorted({name.removeprefix("raw.") for model in needed for name in model.reads
                     if name.startswith("raw.")})  # fmt: skip
    return [
        {"table": table, "file": path.relative_to(folder.path).as_posix(),
         "row_count": counts[table] if table != "holdings" else None,
         "digest": folder.place.digest(path)}
        for table in tables
        for path in folder.files[table]
        if table != "holdings" or path.parent.name.removeprefix("as_of_month=") in months
    ]  # fmt: skip


def _terms(values: Sequence[float]) -> str:
    shown = " + ".join(_number(value) for value in values[:4])
    return (shown + (" + ..." if len(values) > 4 else "")) or "none"  # noqa: PLR2004 - shown count


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.10g}"
