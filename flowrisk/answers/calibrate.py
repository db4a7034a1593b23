"""What reproduces a published outflow: a tracking ratio, a price date, a set of providers.

Owns the solving and the two readings of a figure. A ratio solved from a figure agrees with it by
construction, so nothing here is an independent check, and no reading is refuted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowrisk.answers import scenario
from flowrisk.domain import Answer, Assumption, CalibrationAnswer, ProviderSet, frame_of
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question


Row = Mapping[str, Any]
MARTS = ("outflows", "provider_outflows", "closes", "manager_crosscheck", "reconciliation")
REPRODUCES_WITHIN_RATIO = 0.01
_SHOWN_COUNT = 5
_MOST_PROVIDERS_COUNT = 20
_TARGET_TYPES = {
    "scenario_id": "String", "security_id": "String", "ticker": "String", "target_usd": "Float64",
    "close_usd": "Float64", "priced_on": "Date", "implied_shares": "Float64",
    "shares_outstanding": "Float64", "tracking_ratio": "Float64",
    "ratio_in_force": "Float64", "outflow_usd": "Float64", "gap_usd": "Float64",
    "observed_outflow_shares": "Float64", "remainder_shares": "Float64",
    "remainder_ratio": "Float64", "model_low_ratio": "Float64", "model_central_ratio": "Float64",
    "model_high_ratio": "Float64", "model_bound": "String",
}  # fmt: skip
_DATE_TYPES = {
    "scenario_id": "String", "priced_on": "Date", "close_usd": "Float64", "outflow_usd": "Float64",
    "error_ratio": "Float64", "is_reproduced": "Boolean",
}  # fmt: skip
_SET_TYPES = {
    "scenario_id": "String", "provider_ids": "String", "outflow_usd": "Float64",
    "error_ratio": "Float64", "is_reproduced": "Boolean",
}  # fmt: skip
_READING_TYPES = {
    "part_scenario_id": "String", "whole_scenario_id": "String", "reading": "String",
    "total_usd": "Float64", "total_shares": "Float64",
    "total_of_shares_outstanding_ratio": "Float64", "vintage": "String", "newest_on": "Date",
    "crosscheck_shares": "Float64", "crosscheck_usd": "Float64",
    "total_of_crosscheck_ratio": "Float64", "is_favoured": "Boolean",
}  # fmt: skip


def answer(
    folder: Folder,
    engine: Engine,
    asked: Question,
    targets: Mapping[ProviderSet, float],
    *,
    is_strict: bool = False,
) -> CalibrationAnswer:
    """Solve published figures on one security for ratio, price date and provider set.

    Args:
        asked: its providers are replaced by those of the targets.
        targets: US dollars by provider set, as published.

    Raises: QuestionError for more than one security, a figure not above 0 or above the company's
        market value; DataError where price or share count are unknown; and as ``scenario.answer``.
    """
    asked.refuse_given("providers", remedy="The providers are those of --target.")
    names = asked.securities or ()
    if len(names) != 1:
        raise QuestionError(
            "Calibration is about one security.",
            facts={"securities": join_names(names) or "none given"},
            remedy="Name one with --security, such as --security MSTR.",
        )
    # the set that reproduces a figure is looked for among all providers of the data
    wider = replace(
        asked, providers=(*targets, ProviderSet(_EVERY, ("all",))),
        set_by=asked.origins("--target", "providers"),
    )  # fmt: skip
    base = scenario.answer(folder, engine, wider, marts=MARTS, is_strict=is_strict)
    providers = replace(base.assumptions["providers"], value=tuple(targets))
    figures = {each.scenario_id: usd for each, usd in targets.items()}
    return base.told_as(
        CalibrationAnswer,
        assumptions={**base.assumptions, "providers": providers, "targets": Assumption(
            figures, "USD", "--target")},
        scenarios=tuple(each for each in base.scenarios if each.scenario_id != _EVERY),
        marts=_solved(base, figures),
    )  # fmt: skip


_EVERY = "every provider"


def _solved(base: Answer, figures: Mapping[str, float]) -> dict[str, pl.DataFrame]:
    import polars as pl

    rows = {row["scenario_id"]: row for row in base.marts["outflows"].rows(named=True)}
    targets = [_target(rows[scenario_id], usd) for scenario_id, usd in figures.items()]
    closes = base.marts["closes"].rows(named=True)
    flows = {
        row["provider_id"]: row["outflow_usd"]
        for row in base.marts["provider_outflows"].rows(named=True)
        if row["scenario_id"] == _EVERY
    }
    checks = base.marts["manager_crosscheck"].rows(named=True)
    members = {each.scenario_id: frozenset(each.provider_ids) for each in base.scenarios}
    security_id = targets[0]["security_id"]
    return {
        "targets": frame_of(targets, _TARGET_TYPES),
        "price_dates": frame_of(
            [found for target in targets for found in _price_dates(target, rows, closes)],
            _DATE_TYPES,
        ),
        "provider_sets": frame_of(
            [found for target in targets for found in _provider_sets(target, flows)], _SET_TYPES
        ),
        "readings": frame_of(_readings(targets, members, checks), _READING_TYPES),
        "manager_crosscheck": base.marts["manager_crosscheck"],
        "reconciliation": base.marts["reconciliation"].filter(pl.col("security_id") == security_id),
    }


def _refuse_impossible(row: Row, target_usd: float) -> None:
    close_usd, outstanding = row["close_usd"], row["shares_outstanding"]
    if close_usd is None or outstanding is None:
        raise DataError(
            f"A ratio for {row['ticker']} needs a price and a share count.",
            facts={"close_usd": close_usd, "shares_outstanding": outstanding},
            remedy="Add the missing one to prices or securities, or give --price.",
        )
    if not 0 < target_usd <= close_usd * outstanding:
        raise QuestionError(
            f"The figure for '{row['scenario_id']}' cannot be an outflow of {row['ticker']}.",
            facts={"figure": target_usd, "market value": close_usd * outstanding},
            remedy="Give dollars above 0 and at most the market value, such as msci=2.8bn.",
        )


def _target(row: Row, target_usd: float) -> dict[str, Any]:
    """Return φ = figure ÷ (P · shares outstanding) and how it compares with what is in force and
    with the ratio that the own estimate comes to, which reads no published figure."""
    close_usd, outstanding = row["close_usd"], row["shares_outstanding"]
    _refuse_impossible(row, target_usd)
    implied = target_usd / close_usd
    outflow, observed = row["outflow_shares"], row["observed_outflow_shares"]
    own = {end: row[f"model_{end}_shares"] for end in ("low", "central", "high")}
    return {
        **{name: row[name] for name in ("scenario_id", "security_id", "ticker", "close_usd",
                                        "priced_on", "shares_outstanding", "outflow_usd",
                                        "observed_outflow_shares")},
        "target_usd": target_usd,
        "implied_shares": implied,
        "tracking_ratio": implied / outstanding,
        "ratio_in_force": None if outflow is None else outflow / outstanding,
        "gap_usd": None if outflow is None else target_usd - row["outflow_usd"],
        "remainder_shares": None if observed is None else implied - observed,
        "remainder_ratio": None if observed is None else 1 - observed / implied,
        **{f"model_{end}_ratio": None if shares is None else shares / outstanding
           for end, shares in own.items()},
        "model_bound": row["model_bound"],
    }  # fmt: skip


def _price_dates(
    target: Row, rows: Mapping[str, Row], closes: Sequence[Row]
) -> list[dict[str, Any]]:
    """Return the days whose close, with the shares in force, comes nearest to the figure."""
    shares = rows[target["scenario_id"]]["outflow_shares"]
    if not shares:
        return []
    found = [
        {"scenario_id": target["scenario_id"], "priced_on": row["priced_on"],
         "close_usd": row["close_usd"], **_judged(shares * row["close_usd"], target)}
        for row in closes
    ]  # fmt: skip
    return sorted(found, key=lambda row: (abs(row["error_ratio"]), row["priced_on"]))[:_SHOWN_COUNT]


def _provider_sets(target: Row, flows: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the sets of providers whose outflows together come nearest to the figure."""
    selling = {name: usd for name, usd in flows.items() if usd}
    if len(selling) > _MOST_PROVIDERS_COUNT:
        raise QuestionError(
            "There are too many providers to try every set of them.",
            facts={"providers": len(selling), "at most": _MOST_PROVIDERS_COUNT},
            remedy="Keep the providers that matter in the data.",
        )
    import numpy as np

    sums = np.zeros(1)
    for usd in selling.values():
        sums = np.concatenate([sums, sums + usd])
    sizes = np.array([state.bit_count() for state in range(len(sums))])
    order = np.lexsort((sizes, np.abs(sums - target["target_usd"])))
    states = [int(state) for state in order if state][:_SHOWN_COUNT]
    return [
        {"scenario_id": target["scenario_id"],
         "provider_ids": "+".join(name for bit, name in enumerate(selling) if state >> bit & 1),
         **_judged(float(sums[state]), target)}
        for state in states
    ]  # fmt: skip


def _judged(outflow_usd: float, target: Row) -> dict[str, Any]:
    error = outflow_usd / target["target_usd"] - 1
    return {"outflow_usd": outflow_usd, "error_ratio": error,
            "is_reproduced": abs(error) <= REPRODUCES_WITHIN_RATIO}  # fmt: skip


def _readings(
    targets: Sequence[Row], members: Mapping[str, frozenset[str]], checks: Sequence[Row]
) -> list[dict[str, Any]]:
    """Return each figure that contains another, read as the total and as coming on top of it."""
    pairs = [
        (part, whole)
        for part in targets
        for whole in targets
        if members[part["scenario_id"]] < members[whole["scenario_id"]]
    ]
    rows = []
    for part, whole in pairs:
        totals = {"total": whole["target_usd"],
                  "additional": whole["target_usd"] + part["target_usd"]}  # fmt: skip
        for check in checks or [_NO_CHECK]:
            favoured = _favoured(totals, check["crosscheck_usd"])
            rows += [
                _reading(part, whole, reading, usd, check, favoured)
                for reading, usd in totals.items()
            ]
    return rows


_NO_CHECK: Row = dict.fromkeys(("vintage", "newest_on", "crosscheck_shares", "crosscheck_usd"))


def _favoured(totals: Mapping[str, float], crosscheck_usd: float | None) -> str | None:
    """Return the reading whose total lies nearest to the managers', by ratio."""
    if not crosscheck_usd:
        return None
    return min(totals, key=lambda reading: abs(math.log(totals[reading] / crosscheck_usd)))


def _reading(
    part: Row, whole: Row, reading: str, total_usd: float, check: Row, favoured: str | None
) -> dict[str, Any]:
    shares = total_usd / whole["close_usd"]
    managers = check["crosscheck_shares"]
    return {
        "part_scenario_id": part["scenario_id"],
        "whole_scenario_id": whole["scenario_id"],
        "reading": reading,
        "total_usd": total_usd,
        "total_shares": shares,
        "total_of_shares_outstanding_ratio": shares / whole["shares_outstanding"],
        **{name: check[name] for name in _NO_CHECK},
        "total_of_crosscheck_ratio": shares / managers if managers else None,
        "is_favoured": reading == favoured if favoured else None,
    }
