"""The bundled sample says what its facts say: no more, no less, and with their provenance."""

from __future__ import annotations

import importlib.util
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import ROOT
from sample_files import SAMPLE, SOURCES, STRATEGY, facts, number, rows

from flowrisk.dataset.contract import BASES, Table, tables

if TYPE_CHECKING:
    from types import ModuleType

AS_OF = date(2025, 11, 20)
# the facts were typed from documents: no file was read, so no row of a file was unreadable
ABSENT = {"unread_positions"}
PRESENT = {name: table for name, table in tables().items() if name not in ABSENT}
TABLES = pytest.mark.parametrize("table", PRESENT.values(), ids=lambda table: table.name)


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_sample", ROOT / "scripts/build_sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    script().build(SOURCES, folder)
    return folder


def built_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.parquet")}


@TABLES
def test_committed_table_is_what_its_facts_give(table: Table, rebuilt: Path) -> None:
    assert rows(table.name).equals(rows(table.name, rebuilt))


def test_two_builds_give_the_same_bytes_and_replace_old_parts(
    rebuilt: Path, tmp_path: Path
) -> None:
    stale = tmp_path / "holdings/as_of_month=1999-01/old.parquet"
    stale.parent.mkdir(parents=True)
    stale.touch()
    (tmp_path / "stale.parquet").touch()
    script().build(SOURCES, tmp_path)
    assert built_files(tmp_path) == built_files(rebuilt)


def test_counts_of_rows_follow_from_the_facts() -> None:
    expected = {name: len(facts(name)) for name in tables() if (SOURCES / f"{name}.csv").exists()}
    expected |= {
        "indices": 63 - 3,  # two "no index" rows and one of Solactive
        "decisions": 61 - 1,  # one event of a provider without an index
        "manager_holdings": 432 - 1,  # two filers of Vanguard on one day are one manager
        "fund_reports": 51,
        "fund_net_assets": 105,
        "holdings": 188,
        "fund_weights": 249 - 188,
        "index_memberships": 210,
        # isin (not YCA), cusip (of the United States and CINS), ticker (not EXOD), lei
        "security_identifiers": 34 + 31 + 34 + 1,
        "candidates": 5 + 21 + 5 + 3 + 3,
        "analyst_targets": 5,
    }
    assert {name: rows(name).height for name in PRESENT} == expected


def test_only_an_optional_table_without_facts_is_absent() -> None:
    parts = {path.stem for path in SAMPLE.glob("*.parquet")} | {"holdings"}
    assert set(tables()) - parts == ABSENT
    assert not any(tables()[name].is_required for name in ABSENT)
    assert not any((SOURCES / f"{name}.csv").exists() for name in ABSENT)


@TABLES
def test_columns_and_keys_follow_the_contract(table: Table) -> None:
    frame = rows(table.name)
    assert frame.columns == [column.name for column in table.columns]
    assert frame.select(table.keys).is_duplicated().sum() == 0
    filled = [column.name for column in table.columns if not column.is_nullable]
    assert frame.select(pl.col(filled).is_null().sum()).row(0) == (0,) * len(filled)
    for column in (column for column in table.columns if column.accepted):
        values = frame[column.name].drop_nulls() if column.is_nullable else frame[column.name]
        assert set(values) <= set(column.accepted)


@TABLES
def test_every_row_says_how_it_is_known_and_from_where(table: Table) -> None:
    frame = rows(table.name)
    assert set(frame["basis"]) <= set(BASES)
    assert frame.filter(pl.col("source").fill_null("").str.strip_chars() == "").is_empty()


def test_parts_are_sorted_and_lie_in_their_month() -> None:
    for part in (SAMPLE / "holdings").glob("*/*.parquet"):
        frame = pl.read_parquet(part, hive_partitioning=False)
        assert {f"as_of_month={day:%Y-%m}" for day in frame["as_of_on"]} == {part.parent.name}
        keys = frame.select("security_id", "fund_id", "as_of_on").rows()
        assert keys == sorted(keys)


def test_holdings_and_weights_are_the_rows_of_the_facts() -> None:
    def seen(name: str, *measures: str) -> list[tuple[Any, ...]]:
        frame = rows(name).with_columns(pl.col("as_of_on").cast(pl.String))
        keys = ("fund_id", "as_of_on", "security_id")
        return sorted(frame.select(*keys, *measures, "basis", "source").rows(), key=str)

    def said(row: dict[str, str], *measures: str) -> tuple[Any, ...]:
        keys = (row["fund_id"], row["as_of_on"], row["security_id"])
        return (*keys, *(number(row[name]) for name in measures), row["basis"], row["source"])

    counted = [row for row in facts("fund_holdings") if row["shares"]]
    weighed = [row for row in facts("fund_holdings") if not row["shares"]]
    both = ("shares", "market_value_usd")
    assert seen("holdings", *both) == sorted((said(row, *both) for row in counted), key=str)
    only = "weight_ratio"
    assert seen("fund_weights", only) == sorted((said(row, only) for row in weighed), key=str)


def test_reports_have_the_most_cautious_basis_and_are_excerpts_unless_searched_whole() -> None:
    expected: dict[tuple[str, str], str] = {}
    for row in (row for row in facts("fund_holdings") if row["shares"]):
        key = (row["fund_id"], row["as_of_on"])
        expected[key] = max(expected.get(key, BASES[0]), row["basis"], key=BASES.index)
    frame = rows("fund_reports")
    days = frame["as_of_on"].cast(pl.String)
    assert dict(zip(zip(frame["fund_id"], days, strict=True), frame["basis"], strict=True)) == (
        expected
    )
    full = frame.filter(pl.col("holdings_scope") == "full").select("fund_id", "as_of_on")
    assert {(fund_id, str(day)) for fund_id, day in full.rows()} == {
        (row["fund_id"], row["as_of_on"]) for row in facts("full_reports")
    }
    assert set(frame["holdings_scope"]) == {"excerpt", "full"}


def test_one_inferred_position_makes_the_whole_report_inferred(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    shutil.copytree(SOURCES, sources)
    path = sources / "fund_holdings.csv"
    said = path.read_text(encoding="utf-8")
    sentence = "S000004341,2025-05-21,US5949724083,61289,24680467.41,0.0017,"
    assert f"{sentence}reported" in said
    path.write_text(said.replace(f"{sentence}reported", f"{sentence}inferred"), encoding="utf-8")
    script().build(sources, tmp_path)
    report = rows("fund_reports", tmp_path).filter(
        pl.col("fund_id") == "S000004341", pl.col("as_of_on") == date(2025, 5, 21)
    )
    assert report["basis"].to_list() == ["inferred"]


def test_memberships_start_when_a_tracker_was_seen_to_hold_and_carry_its_weights() -> None:
    ours = set(rows("indices")["index_id"])
    tracked = {row["fund_id"]: row["index_id"] for row in facts("funds")}
    expected: dict[tuple[str, str, str], list[float]] = {}
    first: set[tuple[str, str]] = set()
    for row in sorted(facts("fund_holdings"), key=lambda row: row["as_of_on"]):
        pair = (tracked[row["fund_id"]], row["security_id"])
        weight = number(row["weight_ratio"])
        key = (*pair, row["as_of_on"])
        if pair[0] in ours and (pair not in first or weight or key in expected):
            weights = expected.setdefault(key, [])
            weights += [weight] if weight else []
            first.add(pair)
    frame = rows("index_memberships").with_columns(pl.col("as_of_on").cast(pl.String))
    seen = {tuple(row[:3]): row[3] for row in frame.drop("index_shares", "inclusion_factor").rows()}
    assert seen.keys() == expected.keys()
    for key, weights in expected.items():
        assert seen[key] in weights or (seen[key] is None and not weights)
    assert set(frame["basis"]) == {"inferred"}
    momentum = frame.filter(pl.col("index_id") == "msci-usa-momentum-sr").sort("as_of_on")
    momentum = momentum.row(0, named=True)
    assert momentum["source"].startswith("Held by iShares MSCI USA Momentum Factor ETF on 2025-11")


def test_prices_are_the_closes_and_yen_are_converted() -> None:
    frame = rows("prices").with_columns(pl.col("priced_on").cast(pl.String))
    dollars = [row for row in facts("prices") if row["currency"] == "USD"]
    seen = frame.filter(pl.col("security_id") != "JP3481200008")
    assert set(seen.drop("source", "basis").rows()) == {
        (
            row["security_id"],
            row["priced_on"],
            number(row["close"]),
            number(row["volume_shares"]),
        )
        for row in dollars
    }
    inferred = seen.filter(pl.col("basis") != "reported")
    assert inferred.select("security_id", "priced_on").rows() == [("US36467W1099", "2025-11-20")]
    yen = frame.filter(pl.col("security_id") == "JP3481200008")
    # 387 yen at 0.0063448504 dollars a yen
    assert yen.filter(pl.col("priced_on") == "2025-11-20")["close_usd"].item() == pytest.approx(
        2.4554571048, rel=1e-12
    )
    assert set(yen["basis"]) == {"derived"}


def test_a_price_on_a_day_without_a_rate_takes_the_newest_before() -> None:
    rated = {row["priced_on"] for row in facts("fx_rates") if row["currency"] == "JPY"}
    assert "2025-12-26" not in rated
    yen = rows("prices").filter(
        pl.col("security_id") == "JP3481200008", pl.col("priced_on") == date(2025, 12, 26)
    )
    # 444 yen at the rate of 24 December, 0.0064119023
    assert yen["close_usd"].item() == pytest.approx(2.8468846212, rel=1e-12)
    assert yen["source"].item().endswith(", 2025-12-24")


def test_average_daily_volume_of_strategy() -> None:
    sessions = (
        rows("prices")
        .filter(pl.col("security_id") == STRATEGY, pl.col("priced_on") <= AS_OF)
        .sort("priced_on")
        .tail(20)
    )
    assert sessions["priced_on"].max() == AS_OF
    assert round(sessions["volume_shares"].mean() / 1e6, 2) == 14.87
    dollars = sessions.select((pl.col("volume_shares") * pl.col("close_usd")).mean()).item()
    assert round(dollars / 1e9, 3) == 3.378


def test_observed_strategy_shares_by_provider() -> None:
    newest = (
        rows("holdings")
        .filter(pl.col("security_id") == STRATEGY, pl.col("as_of_on") <= AS_OF)
        .sort("as_of_on")
        .group_by("fund_id")
        .last()
        .join(rows("funds").select("fund_id", "index_id"), on="fund_id")
        .join(rows("indices").select("index_id", "provider_id"), on="index_id")
    )
    assert dict(newest.group_by("provider_id").agg(pl.col("shares").sum()).rows()) == {
        "msci": 2_742_788,
        "crsp": 11_545_370,
        "nasdaq": 5_457_761,
        "sp-dji": 4_250_949,
        "ftse-russell": 681_650,
    }
    assert newest["shares"].sum() == 24_678_518


def test_tracking_ratios_add_up_to_the_figures_they_were_set_to() -> None:
    ratios = rows("tracking_ratios")
    shares = rows("securities").filter(pl.col("security_id") == STRATEGY)["shares_outstanding"]
    counted = set(rows("index_shares")["index_shares"])
    assert counted == {261_000_000}  # what MSCI counts, at both reviews known
    msci = ratios.filter(pl.col("provider_id") == "msci")
    assert msci.select("basis", "denominator").row(0) == ("calibrated", "index_shares")
    msci_usd = msci["tracking_ratio"].item() * 261e6 * 177.13
    assert round(msci_usd / 1e9, 2) == 2.80
    others = ratios.filter(pl.col("provider_id") != "msci")
    others_usd = others["tracking_ratio"].sum() * shares.item() * 177.13
    assert round((msci_usd + others_usd) / 1e9, 2) == 8.80
    assert set(others["basis"]) == {"illustrative"}
    assert set(ratios["applies_to_id"]) == {STRATEGY}
    assert set(others["denominator"]) == {"shares_outstanding"}


def test_no_preferred_share_is_held_or_may_be_excluded() -> None:
    preferred = set(rows("securities").filter(pl.col("share_class") == "preferred")["security_id"])
    assert len(preferred) == 4
    for name in ("candidates", "holdings", "index_memberships", "fund_weights"):
        assert not preferred & set(rows(name)["security_id"])


def test_candidates_are_the_marked_companies() -> None:
    frame = rows("candidates")
    tickers = {row["security_id"]: row["ticker"] for row in facts("securities")}
    listed = {
        name: {tickers[one] for one in frame.filter(pl.col("list_id") == name)["security_id"]}
        for name in frame["list_id"].unique()
    }
    assert listed["msci-reported"] == {"MSTR", "MARA", "RIOT", "SBET", "3350"}
    assert listed["miners"] == {"CIFR", "CLSK", "IREN", "MARA", "RIOT"}
    assert listed["msci-2026-simulated"] == {"MSTR", "3350", "YCA"}
    assert listed["msci-2026-watch"] == {"SBET", "4123", "LYDHO"}
    assert listed["treasury"] == {
        row["ticker"] for row in facts("securities") if row["is_crypto_treasury"] == "true"
    }


@pytest.mark.parametrize(
    ("name", "column", "parent", "parent_column"),
    [
        ("rules", "provider_id", "providers", "provider_id"),
        ("indices", "provider_id", "providers", "provider_id"),
        ("decisions", "provider_id", "providers", "provider_id"),
        ("tracking_ratios", "provider_id", "providers", "provider_id"),
        ("funds", "index_id", "indices", "index_id"),
        ("index_memberships", "index_id", "indices", "index_id"),
        ("fund_reports", "fund_id", "funds", "fund_id"),
        ("fund_net_assets", "fund_id", "funds", "fund_id"),
        ("fund_weights", "fund_id", "funds", "fund_id"),
        ("fund_fund_holdings", "held_fund_id", "funds", "fund_id"),
        ("holdings", "fund_id", "funds", "fund_id"),
        ("treasuries", "issuer_id", "securities", "issuer_id"),
        *(
            (name, "security_id", "securities", "security_id")
            for name, table in PRESENT.items()
            if "security_id" in {column.name for column in table.columns}
        ),
    ],
)
def test_every_identifier_is_known(name: str, column: str, parent: str, parent_column: str) -> None:
    known = set(rows(parent)[parent_column])
    assert set(rows(name)[column].drop_nulls()) <= known


def test_partial_treasury_rows_are_not_issuer_totals() -> None:
    frame = rows("treasuries").filter(~pl.col("is_issuer_total"))
    assert frame.select("issuer_id", "as_of_on").rows() == [
        ("bitmine", date(2025, 11, 9)),
        ("bitmine", date(2025, 11, 20)),
    ]


def test_an_inflow_is_never_an_outflow() -> None:
    frame = rows("published_estimates")
    inflows = frame.filter(pl.col("wording").str.contains("INFLOW"))
    assert inflows.height == 3
    assert inflows["outflow_low_usd"].null_count() == 3
    assert inflows["outflow_high_usd"].null_count() == 3
    msci = frame.filter(pl.col("estimate_id") == "jpmorgan-msci-2025-11-20")
    assert msci["outflow_high_usd"].to_list() == [2.8e9]


def test_named_events_are_numbered_from_the_second_on() -> None:
    ids = set(rows("decisions")["decision_id"])
    assert "msci-decision-2026-01-06" in ids
    assert {"msci-effective-undated", "msci-method_changed-undated"} <= ids
    assert {"msci-effective-2026-08-31", "msci-effective-2026-11-30"} <= ids
    assert not any(name.startswith("jpx") for name in ids)


def test_identifiers_resolve_the_ways_a_file_names_a_security() -> None:
    frame = rows("security_identifiers").filter(pl.col("security_id") == STRATEGY)
    assert set(frame.select("scheme", "value").rows()) == {
        ("isin", STRATEGY),
        ("cusip", "594972408"),
        ("ticker+mic", "XNAS:MSTR"),
        ("lei", "549300WQTWEJUEHXQX21"),
    }
    assert set(frame["valid_from_on"]) == {date(1900, 1, 1)}


def test_managers_said_to_be_index_heavy() -> None:
    heavy = dict(rows("manager_holdings").select("manager_id", "is_index_heavy").rows())
    names = {row["cik"]: row["manager_name"] for row in facts("manager_holdings")}
    assert Counter(heavy.values()) == {True: 7, False: 9}
    assert {names[one] for one, is_heavy in heavy.items() if not is_heavy} == {
        "Amundi",
        "CalPERS",
        "FMR (Fidelity)",
        "Invesco",
        "National Pension Service of Korea",
        "Norges Bank",
        "Sumitomo Mitsui Trust Group",
        "Swiss National Bank",
        "UBS Group",
    }
    strategy = rows("manager_holdings").filter(pl.col("security_id") == STRATEGY)
    year_end = strategy.filter(pl.col("is_index_heavy"), pl.col("as_of_on") == date(2025, 12, 31))
    assert round(year_end["shares"].sum() / 1e6, 2) == 52.93


def test_build_refuses_a_model_that_leaves_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = script()
    models = tmp_path / "models"
    models.mkdir()
    (models / "providers.sql").write_text("select provider_id from sources.providers")
    monkeypatch.setattr(module, "_MODELS", models)
    (tmp_path / "kept.parquet").touch()
    with pytest.raises(module.ModelError, match=r"providers\.sql does not give the columns"):
        module.build(SOURCES, tmp_path)
    assert (tmp_path / "kept.parquet").exists()
