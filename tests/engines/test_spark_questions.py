"""Every question the second engine takes, on real files too, and a cluster that goes away."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from findings import comparable
from polars.testing import assert_frame_equal
from rows import AS_OF
from sheets import prices, treasury

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset import warehouse
from flowrisk.engines.spark import Spark
from flowrisk.errors import DataError, QuestionError
from flowrisk.question import loading

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


Ask = Callable[..., Any]
QUESTION: dict[str, Any] = {"as_of": AS_OF, "providers": "all"}
ODDS = {"msci": 0.4, "sp-dji": 0.2, "nasdaq": 0.3, "ftse-russell": 0.2, "crsp": 0.25}
ASKS: dict[str, Callable[[api.Dataset], Ask]] = {
    "scenario": lambda made: made.scenario,
    "risk": lambda made: lambda **e: made.risk(ODDS, uncertainty={"price": 0.2}, draws=999, **e),
    "screen": lambda made: lambda **e: made.screen(as_of="2025-11-20", review_on="2026-02-27", **e),
    "calibrate": lambda made: (
        lambda **e: made.calibrate("msci=2.8bn,all=8.8bn", security="MSTR", **e)
    ),
}


def assert_same(ask: Ask, url: str) -> dict[str, pl.DataFrame]:
    """Both engines give the same frames, in the same order and types, and the same findings."""
    here, there = ask().answer, ask(engine="spark", engine_url=url).answer
    assert list(here.marts) == list(there.marts)
    for name, frame in here.marts.items():
        assert_frame_equal(frame, there.marts[name], rel_tol=1e-9, abs_tol=1e-9)
    assert comparable(there.findings) == comparable(here.findings)
    return dict(there.marts)


@pytest.mark.parametrize("command", ["risk", "screen", "calibrate"])
def test_the_other_commands_have_the_same_answers(
    command: str, sample: api.Dataset, spark_url: str
) -> None:
    frames = assert_same(ASKS[command](sample), spark_url)
    if command == "risk":
        basket = frames["distributions"].filter(security_id="basket").row(0, named=True)
        # 8.80 bn of Strategy, and the own estimates of the other four of the list
        assert basket["if_all_usd"] == pytest.approx(10.605e9, rel=1e-3)


@pytest.mark.parametrize("command", ["scenario", "screen"])
def test_the_event_that_is_on_has_the_same_answers(
    command: str, sample: api.Dataset, spark_url: str
) -> None:
    ask = getattr(sample, command)
    frames = assert_same(lambda **engine: ask(preset="november-2026", **engine), spark_url)
    if command == "scenario":
        assert frames["index_counts"]["index_shares"].to_list() == [261e6]
    else:
        assert set(frames["rule_verdicts"]["verdict"]) == {"unresolved"}


def test_named_rules_have_the_same_verdicts(
    make_dataset: Callable[..., api.Dataset], spark_url: str
) -> None:
    test = {"rule_id": "r", "rule_name": "R", "provider_id": "msci", "screen_id": "1",
            "input_id": "operating_asset_ratio", "fails_if": "at_most", "threshold_ratio": 0.5,
            "failing_tests_count": 1, "years_count": 2}  # fmt: skip
    inputs = [{"issuer_id": "alpha", "input_id": "operating_asset_ratio", "as_of_on": on,
               "input_ratio": ratio} for on, ratio in [(date(2025, 9, 30), 0.3),
                                                       (date(2024, 9, 30), 0.7)]]  # fmt: skip
    made = make_dataset(rules=[test], issuer_ratios=inputs, coin_prices=prices(9e4, 9e4),
                        treasuries=[treasury(12_000, 1.5, 90_000)])  # fmt: skip
    frames = assert_same(lambda **engine: made.screen(rule_id="r", **engine), spark_url)
    assert frames["rule_verdicts"]["verdict"].to_list() == ["watch"]


@pytest.mark.parametrize(
    "words",
    [
        ("risk", "--probabilities", "msci=.4", "-p", "msci"),
        ("screen", "--list", "treasury"),
        ("calibrate", "--target", "msci=2.8bn", "--security", "MSTR"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_prints_the_same_bytes(
    words: tuple[str, ...], spark_url: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def printed(*more: str) -> bytes:
        code = diagnostics.exit_code_of(lambda: app([*words, "-q", *more], standalone_mode=False))
        assert code == 0
        return capfdbinary.readouterr().out

    assert printed("--engine", "spark", "--engine-url", spark_url) == printed()


@pytest.mark.real
def test_ingested_real_files_have_the_same_answers(
    real_file: Callable[[str], Path], tmp_path: Path, spark_url: str
) -> None:
    made = api.init(tmp_path / "lake")
    for form, name, hints in (
        ("invesco", "invesco/QQQ_holdings_2025-09-26.csv", {}),
        (
            "nport",
            "nport-csv/VANGUARD_TOTAL_STOCK_MARKET_INDEX_FUND_2025q3.csv",
            {"fund": "S000002848", "as_of": "2025-06-30"},
        ),
    ):
        made.ingest(real_file(name), format=form, **hints)
    made = api.open_dataset(made.path)
    frames = assert_same(made.scenario, spark_url)
    assert made.query("select count(*) from raw.holdings").item() > 3000
    funds = frames["fund_outflows"]["fund_id"].to_list()
    assert "S000002848" in funds
    for command in ("risk", "screen"):
        assert_same(ASKS[command](made), spark_url)


def test_a_cluster_reads_the_address_that_the_dataset_has(
    make_dataset: Callable[..., api.Dataset], spark_url: str
) -> None:
    made = make_dataset()
    addressed = api.open_dataset(f"file://{made.path}")
    place = addressed.folder.files["holdings"][0]
    assert str(place).startswith("file:///")
    frames = assert_same(addressed.scenario, spark_url)
    assert_frame_equal(frames["outflows"], made.scenario().outflows, rel_tol=1e-9)


def test_a_cluster_that_dies_in_the_middle_leaves_nothing_half_written(
    start_server: Callable[[], tuple[str, subprocess.Popen[bytes]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    url, server = start_server()
    define, defined = Spark.define, list[str]()

    def dying(self: Spark, name: str, sql: str, *, is_table: bool) -> None:
        defined.append(name)
        if len(defined) == 5:
            server.kill()
            server.wait()
        define(self, name, sql, is_table=is_table)

    monkeypatch.setattr(Spark, "define", dying)
    written = [tmp_path / "answer.json", tmp_path / "answer.html"]
    words = ["risk", "--probabilities", "msci=.4", "-p", "msci", "--engine", "spark"]
    words += ["--engine-url", url, *(word for path in written for word in ("-o", str(path)))]
    assert diagnostics.exit_code_of(lambda: app(words, standalone_mode=False)) == 4
    out, err = capfd.readouterr()
    assert out == ""
    assert "went away before it answered" in err
    assert len(err.splitlines()) < 8
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["risk", "screen", "calibrate"])
def test_a_cluster_without_the_files_is_one_screen(
    command: str, sample: api.Dataset, spark_url: str
) -> None:
    with pytest.raises(DataError, match="does not see the files") as refused:
        ASKS[command](sample)(engine="spark", engine_url=spark_url, engine_data="/nowhere")
    assert len(str(refused.value).splitlines()) < 10


def schemas(session: Any) -> set[str]:
    return {row[0] for row in session.sql("show schemas").collect()}


def test_questions_run_side_by_side_and_a_killed_one_blocks_nobody(
    make_dataset: Callable[..., api.Dataset], spark_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    # the questions share one session here, as they share one catalog on a cluster
    shared = f"{spark_url}/;session_id={uuid.uuid4()}"
    killed = Spark(shared, folder=made.path)
    store = warehouse.Warehouse(made.folder, killed)
    loading.load(store, made.settings(QUESTION))
    left = schemas(killed.session)
    killed.session.sql("create schema marts").collect()
    killed.session.sql("create table marts.outflows (a bigint)").collect()
    with monkeypatch.context() as patch:
        patch.setattr(type(killed.session), "stop", lambda _: None)
        for _ in range(2):
            assert_same(lambda **engine: made.scenario(**QUESTION, **engine), shared)
    assert schemas(killed.session) == left | {"marts"}
    assert killed.session.sql("select count(*) from marts.outflows").collect()[0][0] == 0
    assert store.frame("marts.outflows").height > 0
    killed.close()


class Refusing:
    """The settings of a session on a server that takes some of them only."""

    def __init__(self, conf: Any, refused: set[str], known: Mapping[str, str]) -> None:
        self._conf, self._refused, self._known = conf, refused, known

    def set(self, name: str, value: str) -> None:
        from pyspark.errors import AnalysisException

        if name in self._refused:
            raise AnalysisException(f"[CONFIG_NOT_AVAILABLE] {name} is not available.")
        self._conf.set(name, value)

    def get(self, name: str) -> str:
        return self._known[name] if name in self._known else self._conf.get(name)


ANSI, ZONE = "spark.sql.ansi.enabled", "spark.sql.session.timeZone"


@pytest.mark.parametrize(
    ("refused", "known", "missing"),
    [
        ({"spark.sql.hive.manageFilesourcePartitions", "spark.sql.parquet.mergeSchema"}, {}, None),
        ({ANSI, ZONE}, {ANSI: "False", ZONE: "UTC"}, None),
        ({ANSI}, {ANSI: "true"}, ANSI),
        ({ZONE}, {ZONE: "Europe/Berlin"}, ZONE),
    ],
    ids=["wished", "set already", "ansi", "zone"],
)
def test_a_server_that_refuses_settings_is_asked_all_the_same(
    refused: set[str],
    known: Mapping[str, str],
    missing: str | None,
    make_dataset: Callable[..., api.Dataset],
    spark_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pyspark.sql.connect.session import SparkSession

    normal = SparkSession.conf.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(SparkSession, "conf", property(lambda session: Refusing(
        normal(session), refused, known)))  # fmt: skip
    made = make_dataset()
    part = next((made.path / "holdings").glob("*/*.parquet"))
    pl.read_parquet(part).drop("market_value_usd", "source").write_parquet(part)
    made = api.open_dataset(made.path)
    if missing is None:
        assert_same(lambda **engine: made.scenario(**QUESTION, **engine), spark_url)
        return
    with pytest.raises(QuestionError, match="does not take a setting") as error:
        made.scenario(**QUESTION, engine="spark", engine_url=spark_url)
    assert missing in str(error.value)
