"""What ``import flowrisk`` gives: a dataset to ask, and frozen results."""

from __future__ import annotations

from flowrisk.api.dataset import Dataset, init, open_dataset
from flowrisk.api.public_files import fetch, schema
from flowrisk.api.results import ScenarioResult, compared

__all__ = ["Dataset", "ScenarioResult", "compared", "fetch", "init", "open_dataset", "schema"]
