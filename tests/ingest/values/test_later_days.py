"""A day that has not come yet is refused, in whatever form a file states it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import flowrisk
from flowrisk.errors import DataError, QuestionError
from flowrisk.ingest.run import ingest
from flowrisk.ingest.values import later_days

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ISHARES = (
    'iShares Russell 3000 ETF\nFund Holdings as of,"{day:%b} {day.day}, {day.year}"\n\n'
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Notional Value,Quantity,Price,Location,"
    "Exchange,Currency,FX Rate,Market Currency,Accrual Date\n"
    '"MSTR","STRATEGY INC","IT","Equity","300","100","300","1","300","United States","NASDAQ",'
    '"USD","1.00","USD","-"\n'
)
INVESCO = (
    "Fund Ticker,Security Identifier,Holding Ticker,Shares/Par Value,MarketValue,Weight,Name,"
    "Class of Shares,Sector,Date\n"
    "QQQ,594972408,MSTR ,1,300,100,Strategy Inc,Common,IT,{day:%m/%d/%Y}\n"
)
ARK = (
    'date,fund,company,ticker,cusip,shares,"market value ($)","weight (%)"\n'
    '{day:%m/%d/%Y},ARKW,"STRATEGY INC",MSTR,594972408,1,$300.00,100.00%\n'
)
TABLE = "Fund,ISIN,Quantity,Date\nOURS,US5949724083,1,{day:%Y-%m-%d}\n"
PRICES = "Date,Open,High,Low,Close,Volume\n{day:%Y-%m-%d},300,300,300,300,1000\n"
NPORT = (
    '<?xml version="1.0"?><edgarSubmission xmlns="http://www.sec.gov/edgar/nport"><headerData>'
    "<submissionType>NPORT-P</submissionType></headerData><formData><genInfo><regName>T</regName>"
    "<regCik>0000012345</regCik><seriesId>S000000001</seriesId><repPdDate>{day:%Y-%m-%d}"
    "</repPdDate></genInfo><fundInfo><netAssets>300</netAssets></fundInfo><invstOrSecs>"
    "<invstOrSec><name>STRATEGY INC</name><cusip>594972408</cusip><balance>1</balance>"
    "<units>NS</units><valUSD>300</valUSD><pctVal>100</pctVal><payoffProfile>Long</payoffProfile>"
    "<assetCat>EC</assetCat></invstOrSec></invstOrSecs></formData></edgarSubmission>"
)
FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ishares": ("IWV.csv", ISHARES, {}),
    "invesco": ("QQQ.csv", INVESCO, {"dates": "mdy"}),
    "ark": ("ARKW.csv", ARK, {"dates": "mdy"}),
    "table": ("own.csv", TABLE, {"columns": "fund=Fund,isin=ISIN,shares=Quantity,date=Date"}),
    "prices": ("MSTR.csv", PRICES, {"security": "MSTR"}),
    "nport": ("primary_doc.xml", NPORT, {}),
}
AHEAD = st.one_of(st.integers(2, 400), st.integers(401, 25_000))


@pytest.mark.parametrize("form", sorted(FORMS))
@settings(max_examples=4, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(ahead_days=AHEAD)
@example(ahead_days=1)
def test_a_day_that_has_not_come_is_refused_in_every_form(
    form: str, ahead_days: int, lake: Path, write: Callable[..., Path]
) -> None:
    name, text, told = FORMS[form]
    day = later_days.newest_on() + dt.timedelta(days=ahead_days - 1)
    file = write(name, text.format(day=day))
    dataset = flowrisk.open_dataset(lake)
    if ahead_days == 1:  # tomorrow, as it is somewhere already
        assert dataset.ingest([file], format=form, dry_run=True, **told).row_count == 1
        return
    before = sorted((path, path.stat().st_mtime_ns) for path in lake.rglob("*.parquet"))
    with pytest.raises(DataError, match="not come yet") as refused:
        dataset.ingest([file], format=form, **told)
    facts = {name: str(fact) for name, fact in refused.value.facts.items()}
    assert facts["day"] == str(day)
    assert facts["file"] == str(file)
    assert facts["row"].isdigit() or form == "nport"
    assert "clock" in refused.value.remedy
    assert before == sorted((path, path.stat().st_mtime_ns) for path in lake.rglob("*.parquet"))


def test_one_row_of_many_names_itself(lake: Path) -> None:
    day = later_days.newest_on() + dt.timedelta(days=1)
    rows = pl.DataFrame({
        "fund": ["OURS", "OURS"], "isin": ["US5949724083"] * 2, "shares": [1, 2],
        "date": ["2025-06-30", str(day)],
    })  # fmt: skip
    with pytest.raises(DataError, match="not come yet") as refused:
        flowrisk.open_dataset(lake).ingest(rows, columns={name: name for name in rows.columns})
    assert refused.value.facts["row"] == 3


def test_a_set_of_filings_loses_the_report_and_says_so(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    """One filing of a quarter does not stop the rest: its rows are refused with their reason."""
    day = f"{later_days.newest_on() + dt.timedelta(days=40):%d-%b-%Y}".upper()
    source = quarter("q", SUBMISSION=[{"REPORT_DATE": day, "FILING_DATE": day}])
    summary = ingest([source], format="nport", data=lake)
    assert [tally.name for tally in summary.refused] == ["report_date_in_the_future"]


def test_a_day_asked_for_is_refused_before_any_file(lake: Path) -> None:
    day = later_days.newest_on() + dt.timedelta(days=1)
    with pytest.raises(QuestionError, match="--as-of has not come yet"):
        flowrisk.open_dataset(lake).ingest(["no such file.csv"], as_of=day)
    with pytest.raises(DataError, match="not come yet"):
        later_days.refuse(pl.DataFrame({"row_number": [7], "on": [day]}), "on")
