"""What every answer says of itself, whatever the command: version, day, dataset, assumptions.

Owns the header that the JSON envelope, the tables and the pages share; holds no logic of a command.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset import TableVintage
    from flowrisk.domain import Assumption, Scenario, Security
    from flowrisk.warehouse import Finding

Kind = TypeVar("Kind", bound="Answer")


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one run of a command says; frames by name, in the order of the JSON."""

    flowrisk_version: str
    as_of_on: dt.date
    dataset_name: str
    dataset_path: str
    dataset_digest: str
    vintages: tuple[TableVintage, ...]
    assumptions: Mapping[str, Assumption]
    scenarios: tuple[Scenario, ...]
    securities: tuple[Security, ...]
    marts: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]

    def told_as(self, kind: type[Kind], **changes: Any) -> Kind:  # noqa: ANN401 - fields of any type
        """Return another command's answer with this one's header and the fields named changed."""
        kept = {field.name: getattr(self, field.name) for field in fields(Answer)}
        return kind(**{**kept, **changes})


def frame_of(rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> pl.DataFrame:
    """Return rows as a frame of these columns, each of the polars type named; no rows keep them."""
    import polars as pl

    schema = {name: getattr(pl, kind) for name, kind in types.items()}
    return pl.DataFrame(list(rows), schema=schema, orient="row")
