"""A dataset folder: what is refused and how it is said, what it reads as, its digest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rows import MINIMAL, SECURITY, frame_of, held, write_dataset

from flowrisk import api
from flowrisk.dataset import folder as folder_files
from flowrisk.dataset.contract import tables
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

PART = "holdings/as_of_month=2025-10/part.parquet"
REQUIRED = sorted(name for name, table in tables().items() if table.is_required)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("pattern") / "data")


@pytest.fixture
def folder(pattern: Path, tmp_path: Path) -> Path:
    """A copy of a valid dataset to damage."""
    return Path(shutil.copytree(pattern, tmp_path / "data"))


def read(folder: Path) -> tuple[folder_files.BoundTable, ...]:
    return folder_files.read_tables(folder_files.open_folder(folder), DuckDB())


def refusal(folder: Path) -> DataError:
    with pytest.raises(DataError) as error:
        read(folder)
    return error.value


def test_the_sample_is_the_default() -> None:
    assert folder_files.open_folder().name == "sample dataset"


def test_a_name_of_several_lines_stays_one_in_what_is_printed(tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "line\nnote: checked\x1b[2J")
    name = folder_files.open_folder(data).name
    assert name == "dataset line note: checked [2J"
    told = str(api.open_dataset(data).scenario(providers="msci"))
    assert not [line for line in told.splitlines() if line.startswith("note: checked")]
    assert folder_files.open_folder().settings["list"] == "msci-reported"


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_path_that_is_no_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    error = refusal(tmp_path / name)
    assert "no dataset folder" in error.problem
    assert error.facts["path"] == tmp_path / name


def test_required_tables_are_those_of_the_contract() -> None:
    assert REQUIRED == ["candidates", "fund_reports", "funds", "holdings", "index_memberships",
                        "indices", "prices", "providers", "securities"]  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_required_table_is_named(name: str, folder: Path) -> None:
    path = folder / ("holdings" if name == "holdings" else f"{name}.parquet")
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    error = refusal(folder)
    assert "lacks required tables" in error.problem
    assert str(error.facts["missing"]).startswith(name)


def test_a_foreign_folder_says_that_it_holds_no_table(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("hello")
    assert refusal(tmp_path).facts["found"] == "no table"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b"<!DOCTYPE html>", "not a parquet file"), (b"PAR1", ""),
        (b"PAR1" + b"\0" * 100, ""), (b"PAR1" + b"x" * 50 + b"PAR1", ""),
    ],
    ids=["empty", "foreign", "head only", "truncated", "broken footer"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["prices.parquet", PART])
def test_a_file_that_is_no_parquet_is_named_with_the_reason(
    name: str, content: bytes, reason: str, folder: Path
) -> None:
    (folder / name).write_bytes(content)
    error = refusal(folder)
    assert error.facts["file"] == folder / name
    assert reason in str(error.facts["reason"])


def test_a_file_cut_short_is_named(folder: Path) -> None:
    path = folder / "prices.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal(folder).facts["file"] == path


def test_pages_broken_behind_a_sound_footer_are_a_data_error(folder: Path) -> None:
    path = folder / PART
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 80 + whole[84:])
    with pytest.raises(DataError):
        api.open_dataset(folder).scenario(providers="all")


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "splits.parquet").mkdir()
    assert refusal(folder).facts["file"] == folder / "splits.parquet"


def test_a_missing_column_is_named_with_the_nearest(folder: Path) -> None:
    path = folder / "prices.parquet"
    pl.read_parquet(path).rename({"close_usd": "close_us"}).write_parquet(path)
    error = refusal(folder)
    assert error.problem == "Column 'close_usd' is missing from prices.parquet."
    assert error.facts["nearest"] == "close_us"


@pytest.mark.parametrize(
    ("name", "column", "kind", "needed"),
    [
        ("prices.parquet", "close_usd", pl.String, "double"),
        ("prices.parquet", "priced_on", pl.String, "date"),
        ("funds.parquet", "fund_id", pl.Binary, "varchar"),
        (PART, "shares", pl.String, "double"),
    ],
)
def test_a_wrong_type_is_named(
    name: str, column: str, kind: type[pl.DataType], needed: str, folder: Path
) -> None:
    frame = pl.read_parquet(folder / name, hive_partitioning=False)
    frame.with_columns(pl.col(column).cast(kind)).write_parquet(folder / name)
    error = refusal(folder)
    assert f"Column '{column}'" in error.problem
    assert error.facts["needed"] == needed


@pytest.mark.parametrize(
    ("name", "column", "kind"),
    [
        ("prices.parquet", "close_usd", pl.Float32), ("prices.parquet", "close_usd", pl.Int32),
        ("prices.parquet", "close_usd", pl.Decimal(18, 4)),
        ("prices.parquet", "priced_on", pl.Datetime("us")),
        ("prices.parquet", "priced_on", pl.Datetime("ns", "UTC")),
        ("funds.parquet", "vehicle", pl.Categorical), (PART, "shares", pl.UInt64),
    ],
)  # fmt: skip
def test_a_type_that_carries_the_same_values_is_taken(
    name: str, column: str, kind: pl.DataType, folder: Path
) -> None:
    frame = pl.read_parquet(folder / name, hive_partitioning=False)
    frame.with_columns(pl.col(column).cast(kind)).write_parquet(folder / name)
    result = api.open_dataset(folder).scenario(providers="all")
    assert result.outflows["outflow_usd"].to_list() == [160_000.0]
    assert str(result.answer.as_of_on) == "2025-11-20"


def test_a_nullable_column_that_is_missing_reads_as_null(folder: Path) -> None:
    path = folder / "prices.parquet"
    pl.read_parquet(path).drop("volume_shares", "basis", "source").write_parquet(path)
    prices = next(table for table in read(folder) if table.vintage.name == "prices")
    assert prices.lacking == ("basis", "source", "volume_shares")
    outflows = api.open_dataset(folder).scenario(providers="all").outflows
    assert outflows["adv_shares"].to_list() == outflows["days_to_sell"].to_list() == [None]


def test_a_nullable_column_that_is_all_null_may_have_any_type(folder: Path) -> None:
    path = folder / "indices.parquet"
    nothing = pl.lit(None)
    pl.read_parquet(path).with_columns(source=nothing, tracked_aum_on=nothing).write_parquet(path)
    assert api.open_dataset(folder).scenario(providers="all").outflows.height == 1


def test_a_column_that_one_part_lacks_is_kept_from_the_others(folder: Path) -> None:
    second = folder / "holdings/as_of_month=2025-09/part.parquet"
    second.parent.mkdir()
    frame_of("holdings", [{**held("F1", 5), "market_value_usd": 9.0}]).drop("source").write_parquet(
        second)  # fmt: skip
    path = folder / PART
    pl.read_parquet(path, hive_partitioning=False).with_columns(
        source=pl.lit("a file")).write_parquet(path)  # fmt: skip
    rows = api.open_dataset(folder).query("select shares, source from staging.holdings order by 1")
    assert rows.rows() == [(5.0, None), (1_000.0, "a file")]


def test_parts_of_different_types_lose_no_digits(folder: Path) -> None:
    second = folder / "holdings/as_of_month=2025-09/part.parquet"
    second.parent.mkdir()
    whole = frame_of("holdings", [held("F1", 5)]).with_columns(pl.col("shares").cast(pl.Int64))
    whole.write_parquet(second)
    path = folder / PART
    pl.read_parquet(path, hive_partitioning=False).with_columns(shares=1_000.75).write_parquet(path)
    rows = api.open_dataset(folder).query("select shares from staging.holdings order by 1").rows()
    assert rows == [(5.0,), (1_000.75,)]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("prices", {"security_id": SECURITY}, "priced_on"), ("funds", {}, "fund_id"),
        ("fund_reports", {"fund_id": "F1"}, "as_of_on"), ("holdings", {}, "security_id"),
        ("indices", {"index_id": "other"}, "provider_id"), ("holdings", {}, "shares"),
        ("securities", {"security_id": "other"}, "ticker"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("has_statistics", [True, False])
def test_an_unknown_value_where_none_may_be_is_refused(
    table: str,
    row: dict[str, str],
    column: str,
    *,
    has_statistics: bool,
    folder: Path,
) -> None:
    path = folder / (PART if table == "holdings" else f"{table}.parquet")
    frame = frame_of(table, [*MINIMAL[table], {**row, column: None}])
    frame.write_parquet(path, statistics=has_statistics)
    with pytest.raises(DataError) as error:
        api.open_dataset(folder).scenario(providers="all", as_of="2025-11-20")
    assert column in str(error.value) or not has_statistics


def test_a_file_without_statistics_still_has_its_dates(folder: Path) -> None:
    path = folder / "prices.parquet"
    pl.read_parquet(path).write_parquet(path, statistics=False)
    assert str(api.open_dataset(folder).scenario(providers="all").answer.as_of_on) == "2025-11-20"


@pytest.mark.parametrize(
    "name", ["it's", "[x]", "a*b?", "{a,b}", "ünï côde", "as_of_month=2020-01"]
)
def test_a_folder_may_have_any_name(name: str, pattern: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(pattern, tmp_path / name))
    decoy = tmp_path / "x"  # what "[x]" would match as a pattern
    shutil.copytree(pattern, decoy)
    opened = api.open_dataset(copied)
    assert opened.scenario(providers="all").outflows["outflow_shares"].to_list() == [1_000.0]
    assert opened.query("select count(*) from staging.holdings").item() == 1


def test_vintage_counts_rows_and_spans_their_dates(folder: Path) -> None:
    vintages = {table.vintage.name: table.vintage for table in read(folder)}
    holdings = vintages["holdings"]
    assert (holdings.row_count, holdings.oldest_on, holdings.newest_on) == (
        1, "2025-10-31", "2025-10-31",
    )  # fmt: skip
    assert vintages["providers"].oldest_on is None
    assert (vintages["splits"].row_count, vintages["splits"].is_present) == (0, False)


def digest(folder: Path) -> str:
    return folder_files.open_folder(folder).digest()


def test_the_digest_changes_with_any_byte_and_not_with_time_or_place(
    folder: Path, pattern: Path
) -> None:
    before = digest(folder)
    assert before == digest(pattern)
    for path in [folder / PART, folder / "prices.parquet"]:
        os.utime(path, (0, 0))
    (folder / "notes.txt").write_text("not a part of the dataset")
    assert digest(folder) == before
    seen = {before}
    for path in sorted(folder.rglob("*.parquet")):
        whole = bytearray(path.read_bytes())
        whole[len(whole) // 2] ^= 1
        path.write_bytes(whole)
        seen.add(digest(folder))
    assert len(seen) == 1 + len(list(folder.rglob("*.parquet")))


def test_the_digest_knows_names_and_settings(folder: Path) -> None:
    before = digest(folder)
    (folder / "flowrisk.toml").write_text('list = "default"\n')
    settled = digest(folder)
    (folder / PART).rename(folder / "holdings/as_of_month=2025-10/other.parquet")
    assert len({before, settled, digest(folder)}) == 3


def test_large_files_enter_by_name_size_and_footer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowrisk.engines.files.WHOLE_BYTES", 100)
    before = digest(folder)
    path = folder / PART
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes([whole[4] ^ 1]) + whole[5:])
    assert digest(folder) == before, "a byte outside the footer is not read"
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    footer_changed = digest(folder)
    path.write_bytes(whole[:4] + b"\0" + whole[4:])
    assert len({before, footer_changed, digest(folder)}) == 3


@pytest.mark.parametrize("text", ["as_of = ", b"\xff\xfe", "as_of = 2025-13-45"])
def test_broken_settings_are_a_data_error_that_names_the_file(
    text: str | bytes, folder: Path
) -> None:
    path = folder / "flowrisk.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert refusal(folder).facts["file"] == path


def test_settings_of_the_folder_are_the_default_of_a_question(
    folder: Path, make_dataset: Callable[..., api.Dataset]
) -> None:
    (folder / "flowrisk.toml").write_text('as_of = 2025-11-25\nproviders = "msci"\n')
    result = api.open_dataset(folder).scenario()
    assert str(result.answer.as_of_on) == "2025-11-25"
    assert result.answer.assumptions["as_of"].set_by == "flowrisk.toml of the dataset"
    assert SECURITY in result.outflows["security_id"].to_list()
    # without settings, the newest price
    assert str(make_dataset("bare").scenario(providers="msci").answer.as_of_on) == "2025-11-20"


@pytest.mark.parametrize("place", ["first", "last", "alone"])
@pytest.mark.parametrize(
    ("part", "column", "other"),
    [("prices.parquet", "close_usd", "CLOSE_USD"), (PART, "shares", "Shares"),
     ("securities.parquet", "ticker", "tic\u212aer"), ("prices.parquet", "source", "Source")],
)  # fmt: skip
def test_a_column_in_other_letters_is_never_taken_for_it(
    folder: Path, part: str, column: str, other: str, place: str
) -> None:
    path = folder / part
    frame = pl.read_parquet(path, hive_partitioning=False)
    twin = pl.col(column).alias(other)
    frame = (
        frame.rename({column: other}) if place == "alone"
        else frame.select(twin, *frame.columns) if place == "first" else frame.with_columns(twin)
    )  # fmt: skip
    frame.write_parquet(path)
    with pytest.raises(DataError, match=f"Column '{column}' of {path.name} "):
        read(folder)


@pytest.mark.parametrize("has_statistics", [True, False])
def test_columns_of_any_other_name_change_nothing(folder: Path, *, has_statistics: bool) -> None:
    names = ["", "*", "?", 'a"b', "a'b", "a\nb", "a\x00b", "$1", "{a}", "[a", "--", "x;",
             "\u202e", "raw.x", "rowid", "filename", "file_row_number", "as_of_month"]  # fmt: skip
    before = api.open_dataset(folder).scenario(providers="all").outflows
    for part in ("prices.parquet", "funds.parquet", PART):
        frame = pl.read_parquet(folder / part, hive_partitioning=False)
        extra = [pl.lit(None, dtype=pl.Int32).alias(name) for name in names]
        frame.with_columns(extra).write_parquet(folder / part, statistics=has_statistics)
    assert api.open_dataset(folder).scenario(providers="all").outflows.equals(before)
