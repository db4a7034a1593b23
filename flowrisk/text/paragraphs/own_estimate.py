"""The own estimate in words: its figure with its range, where it disagrees with what was published,
and its levels. Sums parts of one level for a line of text; counts nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import Answer


Row = Mapping[str, Any]
HEAD = "own estimate (low–high)"
LEVELS = {
    "L0": "positions reported or derived",
    "L1": "positions known by weight only",
    "L2": "funds not covered, by the density of a covered one",
    "L3": "pools of assets beyond those funds",
}
CROSSCHECK = "X"
_UNKNOWN = "n/a"
_TERMS_COUNT = 3


class Level(NamedTuple):
    """The parts of one level, summed: what is known of it, and what has no size.

    ``low_``, ``central_`` and ``high_`` are null where no part has a figure. The ends are sums of
    ends and so wider than the estimate's own, in which errors of single funds do not add up.
    """

    level_id: str
    parts: Sequence[Row]

    @property
    def name(self) -> str:
        """What the level holds."""
        return LEVELS[self.level_id]

    @property
    def formula(self) -> str:
        """How it is computed, with the numbers of its largest parts, and how many there are."""
        known = [part for part in self.parts if part["central_shares"] is not None]
        terms = " + ".join(part_formula(part) for part in known[:_TERMS_COUNT])
        if len(known) <= _TERMS_COUNT:
            return terms or "no part has a size"
        return f"{terms} + … ({len(known)} parts)"

    @property
    def missing(self) -> list[str]:
        """The parts without a figure, and why."""
        return [f"{part['component_name']}: {part['missing_reason']}"
                for part in self.parts if part["missing_reason"] is not None]  # fmt: skip

    def total(self, column: str) -> float | None:
        """Return the sum of a column over the parts that have a figure, None without any.

        A level of several providers or parts never passes the float of its security.
        """
        known: list[float] = [each[column] for each in self.parts if each[column] is not None]
        limit: float | None = self.parts[0][f"limit_{column.rpartition('_')[2]}"]
        if not known or limit is None:
            return sum(known) if known else None
        return min(sum(known), limit)

    @property
    def is_limited(self) -> bool:
        """Whether a part, or the sum of the parts, ends at the float."""
        known = [part["high_shares"] for part in self.parts if part["high_shares"] is not None]
        limit = self.parts[0]["limit_shares"]
        return any(part["is_limited_by_float"] for part in self.parts) or (
            limit is not None and sum(known) > limit
        )


def shown(row: Row) -> str:
    """Return an own estimate with its range, ``≥`` where part of it has no size, else ``n/a``.

    In dollars, in shares where no price is known: ``$2.60bn (1.57–3.89)``.
    """
    if not is_known(row):
        return _UNKNOWN
    at_least = "≥ " if row["model_bound"] == "at_least" else ""
    unit = "shares" if row["model_central_usd"] is None else "usd"
    figures = {f"{end}_{unit}": row[f"model_{end}_{unit}"] for end in ("central", "low", "high")}
    return f"{at_least}{ends(figures, unit)}"


def is_known(row: Row) -> bool:
    """Return whether there is an own estimate; nothing found of an incomplete one is none."""
    central = row.get("model_central_shares", row["model_central_usd"])
    if central is None or row["model_bound"] == "unknown":
        return False
    return bool(central) or row["model_bound"] == "estimate"


def disagreement(row: Row) -> str | None:
    """Return how an outflow that is not the own estimate lies outside its range; None inside.

    A lower bound disagrees with nothing above it.
    """
    outflow, is_own = row["outflow_shares"], row["method"] in ("model", "not-sold")
    if is_own or not is_known(row) or row["bound"] not in ("calibrated", "estimate"):
        return None
    low, high = row["model_low_shares"], row["model_high_shares"]
    if low <= outflow <= high:
        return None
    side = "below" if outflow < low else "above"
    incomplete = ", which is incomplete" if row["model_bound"] == "at_least" else ""
    return f"{side} the range of our own estimate{incomplete}, {shown(row)}"


def sentence(row: Row, company: str, where: str) -> str:
    """Return the disagreement of a row in one sentence; empty inside the range."""
    amount = (
        formatting.money(row["outflow_usd"])
        if row["outflow_usd"] is not None
        else f"{formatting.shares(row['outflow_shares'])} shares"
    )
    kind = "calibrated " if row["bound"] == "calibrated" else ""
    words = disagreement(row)
    return f"{company}, {where}: the {kind}{amount} lies {words}" if words else ""


def disagreements(answer: Answer, *, besides: str | None = None) -> list[str]:
    """Return where a figure of the basket lies outside the range of the own estimate, one sentence
    each.

    Args:
        besides: a security_id to leave out.
    """
    rows = [row for row in answer.rows("outflows")
            if row["is_in_basket"] and row["security_id"] != besides]  # fmt: skip
    said = (
        sentence(row, formatting.company(row["security_name"]), formatting.name(row["scenario_id"]))
        for row in rows
    )
    return [each for each in said if each]


def levels(components: Iterable[Row]) -> list[Level]:
    """Return the levels of one security and provider (or of all), those without a part left out,
    conditional parts and the cross-check too."""
    counted = [row for row in components if not row["is_conditional"]]
    found = ((level, [row for row in counted if row["level_id"] == level]) for level in LEVELS)
    return [Level(level, parts) for level, parts in found if parts]


def conditional(components: Iterable[Row]) -> list[str]:
    """Return what would come on top if a provider's indices held the security, a line a provider:
    the lines are in no sum."""
    by_provider: dict[str, list[Row]] = {}
    for row in components:
        if row["is_conditional"] and row["central_shares"]:
            by_provider.setdefault(row["provider_id"], []).append(row)
    return [
        f"if a member of the indices of {formatting.name(provider)}: "
        f"{_amounts(Level('L3', parts))} (in no sum)"
        for provider, parts in by_provider.items()
    ]


def crosscheck(components: Iterable[Row]) -> Row | None:
    """Return what mainly passive managers filed, for scenarios of every provider; None without."""
    return next((row for row in components if row["level_id"] == CROSSCHECK), None)


def part_formula(part: Row) -> str:
    """Return one part as its formula with its numbers; shares where it was reported."""
    if part["level_id"] == "L0":
        return formatting.shares(part["central_shares"])
    if part["level_id"] == "L1":
        return (
            f"weight {part['weight_ratio'] * 100:.4g} % × {formatting.money(part['amount_usd'])} "
            "÷ close of the day"
        )
    density = f"{part['density_shares']:,.4g} shares per $m"
    if part["level_id"] == "L2":
        return f"{formatting.money(part['amount_usd'])} × {density}"
    exposure = f"{formatting.money(part['amount_usd'])} × {part['exposure_ratio']:g}"
    known_usd = part["known_exposure_usd"]
    beyond = f"({exposure} − {formatting.money(known_usd)})" if known_usd else exposure
    return f"{beyond} × {density}"


def level_amount(level: Level) -> str:
    """Return the sum of a level with its ends, ``unknown`` where no part has a figure."""
    end = ", all that there are" if level.is_limited else ""
    if level.total("central_shares"):
        return f"{_amounts(level)}{end}"
    at_most = level.total("high_usd")
    return f"unknown, at most {formatting.money(at_most)}{end}" if at_most else "unknown"


def ends(row: Row, unit: str) -> str:
    """Return central, low and high of a row in dollars (``usd``) or ``shares``."""
    figures = (row[f"{end}_{unit}"] for end in ("central", "low", "high"))
    return (
        formatting.ranged(*figures, unit="$")
        if unit == "usd"
        else f"{formatting.ranged(*figures)} shares"
    )


def _amounts(level: Level) -> str:
    unit = "shares" if level.total("central_usd") is None else "usd"
    return ends({f"{end}_{unit}": level.total(f"{end}_{unit}")
                 for end in ("low", "central", "high")}, unit)  # fmt: skip
