"""A source is shown with its addresses as links, and graded by what its own text says of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.text.paragraphs import sources


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("The Block via https://maxbit.cc/?p=222153", ["https://maxbit.cc/?p=222153"]),
        (
            "See (https://a.org/x_(y)), and https://b.org/z.",
            ["https://a.org/x_(y)", "https://b.org/z"],
        ),
        (
            "copy: GitHub owner/some.name data/latest/VXF.json",
            ["https://github.com/owner/some.name"],
        ),
        ("ishares.com/us/products as saved", ["https://ishares.com/us/products"]),
        ("data/latest/VXF.json and fund_reports.csv", []),
        ("javascript://alert(1) data:text/html,x ftp://a.org/x", []),
        ("https://nohost and http:///path", []),
    ],
)
def test_addresses_become_links_and_nothing_else_does(source: str, links: list[str]) -> None:
    assert [each.address for each in sources.parts(source) if each.address] == links
    plain = [each.text for each in sources.parts(source) if not each.address]
    assert all(each in source for each in plain)


@given(st.text(alphabet=st.sampled_from("ahtps:/.()<>\"' xGitHub-_…\u202e"), max_size=80))
def test_a_link_is_of_the_web_and_ends_no_attribute(text: str) -> None:
    for part in sources.parts(text):
        if part.address is not None:
            assert part.address.startswith(("http://", "https://"))
            assert not set(part.address) & set("<>\"' …\u202e")


def test_a_cut_address_is_no_link() -> None:
    long = "x" * 380 + " https://example.org/" + "y" * 100
    assert all(part.address is None for part in sources.parts(long))


@pytest.mark.parametrize(
    ("source", "grade"),
    [
        ("SEC Form N-PORT filed 2025-08-27 (copy: GitHub a/b data/latest/VXF.json)", "A"),
        ("https://app2.msci.com/webapp/index_ann/DocGet?format=html", "A"),
        ("https://msci.com.example.org/x", "C"),
        ("Chinco & Sammon, JFE 2024", "B"),
        ("Bloomberg via https://www.binance.bh/en-AE/square/post/1", "C"),
        ("Course lesson (public repository text), citing https://www.msci.com/x", "C"),
        ("MSCI, https://ir.msci.com/x ; exposure: repository text, grade C", "C"),
        ("https://somewhere.example.org/story", "C"),
        ("", "C"),
        (None, "C"),
    ],
)
def test_a_source_is_as_good_as_its_weakest_part(source: str | None, grade: str) -> None:
    assert sources.grade(source) == grade
