"""A folder that a table format keeps is never taken for plain files, wherever it lies; a version of
a Delta table is read where the library is."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rows import AS_OF

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset import table_formats
from flowrisk.dataset.folder import open_folder
from flowrisk.errors import DataError, QuestionError

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}
SIGNS = {
    "Delta": "_delta_log/00000000000000000000.json",
    "Delta, log cleaned": "_delta_log/00000000000000000010.checkpoint.parquet",
    "Iceberg": "metadata/00000-2f6d.metadata.json",
    "Iceberg of Hadoop": "metadata/v3.metadata.json",
    "Iceberg, compressed": "metadata/v3.gz.metadata.json",
    "Hudi": ".hoodie/hoodie.properties",
}
PLACES = ["", "holdings", "holdings/as_of_month=2025-10", "holdings/lake", "funds", "prices",
          "prices.parquet"]  # fmt: skip


def marked(folder: Path, place: str, sign: str) -> Path:
    """Put the sign of a table format into a folder of a dataset."""
    base = folder / place
    if base.is_file():
        base.unlink()
    file = base / SIGNS[sign]
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    return base


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("place", PLACES)
def test_a_table_of_another_format_is_refused_by_name(
    place: str, sign: str, make_dataset: Make
) -> None:
    made = make_dataset()
    base = marked(made.path, place, sign)
    for address in (made.path, f"file://{made.path}"):
        if sign == "Hudi" and address != made.path:
            continue  # DuckDB's own listing of this machine leaves hidden folders out
        with pytest.raises(DataError, match=f"format {sign[:4]}") as refused:
            api.open_dataset(address)
        assert str(base) in str(refused.value)
        assert "plain parquet" in refused.value.remedy


@pytest.mark.parametrize(
    "words",
    [
        ("scenario",), ("risk", "--probabilities", "msci=.4"), ("screen",), ("check",),
        ("calibrate", "--target", "msci=1bn"), ("explain", "AAA", "--provider", "msci"),
        ("query", "select 1"), ("backtest",), ("tables", "raw.holdings"),
        ("export-duckdb", "x.duckdb"), ("ingest", "prices", "x.csv"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_no_command_reads_such_a_folder(
    words: tuple[str, ...], make_dataset: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    made = make_dataset()
    marked(made.path, "holdings", "Iceberg")
    code = diagnostics.exit_code_of(
        lambda: app([*words, "--data", str(made.path)], standalone_mode=False)
    )
    out, err = capfd.readouterr()
    assert (code, out) == (3, "")
    assert "table of the format Iceberg" in err
    assert len(err.splitlines()) < 8


def test_folders_that_only_look_alike_are_left_alone(make_dataset: Make) -> None:
    made = make_dataset()
    for name in ("metadata/notes.json", "notes/_delta_log/x.json", "reference/.keep",
                 "holdings/metadata/readme.txt"):  # fmt: skip
        (made.path / name).parent.mkdir(parents=True, exist_ok=True)
        (made.path / name).write_text("{}")
    assert api.open_dataset(made.path).scenario(**QUESTION).outflows.height > 0


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("inside", ["", "as_of_month=2025-10", "data/as_of_month=2025-10"])
def test_a_file_of_such_a_table_is_no_source_and_no_book(
    inside: str, sign: str, make_dataset: Make, tmp_path: Path
) -> None:
    table = tmp_path / "table"
    marked(table, "", sign)
    file = table / inside / "part-0.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"identifier": ["AAA"], "shares": [1.0]}).write_parquet(file)
    made = make_dataset()
    with pytest.raises(DataError, match="alone is not what the table holds"):
        made.scenario(**QUESTION, book=file)
    with pytest.raises(DataError, match="alone is not what the table holds"):
        made.ingest(file, format="table", fund="f", as_of="2025-10-31",
                    columns="isin=identifier,shares=shares")  # fmt: skip


@pytest.mark.parametrize("sign", [sign for sign in SIGNS if sign != "Delta, log cleaned"])
@pytest.mark.parametrize("place", ["", "holdings"])
def test_a_server_that_lists_nothing_is_asked_for_the_signs(place: str, sign: str) -> None:
    known = {
        "Iceberg": "metadata/version-hint.text", "Iceberg of Hadoop": "metadata/version-hint.text",
        "Iceberg, compressed": "metadata/version-hint.text",
    }.get(sign, SIGNS[sign])  # fmt: skip

    class Server:
        def folders(self, _: Path) -> None:
            return None

        def has(self, path: Path) -> bool:
            return path == Path("/ds") / place / known

    (kept,) = table_formats.found(Server(), Path("/ds"), ["funds"])  # type: ignore[arg-type]
    assert kept.folder == Path("/ds") / place


def delta(made: api.Dataset) -> Path:
    """Keep the holdings of a dataset as a Delta table of three versions; return its folder."""
    deltalake = pytest.importorskip("deltalake")
    folder = made.path / "holdings"
    frame = pl.concat(
        [
            pl.read_parquet(path, hive_partitioning=False).with_columns(
                as_of_month=pl.lit(path.parent.name.partition("=")[2])
            )
            for path in made.folder.files["holdings"]
        ],
        how="diagonal",
    )
    shutil.rmtree(folder)
    write = deltalake.write_deltalake
    write(folder, frame, partition_by=["as_of_month"])
    for times in (2, 3):
        write(folder, frame.with_columns(pl.col("shares") * times), mode="overwrite")
    return folder


def test_a_version_of_a_delta_table_is_read_and_named(
    make_dataset: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    made = make_dataset()
    plain = made.scenario(**QUESTION).outflows
    shares = made.query("select sum(shares) from raw.holdings", as_of=AS_OF).item()
    delta(made)
    first = api.open_dataset(f"{made.path}@0")
    assert_frame_equal(first.scenario(**QUESTION).outflows, plain)
    sql = "select sum(shares) from raw.holdings"
    second = api.open_dataset(f"{made.path}@1")
    assert second.query(sql, as_of=AS_OF).item() == 2 * shares
    newest = api.open_dataset(made.path)
    assert newest.folder.version == 2
    assert newest.query(sql, as_of=AS_OF).item() == 3 * shares
    assert len({first.digest, second.digest, newest.digest}) == 3
    words = ["scenario", "--data", f"{made.path}@1", "--as-of", str(AS_OF), "--providers", "all"]
    assert diagnostics.exit_code_of(lambda: app(words, standalone_mode=False)) == 0
    assert "holdings: Delta version 1" in capfd.readouterr().out.splitlines()[0]
    with pytest.raises(QuestionError, match="Delta table cannot be written to"):
        newest.ingest("x.csv", format="prices")


def test_a_version_that_is_not_there_is_refused(make_dataset: Make) -> None:
    made = make_dataset()
    with pytest.raises(QuestionError, match="have versions"):
        api.open_dataset(f"{made.path}@3")
    folder = delta(made)
    with pytest.raises(DataError, match="version 9"):
        api.open_dataset(f"{made.path}@9")
    for file in folder.glob("*/*.parquet"):
        file.unlink()
    with pytest.raises(DataError, match="is gone"):
        api.open_dataset(f"{made.path}@0")


@pytest.mark.parametrize(
    ("actions", "name"),
    [
        ({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7,
                       "readerFeatures": ["deletionVectors"],
                       "writerFeatures": ["deletionVectors"]}}, "deletionVectors"),
        ({"configuration": {"delta.columnMapping.mode": "name"}}, "columnMapping"),
        ({"partitionColumns": ["fund_id"]}, "partitioned by fund_id"),
        ({"partitionColumns": []}, "partitioned by nothing"),
        ({"path": "file:///etc/x.parquet"}, "none of a month"),
        ({"path": "as_of_month=2025-10/../../x.parquet"}, "none of a month"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)  # fmt: skip
def test_what_is_not_read_of_a_delta_table_is_refused_by_name(
    actions: dict[str, object], name: str, make_dataset: Make
) -> None:
    made = make_dataset()
    folder = delta(made)
    shutil.rmtree(folder / "_delta_log")
    path = min(folder.glob("*/*.parquet")).relative_to(folder).as_posix()
    field = {"type": "string", "nullable": True, "metadata": {}}
    metadata = {
        "id": "1", "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": [
            {"name": "as_of_month", **field}, {"name": "fund_id", **field}]}),
        "partitionColumns": ["as_of_month"], "configuration": {}, "createdTime": 0,
    }  # fmt: skip
    protocol = {"minReaderVersion": 1, "minWriterVersion": 2}
    add = {"path": path, "partitionValues": {"as_of_month": "2025-10"}, "size": 1,
           "modificationTime": 0, "dataChange": True}  # fmt: skip
    metadata |= {key: value for key, value in actions.items() if key in metadata}
    add |= {key: value for key, value in actions.items() if key in add}
    if add["path"] == path and metadata["partitionColumns"] != ["as_of_month"]:
        add["partitionValues"] = dict.fromkeys(metadata["partitionColumns"], "x")
    lines = [{"protocol": actions.get("protocol", protocol)}, {"metaData": metadata}, {"add": add}]
    log = folder / "_delta_log/00000000000000000000.json"
    log.parent.mkdir()
    log.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(DataError, match=name) as refused:
        api.open_dataset(made.path)
    assert "format Delta" in str(refused.value)


def test_without_the_library_the_extra_is_named(
    make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    delta(made)
    monkeypatch.setattr(table_formats, "_is_installed", lambda: False)
    with pytest.raises(DataError, match="format Delta") as refused:
        api.open_dataset(made.path)
    assert "[delta]" in refused.value.remedy


def test_a_folder_whose_name_ends_as_a_version_does_is_itself(make_dataset: Make) -> None:
    made = make_dataset()
    other = made.path.with_name("lake@17")
    made.path.rename(other)
    assert open_folder(other).path == other
    assert api.open_dataset(other).scenario(as_of=dt.date.fromisoformat(str(AS_OF))).outflows.height
