"""``flowrisk check``: every check over the whole dataset, each with pass, warn or fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk import domain
from flowrisk.dataset import sql_models, warehouse
from flowrisk.errors import DataError, QualityError
from flowrisk.question import loading
from flowrisk.question.matching import index_moves

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.domain import Finding
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question


SCOPES = ("question", "screen", "dataset")
STATES = {"refuse": "fail", "warn": "warn", "note": "note"}
_OBSERVED = ("holdings", "fund_reports", "fund_net_assets", "fund_weights", "prices", "coin_prices")


@dataclass(frozen=True, slots=True)
class Checkup:
    """The checks of one dataset: ``frame`` has check, state, finding_count, says, examples."""

    frame: pl.DataFrame
    findings: tuple[Finding, ...]

    def enforce(self, *, is_strict: bool) -> None:
        """Raise what the checks demand.

        Raises: DataError where a check fails; QualityError for a warning under ``is_strict``.
        """
        failed = [f for f in self.findings if f.severity == "refuse"]
        warned = [f for f in self.findings if f.severity == "warn"]
        if failed:
            raise DataError(
                f"{len(failed)} checks fail.",
                facts={finding.code: finding.message for finding in failed},
                remedy=" ".join(dict.fromkeys(finding.remedy for finding in failed)),
            )
        if warned and is_strict:
            raise QualityError(
                f"{len(warned)} checks warn, which --strict refuses.",
                facts={finding.code: finding.message for finding in warned},
                remedy=" ".join(dict.fromkeys(finding.remedy for finding in warned)),
            )


def check(folder: Folder, engine: Engine, asked: Question, *, today_on: dt.date) -> Checkup:
    """Run every check over every security of a dataset.

    Args:
        asked: its as-of date says what counts as old.
        today_on: no observation may be later.

    Raises: DataError for files that cannot be read at all.
    """
    store = warehouse.Warehouse(folder, engine, is_whole=True)
    loading.load(store, asked, is_whole=True)
    findings = [*store.run_checks(scopes=SCOPES), *_later_than(store, today_on), *_cycles(store)]
    by_code = {finding.code: finding for finding in findings}
    names = [m.name for m in sql_models.models().values() if m.layer == "checks"]
    rows = [_row(name, by_code.get(name)) for name in sorted({*names, *by_code})]
    return Checkup(_frame(rows), tuple(findings))


def _later_than(store: Warehouse, today_on: dt.date) -> list[Finding]:
    """Say which tables hold observations of days that have not come yet."""
    late = [
        f"{name}: newest {vintage.newest_on}"
        for name in _OBSERVED
        for vintage in [store.tables[name].vintage]
        if vintage.newest_on is not None and vintage.newest_on[:10] > today_on.isoformat()
    ]
    if not late:
        return []
    return [
        domain.Finding(
            code="observations_are_past",
            says="tables hold observations of days that have not come yet",
            severity="warn",
            remedy="Correct the dates.",
            count=len(late),
            examples=tuple(late),
        )
    ]


def _cycles(store: Warehouse) -> list[Finding]:
    """Say where the graph of indices runs in a circle, which SQL without recursion cannot see."""
    found = index_moves.cycle(index_moves.edges(store))
    if not found:
        return []
    return [
        domain.Finding(
            code="index_parents_run_upwards",
            says="the graph of indices runs in a circle",
            severity="refuse",
            remedy="Correct index_parents: an index cannot depend on itself, however far around.",
            count=1,
            examples=(" -> ".join(found),),
        )
    ]


def _row(name: str, finding: Finding | None) -> tuple[str, str, int, str, str]:
    if finding is None:
        return (name, "pass", 0, "", "")
    state = STATES[finding.severity]
    return (name, state, finding.count, finding.says, "; ".join(finding.examples))


def _frame(rows: list[tuple[str, str, int, str, str]]) -> pl.DataFrame:
    import polars as pl

    order = {"fail": 0, "warn": 1, "note": 2, "pass": 3}
    return pl.DataFrame(
        sorted(rows, key=lambda row: (order[row[1]], row[0])),
        schema=["check", "state", "finding_count", "says", "examples"],
        orient="row",
    )
