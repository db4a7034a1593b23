"""flowrisk: how much must passive funds sell if index providers remove a company."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowrisk.api import Dataset as Dataset
    from flowrisk.api import ScenarioResult as ScenarioResult
    from flowrisk.api import fetch as fetch
    from flowrisk.api import init as init
    from flowrisk.api import open_dataset as open_dataset
    from flowrisk.api import schema as schema
    from flowrisk.api.results import Paged as Paged
    from flowrisk.api.results import Result as Result
    from flowrisk.domain import Backtest as Backtest
    from flowrisk.domain import CalibrationAnswer as CalibrationAnswer
    from flowrisk.domain import Comparison as Comparison
    from flowrisk.domain import Explanation as Explanation
    from flowrisk.domain import PairErrors as PairErrors
    from flowrisk.domain import RiskAnswer as RiskAnswer
    from flowrisk.domain import ScenarioAnswer as ScenarioAnswer
    from flowrisk.domain import ScreenAnswer as ScreenAnswer

__version__ = "0.1.0"
_HOMES = {
    "flowrisk.api": ("Dataset", "ScenarioResult", "fetch", "init", "open_dataset", "schema"),
    "flowrisk.api.results": ("Paged", "Result"),
    "flowrisk.domain": (
        "Backtest", "CalibrationAnswer", "Comparison", "Explanation", "PairErrors",
        "RiskAnswer", "ScenarioAnswer", "ScreenAnswer",
    ),
}  # fmt: skip
__all__ = [
    "Backtest", "CalibrationAnswer", "Comparison", "Dataset", "Explanation", "Paged", "PairErrors",
    "Result", "RiskAnswer", "ScenarioAnswer", "ScenarioResult", "ScreenAnswer", "__version__",
    "fetch", "init", "open_dataset", "schema",
]  # fmt: skip


if not TYPE_CHECKING:  # a type checker knows the names, and finds the misspelt ones

    def __getattr__(name: str) -> object:
        """Import the public names on first use, so that ``import flowrisk`` stays fast."""
        for home, names in _HOMES.items():
            if name in names:
                from importlib import import_module

                return getattr(import_module(home), name)
        raise AttributeError(name)


_RENAMED = {
    "absorption": "answers.scenario", "asked": "api.session", "assets": "dataset.resources",
    "charts": "report.charts.bars", "checkup": "answers.check",
    "confinement": "query.process_limits", "counterparts": "analytics.replacement",
    "curves": "report.charts.lines", "database": "query.duckdb_file",
    "dating": "export.files", "edition": "report.page_options", "figures": "text.formatting",
    "flows": "answers.side_frames", "grades": "text.confidence",
    "judgement": "question.probabilities", "memos": "report.note",
    "models": "dataset.sql_models", "printing": "report.pdf", "querying": "api.session",
    "refusals": "query.sql_errors", "screening": "question.balance_sheets",
    "spreadsheet": "export.xlsx", "standings": "answers.digital_asset_ratios",
    "summaries": "text.scenario",
}  # fmt: skip


class _MovedModules:
    """Says where a module lies now that lay beside this file before the package had folders."""

    @staticmethod
    def find_spec(name: str, *_unused: object) -> None:
        """Refuse a moved module by naming its new path; anything else is not found as ever."""
        package, _, module = name.partition(".")
        if package != __name__ or "." in module:
            return
        same = next(Path(__file__).parent.glob(f"*/{module}.py"), None)
        home = f"{same.parent.name}.{module}" if same else _RENAMED.get(module)
        if home:
            raise ModuleNotFoundError(
                f"No module named '{name}': it is '{package}.{home}' now.", name=name
            )


sys.meta_path.append(_MovedModules)  # asked last: nothing else has found the module
