"""``flowrisk compare`` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from paths import ROOT


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flowrisk.__main__ import main; main()", *words],
        capture_output=True, text=True, cwd=folder, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip


def test_two_results_on_disk_are_compared(tmp_path: Path) -> None:
    for name, price in (("a.json", "177.13"), ("b.json", "188.88")):
        asked = ("--providers", "msci", "-s", "MSTR", "--price", f"MSTR={price}", "-o", name)
        assert _run(tmp_path, "scenario", *asked).returncode == 0
    done = _run(tmp_path, "compare", "a.json", "b.json", "--format", "json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["totals"]
    # 6.057 % of 261.0 m index shares, x 11.75
    assert abs(row["price_effect_usd"] - 185_753_047.5) < 1
    assert abs(row["difference_usd"] - row["price_effect_usd"]) < 1e-3


def test_options_of_a_question_are_refused_for_results_on_disk(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    done = _run(tmp_path, "compare", "a.json", "b.json", "--method", "observed")
    assert (done.returncode, done.stdout) == (2, "")
    assert "change nothing" in done.stderr


def test_a_missing_file_is_a_data_error(tmp_path: Path) -> None:
    done = _run(tmp_path, "compare", "a.json", "b.json")
    assert (done.returncode, done.stdout) == (3, "")


def test_two_dates_are_asked_of_one_dataset(tmp_path: Path) -> None:
    asked = ("-p", "msci", "-s", "MSTR", "--format", "json")
    done = _run(tmp_path, "compare", "--as-of", "2025-11-20", "--as-of", "2026-01-15", *asked)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)["totals"]
    # 15.81 m shares, 6.057 % of 261.0 m frozen at MSCI, from 177.13 to 170.91
    assert abs(row["price_effect_usd"] - row["difference_usd"]) < 1
    assert abs(row["difference_usd"] - 261.0e6 * 0.06057 * (170.91 - 177.13)) < 1e6


def test_what_is_not_two_results_is_refused(tmp_path: Path) -> None:
    for words, said in ((("--as-of", "2025-11-20"), "nothing to compare"),
                        (("--as-of", "2025-11-20") * 3, "one date each")):  # fmt: skip
        done = _run(tmp_path, "compare", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


def test_days_that_run_backwards_are_said_to(tmp_path: Path) -> None:
    asked = ("-p", "msci", "-s", "MSTR")
    for days, is_said in (
        (("2026-01-15", "2025-11-20"), True), (("2025-11-20", "2026-01-15"), False)
    ):  # fmt: skip
        done = _run(tmp_path, "compare", "--as-of", days[0], "--as-of", days[1], *asked)
        assert ("B is the earlier day" in done.stderr) is is_said
