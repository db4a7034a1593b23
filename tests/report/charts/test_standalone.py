"""A chart on a sheet of its own: lengths for shares, attributes for rules, words in lines."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowrisk.report.charts import labels, standalone

STYLE = """
/* svg .observed { fill: red; } */
:root { --ink: #111111; --paper: #ffffff; --soft: #777777; --accent: #0000ff;
--sans: Arial, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --ink: #eeeeee; } svg .observed { fill: white; } }
svg .axis { fill: var(--soft); font-size: 12px; }
svg text { font: 400 13px var(--sans); fill: var(--ink); stroke: var(--paper); stroke-width: 4px; }
svg .observed, svg .badge { fill: var(--accent); }
svg .curve.other { stroke-width: 1.1; }
:root { --accent: #7a1f1f; }
"""
CHART = """<svg class="chart" role="img" height="68">
<title id="x-title">T</title><desc id="x-desc">D</desc>
<rect class="observed" x="25%" y="22" width="50%" height="14"/>
<text class="axis" x="100%" y="62" text-anchor="end">$2bn</text>
<svg x="10%" width="80%" height="9"><polyline class="curve other" points="0,1"/></svg></svg>"""


def made(title: str = "A finding", **changed: object) -> ET.Element:
    drawn = standalone.Drawn("chart-x", title, CHART, **changed)  # type: ignore[arg-type]
    return ET.fromstring(standalone.svg(drawn, standalone.looks(STYLE)))  # noqa: S314 - ours


def find(root: ET.Element, tag: str, **attributes: str) -> ET.Element:
    found = [each for each in root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")
             if attributes.items() <= each.attrib.items()]  # fmt: skip
    assert found, (tag, attributes)
    return found[-1]


def test_shares_become_lengths_of_the_plot() -> None:
    # 720 less two margins of 24 are 672: a quarter is 168, a half 336
    bar = find(made(), "rect", height="14")
    assert (bar.get("x"), bar.get("width")) == ("168.00", "336.00")


def test_rules_become_attributes_on_a_light_ground() -> None:
    root = made()
    # the last accent is the house's; what only a dark screen shows does not count
    assert find(root, "rect", height="14").get("fill") == "#7a1f1f"
    label = find(root, "text", y="62")
    assert (label.get("fill"), label.get("font-size")) == ("#777777", "12")
    assert label.get("stroke") is None
    outline = find(root, "text", y="62", **{"aria-hidden": "true"})
    assert (outline.get("stroke"), outline.get("fill")) == ("#ffffff", "#ffffff")
    assert find(root, "polyline").get("stroke-width") == "1.1"


def test_the_sheet_ends_below_its_last_line() -> None:
    root = made(measure="Dollars", legend=[("observed", "known")], source=["Source: a", "b"])
    lowest = max(float(each.get("y", 0)) for each in root if each.tag.endswith("text"))
    assert lowest < float(root.get("height", 0)) <= lowest + 40


@pytest.mark.parametrize("size_px", [11, 13, 20])
@settings(deadline=None, max_examples=60)
@given(words=st.text(max_size=400))
def test_lines_fit_and_keep_the_words_in_order(words: str, size_px: int) -> None:
    lines = standalone.wrapped(words, size_px, is_bold=True)
    room = standalone.WIDTH_PX - 48
    assert all(labels.width_px(line, size_px, is_bold=True) <= room + 1e-6 for line in lines)
    if not any("…" in line for line in lines):
        assert " ".join(lines).split() == words.split()


@settings(deadline=None, max_examples=60)
@given(title=st.text(max_size=60))
def test_any_title_gives_a_file_that_parses(title: str) -> None:
    text = ET.tostring(made(title), encoding="unicode")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)
