"""Why two results differ: price, holdings, mapping, issuance and assumption effects that add up.

Owns the order of substitution: from A, the price becomes B's, then what funds hold, then which
provider each fund belongs to, then how many shares there are, then everything assumed (ratios,
method, treatment, who is asked about). Each step starts where the one before ended, so nothing is
left over. Over a share split between the two as-of dates, price, holdings and issuance effects
cancel instead of vanishing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flowrisk.answers.runs import told_apart
from flowrisk.dataset import sql_models
from flowrisk.dataset.warehouse import QUESTION_TABLES
from flowrisk.domain import Comparison, frame_of
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.answers.runs import Run


Row = Mapping[str, Any]
EFFECTS = ("price", "holdings", "mapping", "issuance", "assumption")
_BY_RATIO = "tracking_ratio_outflow_shares"
_CHOICE = "intermediate.outflows_estimated"
_COMPONENTS = {
    "provider_id": "varchar", "security_id": "varchar", "observed_shares": "double",
    "has_report": "boolean", "funds_count": "bigint", "has_membership": "boolean",
    "is_member": "boolean",
    "tracked_aum_shares": "double", "not_estimated_reason": "varchar",
    "tracking_ratio_shares": "double", "tracking_ratio": "double",
    "tracking_ratio_basis": "varchar", "model_low_shares": "double",
    "model_central_shares": "double", "model_high_shares": "double",
    "common_low_shares": "double", "common_high_shares": "double", "own_low_shares": "double",
    "own_high_shares": "double", "floor_shares": "double", "model_bound": "varchar",
    "model_missing_reason": "varchar", "estimated_count": "bigint",
}  # fmt: skip
_SAID_ONCE = ("as_of_on", "flowrisk_version")
_EFFECT_TYPES = {
    "scenario_id": "String", "security_id": "String", "ticker": "String",
    "is_in_basket": "Boolean", "outflow_a_usd": "Float64", "outflow_b_usd": "Float64",
    "difference_usd": "Float64", **{f"{name}_effect_usd": "Float64" for name in EFFECTS},
    "reason": "String",
}  # fmt: skip


def compare(first: Run, second: Run) -> Comparison:
    """Split the difference of every outflow into its effects.

    Raises: QuestionError where the two have no scenario in common; DataError where one of them
        was damaged after it was written.
    """
    import polars as pl

    first, second = told_apart(first, second)
    try:
        return _compared(first, second)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
            pl.exceptions.PolarsError) as error:  # fmt: skip
        raise DataError(
            "A result to compare is damaged: what it says does not fit together.",
            facts={"a": first.label, "b": second.label,
                   "reason": f"{type(error).__name__}: {error}"},
            remedy="Write it again with 'flowrisk scenario -o result.json'.",
        ) from error  # fmt: skip


def _compared(first: Run, second: Run) -> Comparison:
    scenario_ids = [
        each["scenario_id"]
        for each in first.document["scenarios"]
        if each["scenario_id"] in {other["scenario_id"] for other in second.document["scenarios"]}
    ]
    if not scenario_ids:
        raise QuestionError(
            "The two results have no scenario in common.",
            facts={run.label: join_names(e["scenario_id"] for e in run.document["scenarios"])
                   for run in (first, second)},
            remedy="Ask both about the same --providers.",
        )  # fmt: skip
    keys = [
        key for key in dict.fromkeys([*first.outflows, *second.outflows]) if key[0] in scenario_ids
    ]
    shares = _substituted(first, second, keys)
    effects = frame_of([_effect(first, second, key, shares[key]) for key in keys], _EFFECT_TYPES)
    return Comparison(
        labels=(first.label, second.label),
        heads=(_head(first), _head(second)),
        marts={
            "effects": effects,
            "totals": _totals(effects),
            "changed_assumptions": _changed_assumptions(first, second),
            "changed_funds": _changed_funds(first, second),
        },
    )


def _effect(
    first: Run, second: Run, key: tuple[str, str], shares: Sequence[float | None]
) -> dict[str, Any]:
    """Return the row of one scenario and security; a side that did not ask about it has 0.

    Args:
        shares: sold with nothing, holdings, mapping, issuance, and all of B substituted; None where
            unknown.
    """
    before, after = first.outflows.get(key), second.outflows.get(key)
    row = after or before or {}
    usd = [0.0 if side is None else side["outflow_usd"] for side in (before, after)]
    told = {
        "scenario_id": key[0], "security_id": key[1], "ticker": row["ticker"],
        "is_in_basket": any(side and side["is_in_basket"] for side in (before, after)),
        "outflow_a_usd": usd[0], "outflow_b_usd": usd[1],
    }  # fmt: skip
    for run, side in ((first, before), (second, after)):
        if side is not None and side["outflow_usd"] is None:
            what = "price" if side["close_usd"] is None else "outflow"
            return {**told, "reason": f"the {what} is unknown in {run.label}"}
    unknown = first.unknown[key], second.unknown[key]
    if before and after and unknown[0] != unknown[1]:
        return {**told, "reason": _unknown_of_one(first, second, key)}
    difference = usd[1] - usd[0]
    if before is None or after is None:
        lacking = first.label if before is None else second.label
        return {
            **told, "difference_usd": difference,
            **{f"{name}_effect_usd": 0.0 for name in EFFECTS}, "assumption_effect_usd": difference,
            "reason": f"not asked about in {lacking}",
        }  # fmt: skip
    amounts = _amounts(before, after, shares)
    return {
        **told,
        "difference_usd": difference,
        **{f"{name}_effect_usd": amount for name, amount in amounts.items()},
        "reason": _reason(amounts, unknown[0]),
    }


def _amounts(
    before: Mapping[str, Any], after: Mapping[str, Any], shares: Sequence[float | None]
) -> dict[str, float | None]:
    """Return each effect in US dollars; None where a side of its step is unknown."""
    close = after["close_usd"]
    steps = [
        None if earlier is None or later is None else (later - earlier) * close
        for earlier, later in pairwise(shares)
    ]
    price = before["outflow_shares"] * (close - before["close_usd"])
    return dict(zip(EFFECTS, (price, *steps), strict=True))


def _unknown_of_one(first: Run, second: Run, key: tuple[str, str]) -> str:
    """Return whose outflow is known in one of the two only: there is then no difference."""
    only = [
        f"{join_names(sorted(names))} in {run.label}"
        for run, other in ((first, second), (second, first))
        if (names := run.unknown[key] - other.unknown[key])
    ]
    return f"the outflow is unknown of {' and of '.join(only)}"


def _reason(amounts: Mapping[str, float | None], unknown: set[str]) -> str | None:
    """Return what the effects leave out, None where nothing."""
    said = []
    if None in amounts.values():
        said.append("effects: unknown where a step alone leaves nothing known")
    if unknown:
        said.append(f"without {join_names(sorted(unknown))}, unknown in both")
    return "; ".join(said) or None


def _substituted(
    first: Run, second: Run, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[float | None]]:
    """Return, by key, the shares with nothing, holdings, mapping, issuance, and all of B
    substituted; None where those of a provider are unknown that both runs know."""
    sums: dict[tuple[str, str], list[float | None]] = {key: [0.0] * len(EFFECTS) for key in keys}
    asked: list[tuple[tuple[str, str], int, Row, float]] = []
    for scenario_id, security_id, provider_id in dict.fromkeys([
        *first.providers, *second.providers,
    ]):  # fmt: skip
        key = (scenario_id, security_id)
        if key not in sums:
            continue
        own, other = (run.providers.get((*key, provider_id)) for run in (first, second))
        if provider_id in first.unknown[key] | second.unknown[key]:
            continue
        _add(sums[key], -1, other["outflow_shares"] if other else 0.0)
        if own is not None:
            _add(sums[key], 0, own["outflow_shares"])
            if own.get("sold_ratio") is None:
                # single indices that move: no one position of the provider to observe otherwise
                for step in (1, 2):
                    _add(sums[key], step, own["outflow_shares"])
                continue
            observed = _observed(first, second, security_id, provider_id)
            issued = {**own, _BY_RATIO: _reissued(own, other)}
            asked += [(key, 1, own, observed[0]), (key, 2, own, observed[1]),
                      (key, 3, issued, observed[1])]  # fmt: skip
    chosen = _chosen_shares(first, [(row, shares) for _, _, row, shares in asked])
    for (key, step, row, _), shares in zip(asked, chosen, strict=True):
        _add(sums[key], step, 0.0 if row["sold_ratio"] == 0 else shares, row["sold_ratio"])
    return sums


def _reissued(own: Row, other: Row | None) -> float | None:
    """Return what A's tracking ratio makes of the shares that B counts."""
    held: float | None = own[_BY_RATIO]
    if other is None or not held or not other[_BY_RATIO] or not other["tracking_ratio"]:
        return held
    return float(own["tracking_ratio"] * other[_BY_RATIO] / other["tracking_ratio"])


def _add(sums: list[float | None], step: int, shares: float | None, sold: float = 1.0) -> None:
    """Add what is sold at a step; once a part is unknown, so is the sum."""
    before = sums[step]
    sums[step] = None if before is None or shares is None else before + shares * sold


def _chosen_shares(run: Run, asked: Sequence[tuple[Row, float]]) -> list[float | None]:
    """Return what trackers sell in full if their funds held so many shares, None where unknown.

    The SQL that chooses the estimate of a question chooses here too, over the rows of a result. A
    position observed otherwise moves what is estimated beyond it by as much.
    """
    known = [_components(run, row, observed_shares) for row, observed_shares in asked]
    # the same provider stands in several scenarios, and a step that changes nothing asks again
    numbers = {each: str(number) for number, each in enumerate(dict.fromkeys(known))}
    rows = [(number, *each) for each, number in numbers.items()]
    method = run.document["assumptions"]["method"]["value"]
    assumed = [method if name == "method" else None for name in QUESTION_TABLES["assumptions"]]
    choice = sql_models.models()[_CHOICE]
    with closing(DuckDB()) as engine:
        engine.load_rows("scenario.assumptions", QUESTION_TABLES["assumptions"], [assumed])
        engine.load_rows("intermediate.outflow_components", _COMPONENTS, rows)
        engine.define(_CHOICE, choice.sql, is_table=True)
        found = dict(engine.rows(f"select provider_id, outflow_shares from {_CHOICE}"))
    return [found[numbers[each]] for each in known]


def _components(run: Run, row: Row, observed_shares: float) -> tuple[object, ...]:
    """Return what is known of a provider, in the order of ``_COMPONENTS`` after its name."""
    moved = observed_shares - run.observed_shares(row)
    by_aum, model = row["tracked_aum_outflow_shares"], _deletion_model_shares(row)
    known = {
        "security_id": row["security_id"],
        "observed_shares": observed_shares, "has_report": True, "funds_count": 0,
        "has_membership": row["method"] != "membership-unknown",
        "tracked_aum_shares": None if by_aum is None else by_aum + moved,
        "tracking_ratio_shares": row[_BY_RATIO],
        "model_central_shares": None if model is None else model + moved,
        "model_bound": row["model_bound"], "estimated_count": int(row["method"] == "model"),
    }  # fmt: skip
    return tuple(known.get(name) for name in list(_COMPONENTS)[1:])


def _deletion_model_shares(row: Row) -> float | None:
    """Return the own estimate of a deletion, which a row has after its treatment."""
    if row["method"] == "model":
        return float(row["deletion_outflow_shares"])
    return None


def _observed(first: Run, second: Run, security_id: str, provider_id: str) -> tuple[float, float]:
    """Return B's holdings of the funds that A, and that B, counts for a provider.

    A fund whose holdings B does not show (it tracks no index there, or one of a provider nobody
    asked about) keeps those of A: its leaving is mapping.
    """
    before, after = first.held[security_id], second.held[security_id]
    holdings = {
        fund_id: after.get(fund_id, 0.0)
        if second.provider_of.get(fund_id) in second.asked
        else before.get(fund_id, 0.0)
        for fund_id in {**before, **after}
    }
    sums = [
        sum(shares for fund_id, shares in holdings.items()
            if mapping.get(fund_id) == provider_id)
        for mapping in (first.provider_of, second.provider_of)
    ]  # fmt: skip
    return sums[0], sums[1]


def _totals(effects: pl.DataFrame) -> pl.DataFrame:
    """Return the sums over the basket of either side, without what is unknown; null where all is,
    and an effect where that of a member is."""
    import polars as pl

    names = ["outflow_a_usd", "outflow_b_usd", "difference_usd",
             *(f"{name}_effect_usd" for name in EFFECTS)]  # fmt: skip
    known = pl.col("difference_usd").is_not_null()
    return (
        effects.filter(pl.col("is_in_basket"))
        .group_by("scenario_id", maintain_order=True)
        .agg(*(pl.when(known.any() & pl.col(name).filter(known).is_not_null().all())
                 .then(pl.col(name).filter(known).sum()).alias(name) for name in names),
             (~known).sum().cast(pl.Int64).alias("unknown_count"))
    )  # fmt: skip


def _changed_assumptions(first: Run, second: Run) -> pl.DataFrame:
    pairs = [(name, first.document.get(name), second.document.get(name)) for name in _SAID_ONCE]
    pairs += [
        (name, *(run.document["assumptions"].get(name, {}).get("value") for run in (first, second)))
        for name in dict.fromkeys([*first.document["assumptions"], *second.document["assumptions"]])
        if name != "as_of_on"
    ]
    rows = [
        {"assumption": name, "in_a": _plain(before), "in_b": _plain(after)}
        for name, before, after in pairs
        if before != after
    ]
    return frame_of(rows, {"assumption": "String", "in_a": "String", "in_b": "String"})


def _changed_funds(first: Run, second: Run) -> pl.DataFrame:
    """Return the positions and mappings of funds that differ, larger changes first."""
    funds = sorted({(security_id, fund_id) for run in (first, second)
                    for security_id, held in run.held.items() for fund_id in held})  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"security_id": security_id, "fund_id": fund_id,
         "provider_a_id": first.provider_of.get(fund_id),
         "provider_b_id": second.provider_of.get(fund_id),
         "held_a_shares": first.held[security_id].get(fund_id),
         "held_b_shares": second.held[security_id].get(fund_id)}
        for security_id, fund_id in funds
    ]  # fmt: skip
    changed = [
        row for row in rows
        if row["held_a_shares"] != row["held_b_shares"]
        or row["provider_a_id"] != row["provider_b_id"]
    ]  # fmt: skip
    changed.sort(key=lambda row: -abs((row["held_b_shares"] or 0) - (row["held_a_shares"] or 0)))
    kinds = {name: "Float64" if name.endswith("_shares") else "String" for name in (
        "security_id", "fund_id", "provider_a_id", "provider_b_id", "held_a_shares",
        "held_b_shares")}  # fmt: skip
    return frame_of(changed, kinds)


def _head(run: Run) -> dict[str, Any]:
    dataset = run.document.get("dataset", {})
    told = {"as_of_on": run.document.get("as_of_on"), "digest": dataset.get("digest")}
    if not all(isinstance(value, str | None) for value in told.values()):
        raise TypeError(f"day or digest is no text: {told}")
    return told


def _plain(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
