"""Write a synthetic quarter of SEC Form N-PORT tables in the real layout and size.

Upper-case headers, tabs, no quoting, ``N/A`` and ``000000000`` in CUSIP columns as often as in the
real sets, dates as ``25-FEB-2026``, one IDENTIFIERS row a holding; a fifth of the funds have the
name of an index, two fifths state no net assets, so that their portfolios are compared. Every
figure is made up.

    python benchmarks/generate_quarter.py FOLDER [--holdings 5400000] [--funds 14000] [--zip]
"""

from __future__ import annotations

import argparse
import random
import string
import zipfile
from pathlib import Path

import duckdb
import polars as pl

from flowrisk.ingest.values.check_digits import is_cusip, isin_of_cusip

_SECURITIES_COUNT = 60_000
_SEED = 20_251_120


def universe(securities_count: int) -> pl.DataFrame:
    """Return made-up securities with CUSIPs and ISINs that pass their check digits."""
    dice = random.Random(_SEED)  # noqa: S311 - made-up identifiers, not secrets
    rows = []
    for number in range(securities_count):
        body = dice.choice("123456789") + "".join(dice.choices(string.digits, k=5)) + "10"
        cusip = next(body + digit for digit in string.digits if is_cusip(body + digit))
        lei = f"5493{number:014d}00"
        rows.append((number, cusip, isin_of_cusip(cusip), lei, dice.uniform(3, 400)))
    return pl.DataFrame(rows, schema=["security", "cusip", "isin", "lei", "price"], orient="row")


_FILINGS = """
create table filings as
select range::integer as filing,
       printf('%010d-26-%06d', 1000000 + range % 700, range) as accession,
       case when range % 40 = 0 then 'N/A' else printf('S%09d', range) end as series,
       case when range % 10 < 5 then date '2025-12-31'
            when range % 10 < 8 then date '2026-01-31' else date '2025-11-30' end as reported_on,
       case when range % 350 = 0 then 'NPORT-P/A' else 'NPORT-P' end as form
from range({funds})"""

_HOLDINGS = """
create view holdings as
select row.range as holding, filings.filing, filings.accession, securities.*,
       hash(row.range * 31) % 100 as dice, hash(row.range * 77) % 1000000 as amount
from range({holdings}) as row
inner join filings on filings.filing = (hash(row.range) % {funds})::integer
inner join securities on securities.security
    = (pow(hash(row.range * 13) % 1000003 / 1000003.0, 2) * {securities})::integer"""

_TABLES = {
    "SUBMISSION": """
        select accession as ACCESSION_NUMBER,
               upper(strftime(reported_on + 55 + (filing % 5)::integer, '%d-%b-%Y')) as FILING_DATE,
               '' as FILE_NUM, form as SUB_TYPE,
               upper(strftime(reported_on + 92, '%d-%b-%Y')) as REPORT_ENDING_PERIOD,
               upper(strftime(reported_on, '%d-%b-%Y')) as REPORT_DATE, 'N' as IS_LAST_FILING
        from filings""",
    "REGISTRANT": """
        select accession as ACCESSION_NUMBER, printf('%010d', 1000000 + filing % 700) as CIK,
               'Made-up Trust ' || filing % 700 as REGISTRANT_NAME, '811-00000' as FILE_NUM,
               'N/A' as LEI
        from filings""",
    "FUND_REPORTED_INFO": """
        select accession as ACCESSION_NUMBER,
               'Made-up ' || filing || ' ' || case
                   when filing % 10 < 2 then (['S&P 500 Index Fund', 'Russell 2000 ETF',
                       'MSCI EAFE Index Fund', 'Nasdaq-100 ETF', 'Russell 1000 Growth ETF',
                       'S&P MidCap 400 ETF', 'Small Cap Index Fund', 'MSCI World ETF'
                       ])[1 + (filing // 10) % 8]
                   when filing % 10 = 2 then '2X Long Daily ETF'
                   when filing % 10 = 3 then 'Growth Opportunities ETF'
                   else 'Equity Income Fund' end as SERIES_NAME,
               series as SERIES_ID, 'N/A' as SERIES_LEI,
               case when filing % 5 < 2 then 'N/A' else (1e9 + filing)::varchar end as NET_ASSETS
        from filings""",
    "FUND_REPORTED_HOLDING": """
        select accession as ACCESSION_NUMBER, 150000000 + holding as HOLDING_ID,
               'Issuer number ' || security as ISSUER_NAME, lei as ISSUER_LEI,
               case when dice < 45 then 'ISSUER ' || security || ' COM'
                    else 'ISSUER ' || security || ' 4.500% 15-MAR-2031' end as ISSUER_TITLE,
               case when dice % 10 < 3 then 'N/A' when dice % 10 = 3 then '000000000'
                    else cusip end as ISSUER_CUSIP,
               case when amount % 9 = 0 then '.' || amount else amount::varchar end as BALANCE,
               case when dice < 46 then 'NS' when dice < 92 then 'PA' else 'NC' end as UNIT,
               '' as OTHER_UNIT_DESC, 'USD' as CURRENCY_CODE,
               round(price * case when amount % 9 = 0 then ('.' || amount)::double
                                  else amount end, 2) as CURRENCY_VALUE,
               '' as EXCHANGE_RATE, round(amount / {weight_divisor}, 12) as PERCENTAGE,
               case when dice < 45 then 'Long' when dice < 46 then 'Short'
                    when dice < 92 then 'Long' else 'N/A' end as PAYOFF_PROFILE,
               case when dice < 46 then 'EC' when dice < 92 then 'DBT' else 'DE' end as ASSET_CAT,
               '' as OTHER_ASSET, 'CORP' as ISSUER_TYPE, '' as OTHER_ISSUER,
               'US' as INVESTMENT_COUNTRY, 'N' as IS_RESTRICTED_SECURITY, '1' as FAIR_VALUE_LEVEL,
               case when dice < 92 then '' else 'SWP' end as DERIVATIVE_CAT
        from holdings""",
    "IDENTIFIERS": """
        select 150000000 + holding as HOLDING_ID, holding as IDENTIFIERS_ID,
               case when dice % 10 = 9 then 'N/A' else isin end as IDENTIFIER_ISIN,
               'N/A' as IDENTIFIER_TICKER, '' as OTHER_IDENTIFIER, '' as OTHER_IDENTIFIER_DESC
        from holdings""",
}


def write_quarter(folder: Path, holdings_count: int, funds_count: int) -> list[Path]:
    """Write the five tables as TSV into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    securities = folder / "securities.parquet"
    universe(_SECURITIES_COUNT).write_parquet(securities)
    connection = duckdb.connect()
    connection.execute(f"create view securities as from read_parquet('{securities}')")
    connection.execute(_FILINGS.format(funds=funds_count))
    connection.execute(
        _HOLDINGS.format(
            holdings=holdings_count, funds=funds_count, securities=_SECURITIES_COUNT - 1
        )
    )
    paths = []
    # Amounts are uniform up to a million: on average a fund's positions weigh 100 % together.
    divisor = 5000 * holdings_count / funds_count
    for name, select in _TABLES.items():
        select = select.replace("{weight_divisor}", f"{divisor:.1f}")  # noqa: PLW2901
        paths.append(folder / f"{name}.tsv")
        connection.execute(
            f"copy ({select}) to '{paths[-1]}' (format csv, delimiter '\t', quote '', header)"
        )
    securities.unlink()
    return paths


def write_zip(paths: list[Path], target: Path) -> None:
    """Pack the tables as the SEC packs them: one deflated zip, tables at its root."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for path in paths:
            archive.write(path, path.name)


def main() -> None:
    """Read the command line and write the quarter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--holdings", type=int, default=5_400_000)
    parser.add_argument("--funds", type=int, default=14_000)
    parser.add_argument("--zip", action="store_true", help="pack the tables beside the folder too")
    chosen = parser.parse_args()
    paths = write_quarter(chosen.folder, chosen.holdings, chosen.funds)
    if chosen.zip:
        write_zip(paths, chosen.folder.with_suffix(".zip"))
    print(*paths, sep="\n")


if __name__ == "__main__":
    main()
