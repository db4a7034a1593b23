"""Index funds recognised by name: measured on labelled real names, and what ingest makes of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import flowrisk
from flowrisk.engines.bulk import Bulk
from flowrisk.errors import DataError
from flowrisk.ingest import merging, recognition
from flowrisk.ingest.run import ingest
from flowrisk.ingest.sql_steps import define

JUNE = date(2025, 6, 30)
SAMPLE = Path(__file__).with_name("index_fund_names.csv")
Told = dict[str, dict[str, Any]]
HEAD = "priority,pattern,exclusions,provider_id,index_id,index_name,confidence,note\n"
INDEX_FUNDS = (
    "fund_id,sec_cik,fund_ticker,fund_name,manager_name,index_id,provider_id,index_name,"
    "vehicle,basis,source\n"
)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Callable[..., Told]]:
    """Return a function: names in, what is recognised of each out; ``folder`` is the dataset."""
    with Bulk(tmp_path) as bulk:

        def recognised(names: list[str], folder: Path = tmp_path / "none") -> Told:
            merging.bind(bulk, folder)
            recognition.load(bulk, folder)
            bulk.load("ingest.index_funds", pl.DataFrame(
                schema=dict.fromkeys(("fund_id", "index_id"), pl.String)))  # fmt: skip
            bulk.load("ingest.reports_taken", pl.DataFrame({
                "report_id": range(len(names)), "holder": "fund", "as_of_on": JUNE,
                "fund_id": names, "fund_name": names,
            }))  # fmt: skip
            define(bulk, "funds_settled", "fund_names", "names_recognised")
            frame = bulk.frame("select * from ingest.names_recognised")
            return {row["fund_id"]: row for row in frame.rows(named=True)}

        yield recognised


def labelled() -> list[dict[str, str]]:
    text = SAMPLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in text if not line.startswith("#")))


def _share(count: int, whole: int) -> float:
    return count / whole if whole else 1.0


@pytest.mark.parametrize("part", ["even rows", "odd rows, held out", "second draw", "all"])
def test_recall_and_precision_on_labelled_names(
    told: Callable[..., Told], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row for row in labelled() if row["tracks_index"] != "unknown" and _is_in(row, part)]
    found = told([row["series_name"] for row in rows])
    hits = [row for row in rows if (found.get(row["series_name"]) or {}).get("provider_id")]
    trackers = [row for row in rows if row["tracks_index"] == "yes"]
    right = [row for row in hits if row["tracks_index"] == "yes"]
    recall, precision = _share(len(right), len(trackers)), _share(len(right), len(hits))
    named = [(row, found[row["series_name"]]) for row in right]
    judged = [(row["provider_id"], told_row["provider_id"]) for row, told_row in named
              if row["provider_id"] and told_row["provider_id"] != "unlisted"]  # fmt: skip
    agree = sum(label == provider for label, provider in judged)
    one_index = [(row["index_id"], told_row["index_id"]) for row, told_row in named
                 if row["index_id"] and told_row["is_one_index"]]  # fmt: skip
    with capsys.disabled():
        print(f"\n{part}: {len(rows)} names, {len(trackers)} trackers; recall {recall:.3f}, "  # noqa: T201 - a measure to be read
              f"precision {precision:.3f}; provider right in {agree} of {len(judged)}, "
              f"index in {sum(a == b for a, b in one_index)} of {len(one_index)}")  # fmt: skip
    assert recall >= 0.95
    assert precision >= 0.97
    assert _share(agree, len(judged)) >= 0.97
    assert all(label == index_id for label, index_id in one_index)


def _is_in(row: dict[str, str], part: str) -> bool:
    is_second = row["stratum"].startswith("second_")
    is_odd = int(row["row_number"]) % 2 == 1
    return {
        "even rows": not is_second and not is_odd,
        "odd rows, held out": not is_second and is_odd,
        "second draw": is_second,
        "all": True,
    }[part]


def test_the_sample_is_large_and_half_of_it_was_held_out() -> None:
    first = [row for row in labelled() if not row["stratum"].startswith("second_")]
    assert len(first) >= 300
    assert len({row["series_name"] for row in first}) == len(first)
    assert {row["stratum"] for row in first} >= {
        "random", "leveraged", "inverse", "buffer", "option_income", "target_date", "core",
        "enhanced", "select", "equal_weight", "esg", "fund_of_funds", "factor",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "ProShares UltraPro S&P500", "Direxion Daily S&P 500 Bull 3X Shares",
        "ProShares Short Russell2000", "Inverse NASDAQ-100 Strategy Fund",
        "FT Vest U.S. Equity Buffer ETF - June", "Goldman Sachs S&P 500 Premium Income ETF",
        "iShares S&P 500 BuyWrite ETF", "Schwab Target 2050 Index Fund",
        "BlackRock LifePath Index 2040 Fund", "SA Index Allocation 80/20 Portfolio",
        "iShares Core 60/40 Balanced Allocation ETF", "iShares Currency Hedged MSCI EAFE ETF",
        "iShares Large Cap Core Active ETF", "Gotham Enhanced S&P 500 Index Fund",
        "VOYA INDEX PLUS LARGECAP PORTFOLIO", "Russell Investments Global Equity ETF",
    ],
)  # fmt: skip
def test_what_never_tracks_an_index_is_told_so(told: Callable[..., Told], name: str) -> None:
    assert told([name])[name]["confidence"] == "never"


def test_a_name_is_read_without_its_marks(told: Callable[..., Told]) -> None:
    name = "State Street(R) SPDR(R)  Portfolio S & P 400(TM) Mid Cap ETF"
    assert told([name])[name]["index_id"] == "sp-midcap-400"


def test_the_first_rule_spares_only_names_that_no_other_would_meet(
    told: Callable[..., Told], write: Callable[..., Path]
) -> None:
    # the dataset's own rules come first: the same rules without the first one
    shipped = (Path(recognition.__file__).parent / recognition.RULES_FILE).read_text("utf-8")
    gateless = "".join(line for line in shipped.splitlines(keepends=True) if ",unsaid," not in line)
    folder = write(recognition.RULES_FILE, gateless).parent
    names = [row["series_name"] for row in labelled()]
    with_gate, without = ({name: row["index_id"] for name, row in found.items()}
                          for found in (told(names), told(names, folder)))  # fmt: skip
    assert with_gate == without


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x,a,,msci,,,high,", "priority"),
        ("1,(,,msci,,,high,", "("),
        ("1,(?=a),,msci,,,high,", "(?=a)"),
        ("1,a,[,msci,,,high,", "["),
        ("1,a,,msci,msci-x,,high,", "name"),
        ("1,a,,,,,high,", "provider"),
        ("1,a,,msci,,,never,", "provider"),
        ("1,a,,msci,,,surely,", "confidence"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_its_line(
    told: Callable[..., Told], write: Callable[..., Path], line: str, reason: str
) -> None:
    folder = write(recognition.RULES_FILE, f"{HEAD}1,b,,msci,,,high,\n{line}\n").parent
    with pytest.raises(DataError) as raised:
        told(["x"], folder)
    assert raised.value.facts["line"] == 3
    assert reason in str(raised.value.facts["reason"])


def test_own_rules_come_before_those_shipped(
    told: Callable[..., Told], write: Callable[..., Path]
) -> None:
    rule = "900,some s&p 500 index fund,,msci,msci-own,MSCI own index,high,as its manager says\n"
    folder = write(recognition.RULES_FILE, HEAD + rule).parent
    name = "Some S&P 500 Index Fund"
    assert told([name])[name]["index_id"] == "sp-500"
    assert told([name], folder)[name]["index_id"] == "msci-own"


def fund_in(lake: Path, fund_id: str = "S000000001") -> dict[str, Any]:
    (row,) = pl.read_parquet(lake / "funds.parquet").filter(fund_id=fund_id).rows(named=True)
    return row


def named(quarter: Callable[..., Path], name: str, folder: str = "q") -> Path:
    return quarter(folder, FUND_REPORTED_INFO=[{"SERIES_NAME": name}])


def test_a_report_of_one_position_is_enough_and_counts_as_observed(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    def observed() -> float:
        answer = flowrisk.open_dataset(lake).scenario(providers="sp-dji", securities=["MSTR"])
        return float(answer.outflows["observed_outflow_shares"].item())

    before = observed()
    ingest([named(quarter, "Some S&P 500 Index Fund")], format="nport", data=lake)
    fund = fund_in(lake)
    assert (fund["index_id"], fund["basis"]) == ("sp-500", "inferred")
    assert fund["source"].startswith("recognised by name (name_rule, confidence high)")
    (match,) = pl.read_parquet(lake / "index_matches.parquet").rows(named=True)
    assert (match["method"], match["confidence"]) == ("name_rule", "high")
    assert observed() == before + 100


def test_where_only_the_provider_is_told_a_row_of_other_indices_carries_it(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    ingest([named(quarter, "iShares MSCI Germany ETF")], format="nport", data=lake)
    assert fund_in(lake)["index_id"] == "msci-other"
    indices = pl.read_parquet(lake / "indices.parquet").filter(index_id="msci-other")
    assert indices.select("provider_id", "index_name").rows() == [("msci", "other indices of MSCI")]


def test_a_provider_that_the_dataset_lacks_is_created_by_its_name(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    ingest([named(quarter, "iShares Blockchain and Tech ETF")], format="nport", data=lake)
    providers = dict(pl.read_parquet(lake / "providers.parquet").rows_by_key("provider_id"))
    assert "ice" in providers
    assert fund_in(lake)["index_id"] == "ice-other"


def test_a_table_of_index_funds_overrules_a_name_and_takes_a_mapping_back(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = named(quarter, "Some S&P 500 Index Fund")
    ingest([source], format="nport", data=lake)
    own = lake / "index_funds.csv"
    own.write_text(INDEX_FUNDS + "S000000001,,,Some Fund,Some,,,,etf,reported,its prospectus\n")
    ingest([source], format="nport", data=lake)
    assert fund_in(lake)["index_id"] is None
    assert pl.read_parquet(lake / "index_matches.parquet").is_empty()
    own.write_text(
        INDEX_FUNDS + "S000000001,,,Some Fund,Some,msci-world,msci,MSCI World,etf,reported,p. 3\n"
    )
    ingest([source], format="nport", data=lake)
    assert (fund_in(lake)["index_id"], fund_in(lake)["source"]) == ("msci-world", "p. 3")
    own.unlink()
    ingest([source], format="nport", data=lake)
    assert fund_in(lake)["index_id"] == "msci-world"  # an explicit mapping is never guessed away


@pytest.mark.parametrize(("index_id", "basis"), [("msci-world", "inferred"), (None, "reported")])
def test_what_is_written_into_the_table_of_funds_stays(
    lake: Path, quarter: Callable[..., Path], index_id: str | None, basis: str
) -> None:
    source = named(quarter, "Some S&P 500 Index Fund")
    ingest([source], format="nport", data=lake)
    is_ours = pl.col("fund_id") == "S000000001"
    pl.read_parquet(lake / "funds.parquet").with_columns(
        index_id=pl.when(is_ours).then(pl.lit(index_id)).otherwise("index_id"),
        basis=pl.when(is_ours).then(pl.lit(basis)).otherwise("basis"),
    ).write_parquet(lake / "funds.parquet")
    for _ in range(2):
        ingest([source], format="nport", data=lake)
        assert fund_in(lake)["index_id"] == index_id


def test_a_rule_changed_changes_what_was_recognised(
    lake: Path, quarter: Callable[..., Path]
) -> None:
    source = named(quarter, "Some S&P 500 Index Fund")
    ingest([source], format="nport", data=lake)
    (lake / recognition.RULES_FILE).write_text(HEAD + "1,some s&p,,,,,never,it is managed\n")
    ingest([source], format="nport", data=lake)
    assert fund_in(lake)["index_id"] is None


def test_the_same_file_twice_changes_nothing(lake: Path, quarter: Callable[..., Path]) -> None:
    source = named(quarter, "Some S&P 500 Index Fund")
    ingest([source], format="nport", data=lake)
    assert ingest([source], format="nport", data=lake).changed_paths == ()


@pytest.mark.parametrize(
    ("name", "report_date", "fund_id"),
    [
        ("Vanguard Morningstar Growth ETF", "31-AUG-2026", "S000002842"),
        ("VANGUARD GROWTH INDEX FUND", "30-JUN-2025", "S000002842"),
        ("Vanguard Morningstar Growth ETF", "30-JUN-2025", "0000000001"),  # not its name then
        ("Some Growth Fund", "30-JUN-2025", "0000000001"),
    ],
)
def test_a_fund_without_series_id_is_found_by_its_name_of_the_day(
    lake: Path, quarter: Callable[..., Path], name: str, report_date: str, fund_id: str
) -> None:
    source = quarter(
        "q",
        SUBMISSION=[{"REPORT_DATE": report_date, "FILING_DATE": "28-SEP-2026"}],
        FUND_REPORTED_INFO=[{"SERIES_NAME": name, "SERIES_ID": "N/A"}],
    )
    known = pl.read_parquet(lake / "funds.parquet")
    known.filter(pl.col("fund_id") != "S000002842").write_parquet(lake / "funds.parquet")
    ingest([source], format="nport", data=lake)
    reports = pl.read_parquet(lake / "fund_reports.parquet")
    assert (
        fund_id
        in reports.filter(pl.col("source").str.contains("0000000001-25-000001"))[
            "fund_id"
        ].to_list()
    )


def test_a_renamed_fund_is_the_series_it_was(lake: Path, quarter: Callable[..., Path]) -> None:
    source = quarter("q", FUND_REPORTED_INFO=[
        {"SERIES_NAME": "Vanguard Morningstar Total Stock Market Index Fund",
         "SERIES_ID": "S000002848"}
    ])  # fmt: skip
    ingest([source], format="nport", data=lake)
    assert fund_in(lake, "S000002848")["index_id"] == "crsp-us-total-market"
