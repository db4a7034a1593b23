"""How well one tracker's positions foretell another's: the measured error behind the bands.

Owns the quantiles of the errors, the bands they give, and the score of each pair by the bands of
the others, as functions from frame to frame. The positions come from ``marts.tracker_pairs``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = {"q05_ratio": 0.05, "q25_ratio": 0.25, "q75_ratio": 0.75, "q95_ratio": 0.95}
# what separates listings of one kind separates those of the kinds after it too
WIDER = ("same-index", "same-provider", "other-provider")
_LEAST_PAIRS = 3
# pairs, positions, and the ends of the pairs times their positions
Sums = tuple[int, int, float, float]
_NOTHING: Sums = (0, 0, 0.0, 0.0)
_KIND = ["pair_kind", "size_class"]
_KEYS = ["pair_id", *_KIND]


def errors(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return each position over what the other listing foretells, against the middle of its pair.

    A full tracker holds the same part of every member, so that foretold = the other's position
    times the middle ratio of the pair.

    Args:
        pairs: ``marts.tracker_pairs``.

    Returns: its rows with error_ratio (> 0; 1 = as foretold).
    """
    ratio = pl.col("predicted_shares") / pl.col("predictor_shares")
    return pairs.with_columns(error_ratio=ratio / ratio.median().over("pair_id"))


def measured(found: pl.DataFrame) -> pl.DataFrame:
    """Return the quantiles of each pair and size class, and the share inside the others' band.

    The band of a pair runs from the mean 5 % to the mean 95 % quantile of all *other* pairs of its
    kind and size class, each with its number of positions. Of fewer than three the next wider kind
    counts too, and makes it no narrower. Listings of one fund in a row have none: what lies between
    them is time, of another span each.

    Args:
        found: as ``errors`` returns.

    Returns: grain pair_id, size_class, with the columns of the table ``pair_errors`` and, of the
        band, band_low_ratio and band_high_ratio (null where no other pair of the kind is known).
    """
    quantiles = found.group_by([*_KEYS, "predictor", "predicted"]).agg(
        pl.len().cast(pl.Int64).alias("members_count"),
        *(
            pl.col("error_ratio").quantile(level, "linear").alias(name)
            for name, level in LEVELS.items()
        ),
    )
    banded = _with_bands(quantiles)
    return (
        banded.join(_inside(found, banded), on=_KEYS)
        .join(_scales(found), on="pair_id")
        .sort("pair_kind", "size_class", "pair_id")
        .select(
            "pair_id", "size_class", "pair_kind", "predictor", "predicted", "members_count",
            *LEVELS, "scale_ratio", "inside_ratio", "band_low_ratio", "band_high_ratio",
        )
    )  # fmt: skip


def _inside(found: pl.DataFrame, banded: pl.DataFrame) -> pl.DataFrame:
    """Return the share of each pair's positions inside its band."""
    inside = pl.col("error_ratio").is_between("band_low_ratio", "band_high_ratio").mean()
    ends = banded.select(*_KEYS, "band_low_ratio", "band_high_ratio")
    return found.join(ends, on=_KEYS).group_by(_KEYS).agg(inside.alias("inside_ratio"))


def _scales(found: pl.DataFrame) -> pl.DataFrame:
    """Return the middle position over what the sizes of two listings of one index foretell."""
    ratio = pl.col("predicted_shares") / pl.col("predictor_shares")
    foretold = pl.col("predicted_value_usd") / pl.col("predictor_value_usd")
    is_one_index = pl.col("pair_kind").is_in(["same-fund", "same-index"])
    scale = pl.when(is_one_index.first()).then(ratio.median() / foretold.first())
    return found.group_by("pair_id").agg(scale.alias("scale_ratio"))


def bands(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return, by kind and size class, the band in use and how often bands of the others held.

    The band is that of all pairs of the kind, of fewer than three of the next wider kinds too
    (``sql/intermediate/pair_bands.sql``); of one fund in a row their own.

    Args:
        pairs: as ``measured`` returns.

    Returns: pair_kind, size_class, pairs_count, members_count, low_ratio, high_ratio,
        inside_ratio (over the pairs that have another of their kind; null where none has).
    """
    weight = pl.col("members_count")
    is_scored = pl.col("inside_ratio").is_not_null()
    scored = weight.filter(is_scored)
    kinds = pairs.group_by(_KIND).agg(
        pl.len().cast(pl.Int64).alias("pairs_count"),
        weight.sum(),
        pl.when(is_scored.any())
        .then((pl.col("inside_ratio").filter(is_scored) * scored).sum() / scored.sum())
        .alias("inside_ratio"),
    )
    totals = _totals(pairs)
    ends = [_band(totals, *kind) for kind in kinds.select(_KIND).rows()]
    low, high = (pl.Series(name, [each[place] for each in ends], pl.Float64)
                 for place, name in enumerate(("low_ratio", "high_ratio")))  # fmt: skip
    return kinds.with_columns(low, high).select(
        *_KIND, "pairs_count", "members_count", "low_ratio", "high_ratio", "inside_ratio"
    ).sort(_KIND)  # fmt: skip


def named(found: pl.DataFrame, tickers: list[str]) -> pl.DataFrame:
    """Return the errors of single companies, such as those a question is about, pair by pair."""
    rows = found.filter(pl.col("ticker").is_in(tickers))
    return rows.select(
        "ticker", *_KEYS, "predictor_shares", "predicted_shares", "error_ratio"
    ).sort("ticker", "pair_id")


def _with_bands(quantiles: pl.DataFrame) -> pl.DataFrame:
    """Add to each pair the band of the others."""
    totals = _totals(quantiles)
    ends = [
        (None, None) if row["pair_kind"] not in WIDER
        else _band(totals, row["pair_kind"], row["size_class"], without=_sums(row))
        for row in quantiles.rows(named=True)
    ]  # fmt: skip
    low, high = (pl.Series(name, [each[place] for each in ends], pl.Float64)
                 for place, name in enumerate(("band_low_ratio", "band_high_ratio")))  # fmt: skip
    return quantiles.with_columns(low, high)


def _sums(row: Mapping[str, Any]) -> Sums:
    """Return what one pair adds to its kind: pairs, positions, and its ends times its positions."""
    count = row["members_count"]
    return (1, count, row["q05_ratio"] * count, row["q95_ratio"] * count)


def _totals(pairs: pl.DataFrame) -> dict[tuple[str, str], Sums]:
    found: dict[tuple[str, str], Sums] = defaultdict(lambda: _NOTHING)
    for row in pairs.rows(named=True):
        key = row["pair_kind"], row["size_class"]
        found[key] = _added(found[key], _sums(row))
    return found


def _added(known: Sums, more: Sums, sign: int = 1) -> Sums:
    return (known[0] + sign * more[0], known[1] + sign * more[1],
            known[2] + sign * more[2], known[3] + sign * more[3])  # fmt: skip


def _band(
    totals: Mapping[tuple[str, str], Sums], kind: str, size: str, *, without: Sums = _NOTHING
) -> tuple[float | None, float | None]:
    """Return the ends of a kind's band, its own pairs less one where given; null of no pair."""
    known, ends = _added(_NOTHING, without, -1), []
    for wider in WIDER[WIDER.index(kind) :] if kind in WIDER else (kind,):
        known = _added(known, totals.get((wider, size), _NOTHING))
        count, positions, low, high = known
        if positions:
            ends.append((low / positions, high / positions))
        if count >= _LEAST_PAIRS:
            break
    if not ends:
        return None, None
    return min(low for low, _ in ends), max(high for _, high in ends)
