"""The house in chapters: few files at the root, short folders, tests that mirror it."""

from __future__ import annotations

from pathlib import Path

import pytest
from paths import ROOT

PACKAGE = ROOT / "flowrisk"
ROOT_FILES = {"__init__.py", "__main__.py", "domain.py", "errors.py"}
CHAPTERS = {
    "analytics", "answers", "api", "cli", "dataset", "download", "engines", "export", "ingest",
    "query", "question", "report", "text",
}  # fmt: skip
LONGEST_CHAPTER_COUNT = 14
# folders whose files are siblings of one shape
OF_ONE_SHAPE = {"cli/commands", "report/sections"}
# folders whose files are tested through what they are for
TESTED_TOGETHER = OF_ONE_SHAPE | {"ingest/formats", "ingest/readers", "ingest/prices"}
# modules that are tested under another name, and where
TESTED_ELSEWHERE = {
    "answers/check": "cli/test_commands", "report/charts/axis": "report/charts/test_bars",
    "report/charts/spans": "report/charts/test_bars",
    "report/charts/steps": "report/charts/test_bars",
    "report/png": "report/test_chart_files", "report/summary_sheet": "report/test_workbook",
    "answers/calendar": "cli/test_calendar",
    "answers/digital_asset_ratios": "answers/test_screen",
    "analytics/decisions/subjects": "answers/test_risk",
    "analytics/decisions/checks": "analytics/decisions/test_dependence",
    "answers/runs": "answers/test_compare", "answers/side_frames": "answers/test_treatments",
    "api/results": "api/test_dataset", "api/public_files": "cli/test_fetch",
    "api/session": "api/test_dataset",
    "api/keywords": "api/test_dataset", "question/options": "question/test_settings",
    "question/question": "question/test_settings",
    "question/reweights": "analytics/test_tranches", "question/risk": "question/test_settings",
    "question/screen": "question/test_settings", "question/scenario": "question/test_settings",
    "cli/diagnostics": "cli/test_refusals",
    "cli/completion": "cli/test_asking", "cli/located": "cli/test_asking",
    "cli/help": "cli/test_asking",
    "api/checks": "report/test_notebook", "api/forms": "api/test_dataset",
    "api/at_rest": "api/test_dataset", "query/foreseeing": "query/test_catalog",
    "cli/options": "cli/test_asking", "cli/progress": "cli/test_commands",
    "cli/prompt": "cli/test_commands", "dataset/contract": "dataset/test_folder",
    "dataset/leftovers": "ingest/test_crash", "dataset/copying": "dataset/test_folder",
    "dataset/resources": "house/test_packaging", "domain": "question/test_parsing",
    "engines/address": "engines/stores/test_object_store",
    "engines/stores/range_file_system": "engines/stores/test_obstore",
    "engines/bulk": "ingest/test_publishing", "engines/choice": "engines/test_spark",
    "engines/duckdb": "engines/test_spark", "engines/footers": "dataset/test_folder",
    "engines/files": "engines/stores/test_object_store", "engines/engine": "engines/test_spark",
    "export/files": "cli/test_outputs", "export/tables": "cli/test_outputs",
    "download/contents": "download/test_transfer",
    "ingest/landing": "ingest/test_publishing", "ingest/merging": "ingest/test_publishing",
    "ingest/run": "ingest/test_publishing", "ingest/sql_steps": "ingest/test_publishing",
    "question/matching/index_names": "question/test_book",
    "question/matching/listings": "sql/marts/test_timeline",
    "question/rule_inputs": "answers/test_rule_verdicts",
    "ingest/values/month_names": "ingest/values/test_cells",
    "ingest/values/position_kinds": "ingest/formats/test_table",
    "ingest/asked": "api/test_dataset", "ingest/detection": "ingest/formats/test_table",
    "ingest/sources": "ingest/test_publishing", "ingest/unread": "ingest/test_failing_inputs",
    "ingest/summary": "ingest/test_publishing",
    "query/process_limits": "query/test_isolation",
    "question/loading": "answers/test_scenario",
    "question/matching/exchanges": "question/matching/test_naming",
    "question/probabilities": "answers/test_risk", "report/templates": "report/test_page",
    "text/backtest": "answers/test_backtest", "text/pair_errors": "answers/test_pair_errors",
    "text/calibrate": "answers/test_calibrate", "report/cards": "report/test_notebook",
    "text/compare": "answers/test_compare", "text/explain": "answers/test_explain",
    "text/calendar": "cli/test_calendar", "text/paragraphs/trading": "analytics/test_impact",
    "text/heading": "text/test_scenario", "text/risk": "cli/test_risk",
    "text/screen": "cli/test_screen",
}  # fmt: skip


def modules(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.py") if path.name != "__init__.py")


def folders() -> list[str]:
    found = {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE}
    return sorted(path.relative_to(PACKAGE).as_posix() for path in found)


def test_the_root_holds_the_nouns_the_errors_and_the_chapters() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == ROOT_FILES
    assert {name for name in folders() if "/" not in name} == CHAPTERS


@pytest.mark.parametrize("folder", folders())
def test_a_folder_is_a_chapter(folder: str) -> None:
    count = len(modules(PACKAGE / folder))
    assert count >= 3
    if folder not in OF_ONE_SHAPE:
        assert count <= LONGEST_CHAPTER_COUNT


@pytest.mark.parametrize("folder", [".", *folders()])
def test_every_module_has_a_test_of_its_name_or_one_that_is_named(folder: str) -> None:
    for name in modules(PACKAGE / folder):
        if name == "__main__.py" or folder in TESTED_TOGETHER:
            continue
        module = (Path(folder) / name).with_suffix("").as_posix()
        mirrored = ROOT / "tests" / folder / f"test_{name}"
        named = TESTED_ELSEWHERE.get(module)
        assert mirrored.exists() != (named is not None), module
        assert named is None or (ROOT / f"tests/{named}.py").exists(), module
