"""How well one tracker's positions foretell another's, over the whole listings of a dataset.

Owns the order of the steps. SQL pairs the positions, ``analytics.pair_errors`` measures them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.analytics import pair_errors
from flowrisk.answers import scenario
from flowrisk.dataset import warehouse
from flowrisk.domain import PairErrors
from flowrisk.errors import DataError
from flowrisk.question import loading

if TYPE_CHECKING:
    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question

PAIRS = "marts.tracker_pairs"


def answer(folder: Folder, engine: Engine, asked: Question) -> PairErrors:
    """Return the measured pairs, the bands of each kind, and the candidates' own errors.

    Raises: DataError where no two whole listings may foretell each other; and as ``loading.load``.
    """
    store = warehouse.Warehouse(folder, engine)
    loaded = loading.load(store, asked)
    positions = store.frame(PAIRS)
    if positions.is_empty():
        raise DataError(
            "The dataset has no two whole listings of trackers that could foretell each other.",
            facts={"dataset": folder.path},
            remedy="Ingest two full reports of index funds with 100 positions in common, at most "
            "250 days apart.",
        )
    found = pair_errors.errors(positions)
    pairs = pair_errors.measured(found)
    return PairErrors(
        **scenario.header(store, loaded),
        marts={
            "pairs": pairs,
            "bands": pair_errors.bands(pairs),
            "named": pair_errors.named(found, [each.ticker for each in loaded.securities]),
        },
        findings=(),
    )
