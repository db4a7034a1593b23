"""The second engine: the same answers as the first, and every way a cluster can fail."""

from __future__ import annotations

import datetime as dt
import random
import re
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from findings import comparable
from polars.testing import assert_frame_equal
from rows import AS_OF, Rows, days_before, write_dataset

from flowrisk import api, errors
from flowrisk.answers import scenario
from flowrisk.cli import diagnostics
from flowrisk.dataset import warehouse
from flowrisk.dataset.folder import open_folder
from flowrisk.engines.choice import Choice
from flowrisk.engines.spark import Spark
from flowrisk.errors import DataError, QuestionError
from flowrisk.question import loading

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

Start = Callable[[], tuple[str, "subprocess.Popen[bytes]"]]
Make = Callable[..., api.Dataset]
BOOK = pl.DataFrame({
    "portfolio": ["World", "World", "Tech", "Tech", "Own", "Else"],
    "identifier": ["MSTR", "MARA", "594972408", "ZZZZ", "MSTR", "MSTR"],
    "shares": [10_000.0, -5.5, 7.0, 1.0, 3.0, 2.0],
    "index": ["MSCI World Index", None, "nasdaq-100", None, "none", "elsewhere"],
    "market_value_usd": [None, None, None, 9.0, None, None],
})  # fmt: skip


def assert_same(made: api.Dataset, url: str, **question: Any) -> None:
    """Both engines give the same frames, in the same order and types, and the same findings."""
    here = made.scenario(**question).answer
    there = made.scenario(**question, engine="spark", engine_url=url).answer
    assert set(here.marts) == set(there.marts) >= set(scenario.MARTS)
    for name, frame in here.marts.items():
        assert_frame_equal(frame, there.marts[name], rel_tol=1e-9, abs_tol=1e-9)
    assert comparable(there.findings) == comparable(here.findings)
    assert there.securities == here.securities


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"method": "tracked-aum", "price": {"MSTR": 150.0}, "list": "miners"},
        {"as_of": "2026-02-27", "treatment": "msci=freeze"},
        {"treatment": "sp-500=include,msci=include", "tracking_ratio": {"MSTR@sp-500": 0.173}},
        {"providers": "msci,msci+nasdaq", "securities": ["MSTR"], "known_on": "2025-10-31"},
        {"book": BOOK, "securities": ["MSTR", "3350"], "treatment": "nasdaq=freeze"},
    ],
    ids=["default", "priced", "frozen", "included", "known", "book"],
)
def test_the_sample_has_the_same_answers(
    sample: api.Dataset, spark_url: str, question: Mapping[str, Any]
) -> None:
    assert_same(sample, spark_url, **question)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_generated_datasets_have_the_same_answers(
    make_dataset: Make, spark_url: str, seed: int
) -> None:
    made = make_dataset(**generated(seed))
    assert made.scenario(as_of=AS_OF, providers="all").outflows["outflow_shares"].sum() > 0
    assert_same(made, spark_url, as_of=AS_OF, providers="p0,p1+p2,all")


def test_a_zero_divisor_is_unknown_and_no_failure(make_dataset: Make, spark_url: str) -> None:
    with closing(Spark(spark_url, folder=make_dataset().path)) as engine:
        assert engine.rows("select a / b from (select 1e0 as a, 0e0 as b)") == [(None,)]


def test_columns_and_tables_that_are_missing_read_as_null(
    make_dataset: Make, spark_url: str
) -> None:
    made = make_dataset(**generated(4))
    part = next((made.path / "holdings").glob("*/*.parquet"))
    pl.read_parquet(part).drop("market_value_usd", "source").write_parquet(part)
    (made.path / "prices.parquet").rename(made.path / "prices-old")
    prices = pl.read_parquet(made.path / "prices-old")
    prices.drop("volume_shares").write_parquet(made.path / "prices.parquet")
    assert_same(api.open_dataset(made.path), spark_url, as_of=AS_OF, providers="all")


def test_odd_names_of_folders_are_read(tmp_path: Path, spark_url: str) -> None:
    made = api.open_dataset(write_dataset(tmp_path / "o'neil \\ 100%20 é"))
    assert_same(made, spark_url, as_of=AS_OF, providers="all")


def test_the_command_prints_the_same_bytes(
    spark_url: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def printed(*arguments: str) -> bytes:
        from flowrisk.__main__ import app

        code = diagnostics.exit_code_of(
            lambda: app(["scenario", *arguments], standalone_mode=False)
        )
        assert code == 0
        return capfdbinary.readouterr().out

    here = printed("-q")
    assert b"MSTR" in here
    assert printed("-q", "--engine", "spark", "--engine-url", spark_url) == here
    monkeypatch.setenv("FLOWRISK_ENGINE", "spark")
    monkeypatch.setenv("FLOWRISK_ENGINE_URL", spark_url)
    assert printed("-q") == here


def test_a_question_leaves_nothing_behind_and_the_files_alone(
    make_dataset: Make, spark_url: str
) -> None:
    made = make_dataset()
    before = made.digest
    shared = f"{spark_url}/;session_id={uuid.uuid4()}"
    engine = Spark(shared, folder=made.path)
    store = warehouse.Warehouse(made.folder, engine)
    loading.load(store, made.settings({"as_of": AS_OF, "providers": "all"}))
    store.frame("marts.outflows")
    looker = engine.session
    ours = _schemas(looker) - {"default"}
    assert len(ours) == 6
    assert all(re.fullmatch(r"flowrisk_\d{8}_[0-9a-f]{8}_[a-z]+", name) for name in ours)
    looker.stop, stop = lambda: None, looker.stop
    engine.close()
    assert _schemas(looker) == {"default"}
    stop()
    assert api.open_dataset(made.path).digest == before


def _schemas(session: Any) -> set[str]:
    return {row[0] for row in session.sql("show schemas").collect()}


def test_texts_and_comments_keep_what_looks_like_a_name(make_dataset: Make, spark_url: str) -> None:
    with closing(Spark(spark_url, folder=make_dataset().path)) as engine:
        engine.define("raw.kept", "select 'see marts.kept, it\\'s raw.kept' as a", is_table=True)
        rows = engine.rows("select kept.a, raw.kept.a as b from raw.kept -- 'raw.kept\n")
        assert rows == [("see marts.kept, it's raw.kept",) * 2]


def test_a_table_of_unordered_files_is_no_mart(make_dataset: Make, spark_url: str) -> None:
    with closing(Spark(spark_url, folder=make_dataset().path)) as engine:
        engine.define("marts.kept", "select 1 as a", is_table=True)
        engine.define("intermediate.kept", "select 1 as a", is_table=True)
        views = {
            schema.rpartition("_")[2]: str(engine.rows(f"show views in {schema}"))
            for schema in _schemas(engine.session)
        }
    assert "kept" in views["marts"]
    assert "kept" not in views["intermediate"]


def test_parameters_are_bound_and_nulls_survive(make_dataset: Make, spark_url: str) -> None:
    with closing(Spark(spark_url, folder=make_dataset().path)) as engine:
        rows = [("o'neil", 3, dt.date(1, 1, 1), 1.5, True), (None, None, None, None, None)]
        columns = {"a": "varchar", "b": "bigint", "c": "date", "d": "double", "e": "boolean"}
        engine.load_rows("scenario.loaded", columns, rows)
        engine.load_rows("scenario.empty", columns, [])
        assert sorted(engine.rows("select * from scenario.loaded"), key=str) == sorted(
            rows, key=str
        )
        assert engine.rows("select * from scenario.empty") == []
        found = engine.rows("select b from scenario.loaded where a = ?", ["o'neil"])
        assert found == [(3,)]


def test_a_cluster_without_the_files_is_data_that_is_missing(
    make_dataset: Make, spark_url: str
) -> None:
    made = make_dataset()
    with pytest.raises(DataError, match="does not see the files") as refused:
        made.scenario(engine="spark", engine_url=spark_url, engine_data="/mnt/elsewhere")
    assert refused.value.facts["place"] == "/mnt/elsewhere/indices.parquet"
    assert "--engine-data" in refused.value.remedy
    assert diagnostics.EXIT_CODES[type(refused.value)] == 3


def test_a_cluster_with_other_rows_is_refused(make_dataset: Make, spark_url: str) -> None:
    made = make_dataset("here")
    indices: Rows = [
        {"index_id": name, "provider_id": "msci", "index_name": name} for name in ("a", "b")
    ]
    other = make_dataset("there", indices=indices)
    with pytest.raises(DataError, match="does not see the files") as refused:
        made.scenario(engine="spark", engine_url=spark_url, engine_data=str(other.path))
    assert refused.value.facts["rows here"] == 1
    assert refused.value.facts["rows there"] == 2


def test_the_folder_may_lie_elsewhere_for_the_cluster(
    make_dataset: Make, tmp_path: Path, spark_url: str
) -> None:
    made = make_dataset("here", **generated(5))
    (tmp_path / "mounted").symlink_to(made.path)
    place = f"file://{tmp_path}/mounted/"
    question = {"as_of": AS_OF, "providers": "all"}
    found = made.scenario(
        **question, engine="spark", engine_url=spark_url, engine_data=place
    ).outflows
    assert_frame_equal(found, made.scenario(**question).outflows, rel_tol=1e-9)


def test_an_unreachable_engine_is_said_in_time(
    make_dataset: Make, monkeypatch: pytest.MonkeyPatch, spark_url: str
) -> None:
    assert spark_url
    monkeypatch.setattr("flowrisk.engines.spark._CONNECT_S", 1)
    started = time.monotonic()
    with pytest.raises(errors.TimeoutError, match="No Spark Connect server answered") as refused:
        make_dataset().scenario(engine="spark", engine_url="sc://127.0.0.1:1")
    assert time.monotonic() - started < 5
    assert "127.0.0.1:1" in str(refused.value)
    assert diagnostics.EXIT_CODES[type(refused.value)] == 4


def test_an_engine_that_dies_in_the_middle_is_said_in_time(
    make_dataset: Make, start_server: Start, tmp_path: Path
) -> None:
    made = make_dataset()
    url, server = start_server()
    engine = Spark(url, folder=made.path)
    store = warehouse.Warehouse(open_folder(made.path), engine)
    loading.load(store, made.settings({"as_of": AS_OF, "providers": "all"}))
    server.kill()
    server.wait()
    started = time.monotonic()
    with pytest.raises(errors.TimeoutError, match="went away"):
        store.frame("marts.outflows")
    engine.close()
    assert time.monotonic() - started < 60
    assert not list(tmp_path.glob("*.csv"))


def test_a_statement_the_cluster_refuses_is_one_screen(make_dataset: Make, spark_url: str) -> None:
    with closing(Spark(spark_url, folder=make_dataset().path)) as engine:
        with pytest.raises(DataError, match="could not answer") as refused:
            engine.frame("select no_such_column from (select 1 as a)")
        assert "no_such_column" in str(refused.value)
        assert len(str(refused.value).splitlines()) < 12


@pytest.mark.parametrize(
    "url",
    ["localhost:15002", "http://a:1", "sc://", "sc://a b:1", "", "sc://[x", "sc://a:99999",
     "sc://a:b", "sc://a:0"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(make_dataset: Make, url: str) -> None:
    with pytest.raises(QuestionError, match="not the address"):
        make_dataset().scenario(engine="spark", engine_url=url)


def test_missing_packages_are_named(make_dataset: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grpc", None)
    with pytest.raises(QuestionError, match="packages that are not installed") as refused:
        make_dataset().scenario(engine="spark", engine_url="sc://127.0.0.1:1")
    assert "index-flowrisk[spark]" in refused.value.remedy


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("sparc", "sc://a:1", None), "nearest: spark"),
        (("spark", None, None), "--engine-url"),
        (("duckdb", "sc://a:1", None), "has no address"),
        (("duckdb", None, "s3://b/d"), "has no address"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(
    given: tuple[str, str | None, str | None], words: str
) -> None:
    with pytest.raises(QuestionError) as refused:
        Choice(*given)
    assert words in str(refused.value)
    assert "None" not in str(refused.value)


def generated(seed: int) -> dict[str, Rows]:
    """Return a small made-up dataset: three providers, funds with and without sizes, a split."""
    dice = random.Random(seed)  # noqa: S311 - made-up figures, not secrets
    securities = [f"US000000000{i}" for i in range(4)]
    indices = [f"x{i}" for i in range(6)]
    funds = [f"F{i:02d}" for i in range(15)]
    days = [days_before(count) for count in (20, 51, 140)]
    reports = [
        {"fund_id": fund, "as_of_on": day, "published_on": day,
         "holdings_scope": dice.choice(["full", "excerpt"])}
        for fund in funds for day in days if dice.random() < 0.7
    ]  # fmt: skip
    return {
        "providers": [{"provider_id": f"p{i}", "provider_name": f"Provider {i}"} for i in range(3)],
        "indices": [
            {"index_id": index, "provider_id": f"p{i % 3}", "index_name": index.upper(),
             "tracked_aum_usd": dice.choice([None, 9e11]), "tracked_aum_on": days[0]}
            for i, index in enumerate(indices)
        ],
        "index_memberships": [
            {"index_id": index, "security_id": security, "as_of_on": days[0],
             "weight_ratio": dice.uniform(1e-4, 1e-2), "index_shares": dice.uniform(1e6, 9e6)}
            for index in indices for security in securities if dice.random() < 0.7
        ],
        "tracking_ratios": [
            {"provider_id": "p0", "applies_to_id": "x0", "as_of_on": days[1], "applies_to": "index",
             "tracking_ratio": 0.123456789, "denominator": "index_shares"},
        ],
        "funds": [
            {"fund_id": fund, "fund_name": f"Fund {fund}", "manager_name": "M",
             "index_id": dice.choice([*indices, None])} for fund in funds
        ],
        "fund_reports": reports,
        "fund_net_assets": [
            {"fund_id": fund, "as_of_on": days[0], "net_assets_usd": dice.uniform(1e9, 5e9)}
            for fund in funds if dice.random() < 0.8
        ],
        "holdings": [
            {"fund_id": report["fund_id"], "as_of_on": report["as_of_on"], "security_id": security,
             "shares": dice.uniform(1e3, 1e6), "market_value_usd": dice.uniform(1e5, 1e8)}
            for report in reports for security in securities if dice.random() < 0.8
        ],
        "securities": [
            {"security_id": security, "ticker": f"T{i}", "security_name": f"Name {i}",
             "issuer_id": f"i{i}", "share_class": "common", "shares_on": days[2],
             "shares_outstanding": 2e8, "float_shares": dice.choice([None, 1.5e8])}
            for i, security in enumerate(securities)
        ],
        "splits": [{"security_id": securities[1], "effective_on": days_before(60),
                    "split_ratio": 3.0}],
        "prices": [
            {"security_id": security, "priced_on": days_before(back),
             "close_usd": dice.uniform(50, 60), "volume_shares": dice.choice([None, 1e5, 2e5])}
            for security in securities for back in range(0, 160, 2)
        ],
        "candidates": [{"list_id": "default", "security_id": each} for each in securities],
        "decisions": [
            {"decision_id": f"d{number}", "provider_id": provider, "event": event,
             "treatment": treatment, "happens_on": days_before(back), "basis": "inferred"}
            for number, (provider, event, treatment, back) in enumerate((
                ("p0", "consultation_opened", "exclude", 30), ("p0", "decision_due", "none", -40),
                ("p0", "effective", "none", -60), ("p1", "reconstitution", "none", -20),
                ("p1", "reconstitution", "none", -61), ("p1", "announcement", "none", -50),
                ("p0", "decision", "none", 90),
            ))
        ],
        "trade_conventions": [{"provider_id": "p1", "day_is": "open", "sessions_count": 3}],
    }  # fmt: skip


def test_the_calendar_has_the_same_sessions_on_both(make_dataset: Make, spark_url: str) -> None:
    made = make_dataset(**generated(1))
    asked: dict[str, Any] = {"as_of": AS_OF, "providers": "p0,p1+p2,all"}
    here = made.calendar(**asked).answer
    there = made.calendar(**asked, engine="spark", engine_url=spark_url).answer
    assert here.marts["timeline"]["trades_on"].n_unique() > 3
    assert set(here.marts) == set(there.marts)
    for name, frame in here.marts.items():
        assert_frame_equal(frame, there.marts[name], rel_tol=1e-9, abs_tol=1e-9)
