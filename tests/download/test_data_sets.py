"""Data sets are found on the SEC's pages, by whatever address these give, and chosen by period."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import NPORT_PAGE, THIRTEEN_F_PAGE, Publisher, always, page

from flowrisk.download import data_sets
from flowrisk.download.sources import sources
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    from flowrisk.download.client import Client

OLD, NEW = "/files/structureddata/data/form-13f-data-sets", "/files/datastandardsinnovation/data"
THIRTEEN_F = (
    f"https://www.sec.gov{NEW}/01jun2026-31aug2026_form13f.zip",
    f"{OLD}/01mar2026-31may2026_form13f.zip",
    f"{OLD}/2023q4_form13f.zip",
    f"{OLD}/99foo2026-31may2026_form13f.zip",
    f"{OLD}/31may2026-01mar2026_form13f.zip",
    "/files/form13f_readme.pdf",
    f"{OLD}/01mar2026-31may2026_form13f.zip?download",
)
NPORT = tuple(f"/files/dera/data/{quarter}_nport.zip" for quarter in ("2026q2", "2025q4", "2019q4"))


def found(client: Client, publisher: Publisher, kind: str) -> list[data_sets.DataSet]:
    publisher.answers[NPORT_PAGE] = always(200, page(*NPORT))
    publisher.answers[THIRTEEN_F_PAGE] = always(200, page(*THIRTEEN_F))
    return data_sets.published(client, sources()[kind])


def test_the_page_is_read_not_the_address_built(client: Client, publisher: Publisher) -> None:
    sets = found(client, publisher, "13f")
    assert [each.period for each in sets] == ["2023q4", "01mar2026-31may2026",
                                              "01jun2026-31aug2026"]  # fmt: skip
    assert sets[-1].address == THIRTEEN_F[0]
    assert sets[1].address == f"https://www.sec.gov{OLD}/01mar2026-31may2026_form13f.zip"
    assert (sets[1].first_on, sets[1].last_on) == (dt.date(2026, 3, 1), dt.date(2026, 5, 31))
    assert (sets[0].first_on, sets[0].last_on) == (dt.date(2023, 10, 1), dt.date(2023, 12, 31))


@pytest.mark.parametrize(
    ("kind", "periods", "since", "expected"),
    [
        ("13f", (), None, ["01jun2026-31aug2026"]),
        ("13f", ("2026-08",), None, ["01jun2026-31aug2026"]),
        ("13f", ("2026-05", "2026-06"), None, ["01mar2026-31may2026", "01jun2026-31aug2026"]),
        ("13f", ("2023q4",), None, ["2023q4"]),
        ("13f", ("2023-11", "2023q4"), None, ["2023q4"]),
        ("13f", ("01MAR2026-31may2026",), None, ["01mar2026-31may2026"]),
        ("nport", (), None, ["2026q2"]),
        ("nport", ("2025Q4",), None, ["2025q4"]),
        ("nport", ("2025-12",), None, ["2025q4"]),
        ("nport", (), "2025q1", ["2025q4", "2026q2"]),
        ("nport", (), "2025-12", ["2025q4", "2026q2"]),
        ("nport", ("2019q4",), "2026q1", ["2019q4", "2026q2"]),
    ],
)
def test_periods_choose(
    client: Client, publisher: Publisher, kind: str, periods: tuple[str, ...], since: str | None,
    expected: list[str],
) -> None:  # fmt: skip
    sets = found(client, publisher, kind)
    chosen = data_sets.chosen(sets, periods, since, sources()[kind])
    assert [each.period for each in chosen] == expected


@pytest.mark.parametrize(("periods", "since"), [(("2026q3",), None), ((), "2026q3"),
                                                (("2018q1",), None)])  # fmt: skip
def test_what_is_not_published_is_said_with_what_is(
    client: Client, publisher: Publisher, periods: tuple[str, ...], since: str | None
) -> None:
    sets = found(client, publisher, "nport")
    with pytest.raises(DataError, match="No data set is published") as refused:
        data_sets.chosen(sets, periods, since, sources()["nport"])
    assert refused.value.facts["published"] == "2026q2, 2025q4, 2019q4"


def test_a_page_that_names_none_is_refused(client: Client, publisher: Publisher) -> None:
    for content in (page(), page("/about.html", "2026q2_nport.zip.html"), b""):
        publisher.answers[NPORT_PAGE] = always(200, content)
        with pytest.raises(DataError, match="names none") as refused:
            data_sets.published(client, sources()["nport"])
        assert refused.value.facts["last checked on"] == sources()["nport"].checked_on


@pytest.mark.parametrize("word", ["", "2026", "2026q5", "q2", "2026-13", "2026-8", "0000q1", "new"])
def test_a_word_that_is_no_period_is_refused(word: str) -> None:
    with pytest.raises(QuestionError, match="is no period"):
        data_sets.period_span(word)


@given(st.integers(2000, 2100), st.integers(1, 12))
def test_a_month_lies_in_its_quarter(year: int, month: int) -> None:
    first, last = data_sets.period_span(f"{year}-{month:02}")
    start, end = data_sets.period_span(f"{year}q{(month + 2) // 3}")
    assert start <= first <= last <= end
    assert (first.day, (last + dt.timedelta(days=1)).day) == (1, 1)


@given(st.text(max_size=20))
def test_any_word_is_a_period_or_refused(word: str) -> None:
    try:
        first, last = data_sets.period_span(word)
    except QuestionError:
        return
    assert first < last
