"""The bibliography names each source once, primary documents first; every reference meets one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pages import section

from flowrisk.report import page_options
from flowrisk.report.page import scenario_page
from flowrisk.report.sections import sources

if TYPE_CHECKING:
    from flowrisk.api import ScenarioResult


def test_every_source_of_the_frames_has_one_entry(sample_result: ScenarioResult) -> None:
    found = sources.bibliography(sample_result.answer)
    entries = [entry for _, own in found.groups for entry in own]
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.text for entry in entries}) == len(entries)
    named = sample_result.answer.marts["reconciliation"]["source"].drop_nulls()
    assert set(named) <= set(found.numbers)
    for _, own in found.groups:
        assert [entry.grade for entry in own] == sorted(entry.grade for entry in own)


def test_a_reference_leads_to_its_source_and_shows_no_more(sample_result: ScenarioResult) -> None:
    page = sample_result.render("html").decode()
    numbers = set(re.findall(r'href="#source-(\d+)">\[', page))
    assert numbers
    assert numbers <= set(re.findall(r'<li id="source-(\d+)"', page))
    said = section(page, "sources")
    assert "3 C The Block via maxbit.cc/?p=222153" in said
    edition = page_options.asked_for(sections="reconciliation")
    alone = scenario_page(sample_result.answer, edition).decode()
    assert "#source-" not in alone
