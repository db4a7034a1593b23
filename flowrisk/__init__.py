"""flowrisk: how much must index money sell if index providers throw a company out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowrisk.api import Dataset as Dataset
    from flowrisk.api import ScenarioResult as ScenarioResult
    from flowrisk.api import init as init
    from flowrisk.api import open_dataset as open_dataset

__version__ = "0.1.0"
__all__ = ["Dataset", "ScenarioResult", "__version__", "init", "open_dataset"]


if not TYPE_CHECKING:  # a type checker knows the names, and finds the misspelt ones

    def __getattr__(name: str) -> object:
        """Import the public names on first use, so that ``import flowrisk`` stays fast."""
        if name in {"Dataset", "ScenarioResult", "init", "open_dataset"}:
            from flowrisk import api

            return getattr(api, name)
        raise AttributeError(name)
