"""``flowrisk calendar`` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.api import Dataset

Flowrisk = Callable[..., Any]


def test_the_table(flowrisk: Flowrisk) -> None:
    run = flowrisk("calendar", "-s", "MSTR")
    assert run.code == 0
    # 15,808,770 shares of 14,872,275 a day, of which the auction takes 14 to 8 %
    msci = next(line for line in run.out.splitlines() if "MSCI  " in line)
    assert msci.split() == ["MSTR", "msci", "MSCI", "due", "2026-01-15", "2026-02-10", "2026-02-27",
                            "2026-03-02", "$2.80bn", "1.06", "7.6–13.3×"]  # fmt: skip
    assert "2026-03-24* (5)" in run.out
    assert "inferred" in run.err
    assert "largest" in run.out
    assert max(map(len, run.out.splitlines()[3:])) <= 112


def test_an_impact_beyond_a_days_volume_is_said_to_be_extrapolated(flowrisk: Flowrisk) -> None:
    run = flowrisk("calendar", "--providers", "msci,all")
    rows = json.loads(flowrisk("calendar", "--providers", "msci,all", "--format", "json").out)
    outflows = {(r["scenario_id"], r["security_id"]): 0.0 for r in rows["timeline"]}
    adv = {}
    for row in rows["timeline"]:
        key = row["scenario_id"], row["security_id"]
        outflows[key] += row["outflow_shares"] or 0.0
        adv[key] = row["adv_shares"]
    beyond = [row["caution"] is not None for row in rows["impact_bounds"] if row["one_order_bps"]]
    multiples = [outflows[key] / adv[key] for row in rows["impact_bounds"] if row["one_order_bps"]
                 for key in [(row["scenario_id"], row["security_id"])]]  # fmt: skip
    assert beyond == [multiple > 1 for multiple in multiples]
    lines = run.out.splitlines()
    said = [line for line in lines if line.startswith("  extrapolated: measured on orders below")]
    listed = {row["security_id"] for row in rows["timeline"] if row["is_in_basket"]}
    assert len(said) == sum(
        row["caution"] is not None for row in rows["impact_bounds"] if row["security_id"] in listed
    )
    assert "this is 3.34 of it" in lines[1 + next(
        place for place, line in enumerate(lines) if line.startswith("MSTR all by the square-root")
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "said"), [("0.10", "10.6×"), ("8%:14%", "7.6–13.3×"), ("100%", "1.1×")]
)
def test_the_share_of_the_auction_is_a_flag(share: str, said: str, flowrisk: Flowrisk) -> None:
    run = flowrisk("calendar", "-s", "MSTR", "-p", "msci", "--auction-share", share)
    assert said in run.out.split()


@pytest.mark.parametrize("share", ["0", "1.2", "-0.1", "14%:8%", "8%:10%:14%", "ten", "", "nan"])
def test_a_share_that_cannot_be_is_refused(share: str, flowrisk: Flowrisk) -> None:
    run = flowrisk("calendar", "-s", "MSTR", f"--auction-share={share}")
    assert (run.code, run.out) == (2, "")
    assert "--auction-share" in run.err


def test_every_form_and_the_same_bytes(flowrisk: Flowrisk, tmp_path: Path) -> None:
    names = ("a.csv", "a.json", "a.ics", "a.md", "a.parquet", "a.xlsx", "a.jsonl", "a.txt")
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        files = [word for name in names for word in ("-o", tmp_path / folder / name)]
        assert flowrisk("calendar", "-s", "MSTR", *files).code == 0
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "one" / "a.csv").read_text("utf-8"))))
    assert {row["provider_id"] for row in rows if row["is_inferred"] == "true"} == {
        "crsp", "nasdaq"}  # fmt: skip
    whole = json.loads((tmp_path / "one" / "a.json").read_text("utf-8"))
    assert whole["assumptions"]["auction_share_ratio"]["value"] == [0.08, 0.14]
    assert len(whole["timeline"]) == len(rows) == 10
    assert [row["trades_on"] for row in whole["session_totals"] if row["is_largest"]] == [
        "2026-02-27", "2026-02-27"]  # fmt: skip
    days = (tmp_path / "one" / "a.ics").read_bytes().decode().replace("\r\n ", "")
    # a day that two scenarios share is one event
    assert days.count("UID:trade.msci.US5949724083.20260227@flowrisk") == 1
    assert days.count("BEGIN:VEVENT") == 9 + 3 + 1
    assert flowrisk("calendar", "-s", "MSTR", "-f", "ics", "-q").out.encode().count(b"VEVENT") == 26


def test_from_python(sample: Dataset, tmp_path: Path) -> None:
    told = sample.calendar(securities="MSTR", providers="msci", auction_share=(0.08, 0.14))
    (row,) = told.timeline.rows(named=True)
    assert (row["trades_on"], row["effective_on"]) == (date(2026, 2, 27), date(2026, 3, 2))
    assert row["auction_multiple_low_days"] == pytest.approx(7.5926, abs=1e-4)
    assert row["auction_multiple_high_days"] == pytest.approx(13.2871, abs=1e-4)
    assert told.write(tmp_path / "days.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    with pytest.raises(QuestionError, match="auction"):
        sample.calendar(auction_share=(0.14, 0.08))


def test_without_volume_or_days_nothing_is_made_up(make_dataset: Callable[..., Dataset]) -> None:
    """Silence: no ADV, no multiple; no day, no session; both are said."""
    price = {"security_id": "US0000000001", "priced_on": date(2025, 11, 20), "close_usd": 160.0}
    told = make_dataset(prices=[price], decisions=[]).calendar(providers="all")
    (row,) = told.timeline.rows(named=True)
    assert row["outflow_shares"] == 1000.0
    unknown = ("adv_shares", "same_day_adv_multiple_days", "auction_multiple_low_days",
               "auction_multiple_high_days", "trades_on", "effective_on")  # fmt: skip
    assert [row[name] for name in unknown] == [None] * 6
    assert row["unknown_reason"] == "no effective day after the as-of date in the data"
    assert told.session_totals.is_empty()
    assert "n/a" in str(told)
    assert b"VEVENT" not in told.render("ics")


def test_an_inclusion_is_a_purchase(flowrisk: Flowrisk) -> None:
    asked = ("calendar", "-p", "sp-dji", "-s", "MSTR", "--treatment", "sp-500=include",
             "--tracking-ratio", "MSTR@sp-500=17.3%")  # fmt: skip
    run = flowrisk(*asked)
    # 35.92 m shares net of 14,872,275 a day
    assert "inflow $6.36bn" in run.out
    assert "17.2–30.2×" in run.out
    assert "largest" in run.out
    days = flowrisk(*asked, "-f", "ics", "-q").out.replace("\r\n ", "").replace("\n ", "")
    assert "trackers buy MSTR at the close\\, inflow $6.36bn" in days


def test_the_steps_of_a_reweight_are_its_sessions(flowrisk: Flowrisk, tmp_path: Path) -> None:
    """By hand: of MSCI's 15,808,770 shares half is sold on 27 February 2026; then the factor rises
    to 0.75 and the count falls by a tenth: 0.675 of them are held, 0.175 are bought. The step of a
    Saturday trades the close of Friday."""
    file = tmp_path / "days.csv"
    run = flowrisk("calendar", "-s", "MSTR", "-p", "msci", "--treatment", "msci=reweight",
                   "--reweight", "MSTR.factor=1:0.5@2026-02-28,MSTR.factor=0.5:0.75@2026-05-29",
                   "--reweight", "MSTR.shares=100m:90m@2026-05-29", "-f", "ics", "-o", file,
                   "-o", tmp_path / "days.txt", "-o", tmp_path / "days.json")  # fmt: skip
    assert run.code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert [(row["review_on"], row["trades_on"]) for row in rows] == [
        ("2026-02-28", "2026-02-27"), ("2026-05-29", "2026-05-29")]  # fmt: skip
    sold, bought = (float(row["outflow_shares"]) for row in rows)
    assert sold == pytest.approx(15_808_770 * 0.5)
    assert bought == pytest.approx(-15_808_770 * 0.175)
    assert "UID:trade.msci.US5949724083.20260227@flowrisk" in run.out
    assert "trackers buy MSTR at the close" in run.out.replace("\n ", "")
    text = (tmp_path / "days.txt").read_text("utf-8")
    assert text.count("  given  ") == 2
    assert "some sessions sell and others buy" in text
    whole = json.loads((tmp_path / "days.json").read_text("utf-8"))
    (total,) = [row for row in whole["session_totals"] if row["is_largest"]]
    assert total["trades_on"] == "2026-02-27"


def test_a_step_beyond_the_sessions_known_is_said_to_be(sample: Dataset) -> None:
    told = sample.calendar(securities="MSTR", providers="msci", treatment="msci=reweight",
                           reweight="MSTR.factor=1:0.5@2040-01-31")  # fmt: skip
    (row,) = told.timeline.rows(named=True)
    assert (row["trades_on"], row["unknown_reason"]) == (None, "no session of this day is known")
    assert row["outflow_shares"] == pytest.approx(15_808_770 * 0.5)


def test_whose_sessions_are_meant_is_said(flowrisk: Flowrisk, small: Path) -> None:
    run = flowrisk("calendar", "--preset", "november-2026")
    assert "sessions of XTKS for 3350" in run.err
    assert "sessions of XLON for YCA" in run.err
    assert "NYSE sessions assumed" not in run.err
    run = flowrisk("calendar", "--data", small)
    assert "NYSE sessions assumed for AAA (exchange not in the data)" in run.err
