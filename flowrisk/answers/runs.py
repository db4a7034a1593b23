"""Runs to compare: a scenario result as the JSON contract has it, read or asked now."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from flowrisk import domain
from flowrisk.dataset.folder import absolute, is_folder
from flowrisk.errors import DataError, join_names, refuse_newer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path, PurePath

Row = Mapping[str, Any]
Side: TypeAlias = "tuple[PurePath, Callable[[PurePath], bytes]]"
"""A result or dataset, and what answers the question over it as the JSON of ``scenario``."""
NEEDED = ("outflows", "provider_outflows", "fund_outflows", "fund_coverage")
"""The frames of a scenario result that a comparison reads."""


class Run:
    """One scenario result as the JSON contract has it, with look-ups by key."""

    def __init__(self, label: str, document: Mapping[str, Any]) -> None:
        self.label = label
        self.document = document

    @cached_property
    def providers(self) -> dict[tuple[str, str, str], Row]:
        """Provider rows by scenario_id, security_id, provider_id."""
        return {
            (row["scenario_id"], row["security_id"], row["provider_id"]): row
            for row in self.document["provider_outflows"]
        }

    @cached_property
    def outflows(self) -> dict[tuple[str, str], Row]:
        """Outflow rows by scenario_id, security_id."""
        return {(row["scenario_id"], row["security_id"]): row for row in self.document["outflows"]}

    @cached_property
    def unknown(self) -> dict[tuple[str, str], set[str]]:
        """Providers whose outflow is unknown, by scenario_id, security_id."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (scenario_id, security_id, provider_id), row in self.providers.items():
            if row["outflow_shares"] is None:
                found[scenario_id, security_id].add(provider_id)
        return found

    @cached_property
    def provider_of(self) -> dict[str, str]:
        """Provider of every fund known to track an index."""
        return {row["fund_id"]: row["provider_id"] for row in self.document["fund_coverage"]}

    @cached_property
    def held(self) -> dict[str, dict[str, float]]:
        """Shares by security_id and fund_id, of the funds of every provider asked about."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for row in self.document["fund_outflows"]:
            found[row["security_id"]][row["fund_id"]] = row["held_shares"]
        return found

    @cached_property
    def asked(self) -> set[str]:
        """Providers of any scenario."""
        return {name for each in self.document["scenarios"] for name in each["provider_ids"]}

    def observed_shares(self, row: Row) -> float:
        """Return the shares that the funds of a provider row hold in this run."""
        own = self.held[row["security_id"]]
        return sum(own[fund] for fund in own if self.provider_of.get(fund) == row["provider_id"])


def read_run(path: PurePath, ask: Callable[[PurePath], bytes]) -> Run:
    """Return a run: a JSON result as it stands, or a dataset folder asked now.

    Args:
        ask: answers the question over a dataset folder, as the JSON of ``flowrisk scenario``.

    Raises: DataError for a file that is no scenario result, or of another schema version.
    """
    try:
        content = ask(path) if is_folder(path) else _plain_bytes(absolute(path))
        document = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(
            "A result to compare cannot be read.",
            facts={"path": path, "reason": getattr(error, "strerror", None) or error},
            remedy="Give a JSON file written by 'flowrisk scenario -o', or a dataset folder.",
        ) from error
    known = document if isinstance(document, dict) else {}
    refuse_newer(known.get("schema_version"), domain.SCHEMA_VERSION, path)
    lacking = [name for name in (*NEEDED, "assumptions", "scenarios") if name not in known]
    if lacking or known["schema_version"] != domain.SCHEMA_VERSION:
        raise DataError(
            "A file to compare is not a scenario result of this version.",
            facts={"path": path, "lacks": join_names(lacking) or "nothing",
                   "schema_version": known.get("schema_version")},
            remedy="Write it again with 'flowrisk scenario -o result.json'.",
        )  # fmt: skip
    return Run(str(path), known)


def told_apart(first: Run, second: Run) -> tuple[Run, Run]:
    """Return two runs of one dataset with their dates in their names, others as they are."""
    if first.label != second.label:
        return first, second
    dated = [Run(f"{run.label} on {run.document['as_of_on']}", run.document)
             for run in (first, second)]  # fmt: skip
    return dated[0], dated[1]


def _plain_bytes(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise ValueError("it is no plain file")
    return path.read_bytes()
