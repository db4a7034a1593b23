from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.ingest.formats import ark
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = """date,fund,company,ticker,cusip,shares,"market value ($)","weight (%)"
10/28/2021,ARKX,"TESLA INC",TSLA,88160R101,"556,549","$577,619,945.14",90.69%
10/28/2021,ARKX,"ROCKET LAB USA INC","RKLB UQ",773122106,"1,000","$12,000.00",5.00%
10/28/2021,ARKX,"NO TICKER PLC-CL B",,G13311132,10,"$1.00",1.00%
10/28/2021,ARKX,"NOTHING PRIVATE",,PPOPENAIC,10,"$1.00",1.00%
10/28/2021,ARKX,"GOLDMAN FS TRSY OBLIG INST 468",,X9USDGSFT,10,"$1.00",2.00%
10/28/2021,ARKX,"BRERA HOLDINGS PLC WTS",,BREADUMMY,10,"$1.00",0.31%
"The principal risks of investing in these ETFs include equity, market and management risks."
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_signs_footer_and_terminal_tickers(
    write: Callable[..., Path],
    row: Callable[..., dict[str, Any]],
    kinds: Callable[[Parsed], dict[str, int]],
    end: Any,
) -> None:
    parsed = ark.read(write("a.csv", TEXT.replace("\n", end)), Hints())
    assert parsed.reports.select("fund_id", "as_of_on", "holdings_scope").rows() == [
        ("ARKX", date(2021, 10, 28), "full")
    ]
    tesla = row(parsed, ticker="TSLA")
    assert (tesla["shares"], tesla["market_value_usd"]) == (556549, 577619945.14)
    assert tesla["weight_ratio"] == pytest.approx(0.9069)
    assert row(parsed, ticker="RKLB")["mic"] == "XNAS"
    assert kinds(parsed) == {"derivative": 1, "equity": 3, "fund": 1, "other": 1}
    assert parsed.rejects.is_empty()


def test_an_unquoted_footer_with_commas_is_refused_not_taken(write: Callable[..., Path]) -> None:
    path = write("a.csv", TEXT + "Investing involves risk, including loss, of principal\n")
    parsed = ark.read(path, Hints())
    assert parsed.positions.height == 6
    assert parsed.rejects["reason"].to_list() == ["row_is_cut"]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "fund", "day", "rows", "ticker", "shares"),
    [
        ("ARKK_holdings_2026-08-18.csv", "ARKK", date(2026, 8, 18), 47, "TSLA", 1732585),
        ("ARKW_holdings_raw_with_footer.csv", "ARKW", date(2021, 10, 28), 43, "GBTC", 7928233),
    ],
)
def test_real_ark_files(
    real_files: Callable[[str], Path],
    row: Callable[..., dict[str, Any]],
    name: Any,
    fund: Any,
    day: Any,
    rows: Any,
    ticker: Any,
    shares: Any,
) -> None:
    parsed = ark.read(real_files(f"ark/{name}"), Hints())
    assert parsed.reports.select("fund_id", "as_of_on").rows() == [(fund, day)]
    assert parsed.positions.height == rows
    assert row(parsed, ticker=ticker)["shares"] == shares
    assert parsed.rejects.is_empty()
