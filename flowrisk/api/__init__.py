"""What ``import flowrisk`` gives: a dataset to ask, and frozen results."""

from __future__ import annotations

from flowrisk.api.dataset import Dataset, init, open_dataset
from flowrisk.api.results import ScenarioResult, compared

__all__ = ["Dataset", "ScenarioResult", "compared", "init", "open_dataset"]
