"""Which security a name means: every usual kind of identifier, listing or name."""

from __future__ import annotations

import pytest

import flowrisk
from flowrisk.errors import QuestionError

MSTR, METAPLANET = "US5949724083", "JP3481200008"


@pytest.mark.parametrize(
    ("name", "security_id"),
    [
        ("MSTR", MSTR), ("mstr", MSTR), (MSTR, MSTR), (MSTR.lower(), MSTR),
        ("594972408", MSTR), ("XNAS:MSTR", MSTR), ("MSTR US", MSTR), ("MSTR US Equity", MSTR),
        ("MSTR UW Equity", MSTR), ("MSTR.OQ", MSTR), ("Strategy", MSTR),
        ("549300WQTWEJUEHXQX21", MSTR),
        ("3350", METAPLANET), ("03350", METAPLANET), ("3350.0", METAPLANET),
        ("3350.T", METAPLANET), ("3350 JT", METAPLANET), ("3350 JP Equity", METAPLANET),
        ("metaplanet", METAPLANET), ("Metaplanet Inc", METAPLANET),
    ],
)  # fmt: skip
def test_a_security_is_found_by(name: str, security_id: str) -> None:
    answer = flowrisk.open_dataset().scenario(securities=[name], providers="msci")
    assert answer.outflows["security_id"].to_list() == [security_id]


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("Strateg", "no security"), ("MSTR LN", "no security"), ("3350.HK", "no security"),
        ("594972409", "no security"), ("metaplannet inc common stock", "3350 (metaplanet"),
        ("Bitcoin", "no security"), ("STRK", "preferred share"),
    ],
)  # fmt: skip
def test_what_no_one_security_bears_is_refused(name: str, fact: str) -> None:
    with pytest.raises(QuestionError) as caught:
        flowrisk.open_dataset().scenario(securities=[name], providers="msci")
    said = str(caught.value)
    assert fact.casefold() in said.casefold() or "more than one" in said
