"""How well one tracker's positions foretell another's: the measured error behind the bands.

Owns the quantiles of the errors, the bands they give, and the score of each pair by the bands of
the others, as functions from frame to frame. The positions come from ``marts.tracker_pairs``.
"""

from __future__ import annotations

import polars as pl

LEVELS = {"q05_ratio": 0.05, "q25_ratio": 0.25, "q75_ratio": 0.75, "q95_ratio": 0.95}
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
    kind and size class, each with its number of positions. Listings of one fund in a row have none:
    what lies between them is time, of another span each.

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
    banded = quantiles.with_columns(
        _of_others("q05_ratio").alias("band_low_ratio"),
        _of_others("q95_ratio").alias("band_high_ratio"),
    )
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
    """Return, by kind and size class, the band of all pairs and how often bands of the others held.

    Args:
        pairs: as ``measured`` returns.

    Returns: pair_kind, size_class, pairs_count, members_count, low_ratio, high_ratio,
        inside_ratio (over the pairs that have another of their kind; null where none has).
    """
    weight = pl.col("members_count")
    is_scored = pl.col("inside_ratio").is_not_null()
    scored = weight.filter(is_scored)
    return (
        pairs.group_by(_KIND)
        .agg(
            pl.len().cast(pl.Int64).alias("pairs_count"),
            weight.sum(),
            ((pl.col("q05_ratio") * weight).sum() / weight.sum()).alias("low_ratio"),
            ((pl.col("q95_ratio") * weight).sum() / weight.sum()).alias("high_ratio"),
            pl.when(is_scored.any())
            .then((pl.col("inside_ratio").filter(is_scored) * scored).sum() / scored.sum())
            .alias("inside_ratio"),
        )
        .sort(_KIND)
    )


def named(found: pl.DataFrame, tickers: list[str]) -> pl.DataFrame:
    """Return the errors of single companies, such as those a question is about, pair by pair."""
    rows = found.filter(pl.col("ticker").is_in(tickers))
    return rows.select(
        "ticker", *_KEYS, "predictor_shares", "predicted_shares", "error_ratio"
    ).sort("ticker", "pair_id")


def _of_others(column: str) -> pl.Expr:
    """Return the mean over the other pairs of the kind, each with its number of positions."""
    weight = pl.col("members_count")
    others = weight.sum().over(_KIND) - weight
    total = (pl.col(column) * weight).sum().over(_KIND) - pl.col(column) * weight
    is_banded = (others > 0) & (pl.col("pair_kind") != "same-fund")
    return pl.when(is_banded).then(total / others)
