"""What ``import flowrisk`` gives: a dataset to ask, and frozen results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowrisk.api.dataset import Dataset as Dataset
    from flowrisk.api.dataset import init as init
    from flowrisk.api.dataset import open_dataset as open_dataset
    from flowrisk.api.public_files import fetch as fetch
    from flowrisk.api.public_files import schema as schema
    from flowrisk.api.results import ScenarioResult as ScenarioResult
    from flowrisk.api.results import compared as compared

_HOMES = {
    "dataset": ("Dataset", "init", "open_dataset"),
    "public_files": ("fetch", "schema"),
    "results": ("ScenarioResult", "compared"),
}
__all__ = ["Dataset", "ScenarioResult", "compared", "fetch", "init", "open_dataset", "schema"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the public names on first use: a command needs few of them."""
        for home, names in _HOMES.items():
            if name in names:
                from importlib import import_module

                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(name)
