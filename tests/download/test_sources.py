"""Where files come from, as data: who fetches them, under which terms, checked on which day."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest

from flowrisk.download import sources
from flowrisk.errors import QuestionError
from flowrisk.ingest.sources import words


def test_only_the_sec_is_asked() -> None:
    assert sources.hosts() == {"www.sec.gov", "data.sec.gov"}
    for each in sources.sources().values():
        is_sec = (urlsplit(each.page).hostname or "").endswith(".sec.gov")
        assert each.is_fetched == is_sec, each.name
        assert urlsplit(each.page).scheme == "https"


def test_each_row_has_terms_and_the_day_somebody_looked() -> None:
    for each in sources.sources().values():
        assert each.terms
        assert dt.date.fromisoformat(each.checked_on) <= dt.datetime.now(dt.UTC).date()
        assert not each.format or each.format in words(), each.name
        assert not each.is_fetched or 0 < each.largest_byte_count < 10**10


@pytest.mark.parametrize("name", [n for n, s in sources.sources().items() if not s.is_fetched])
def test_files_of_issuers_are_named_with_their_terms_and_left_to_the_user(name: str) -> None:
    with pytest.raises(QuestionError, match="are not fetched") as refused:
        sources.kind_of(name)
    assert refused.value.facts["terms"] == sources.sources()[name].terms
    assert refused.value.facts["page"] == sources.sources()[name].page
    assert f"flowrisk ingest {sources.sources()[name].format} FILE" in refused.value.remedy


def test_an_unknown_word_names_the_nearest() -> None:
    with pytest.raises(QuestionError, match="nothing to fetch") as refused:
        sources.kind_of("nports")
    assert refused.value.facts["nearest"] == "nport"
