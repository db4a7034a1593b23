"""The main chart of every result: titled by its finding, with the figures of the answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from asks import ASKS

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.api import Dataset, ScenarioResult

# a figure of each chart that is known by hand or from the README
FIGURES = {
    "scenario": "$8.80bn", "calibrate": "5.91 %", "explain": "$486m", "backtest": "0.965",
    "compare": "$2.80bn", "calendar": "$2.80bn", "risk": "$0", "screen": "RIOT",
}  # fmt: skip


def words(svg: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", svg).split())


@pytest.mark.parametrize("command", ASKS)
def test_a_chart_stands_alone_with_title_figure_and_source(command: str, sample: Dataset) -> None:
    result: Any = ASKS[command](sample)
    plot = result.plot()
    assert plot._repr_svg_() == plot.svg
    root = ET.fromstring(plot.svg)  # noqa: S314 - our own
    assert root.tag.endswith("svg")
    title = words(plot.svg)
    assert FIGURES[command] in title
    assert "2025" in title
    assert not re.search(r'(href|src)="|url\((?!#)|<script', plot.svg)
    if command not in {"scenario", "risk", "screen"}:
        assert root.find("{http://www.w3.org/2000/svg}title").text == result.finding  # type: ignore[union-attr]


def test_a_chart_is_named_written_and_refused_by_name(
    sample_result: ScenarioResult, tmp_path: Path
) -> None:
    plot = sample_result.plot("by-security")
    assert repr(plot) == "<Plot: scenario-by-security>"
    assert plot.write(tmp_path / "c.svg").read_text("utf-8") == plot.svg
    with pytest.raises(QuestionError, match="exists"):
        plot.write(tmp_path / "c.svg")
    with pytest.raises(QuestionError, match="is no"):
        plot.write(tmp_path / "c.png")
    with pytest.raises(QuestionError) as refused:
        sample_result.plot("by-securty")
    assert refused.value.facts["nearest"] == "by-security"


def test_no_chart_is_drawn_of_nothing_known(sample: Dataset) -> None:
    told = sample.explain("3350", provider="msci")
    assert "$0" not in words(told.plot().svg).replace("$0.", "").partition("observed")[2][:40]
    assert "Unknown" in told.finding
