"""A fetch as it is asked for: what goes together, what is planned, what stays of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from loopback import BLOCK_PAGE, NPORT_FOLDER, Publisher, always, data_sets, nport_zip

from flowrisk.download import manifest, run
from flowrisk.download.run import Request
from flowrisk.errors import QuestionError, TimeoutError  # noqa: A004 - the house's

if TYPE_CHECKING:
    from flowrisk.download.client import Client


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "ishares"}, {"kind": "npor"}, {"kind": "tickers", "periods": ("2026q2",)},
        {"kind": "13f", "fund": "VTI"}, {"kind": "nport", "as_of_on": dt.date(2026, 1, 1)},
        {"kind": "nport", "fund": "VTI", "since": "2026q1"},
        {"kind": "nport", "fund": "VTI", "periods": ("2026q1",)},
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        Request(**asked)


def test_a_plan_has_sizes_and_fetches_nothing(client: Client, publisher: Publisher) -> None:
    data_sets(publisher, **{"2026q1": nport_zip(1000), "2026q2": nport_zip(2000)})
    planned = run.plan(client, Request("nport", since="2026q1"))
    assert [(each.name, each.byte_count) for each in planned] == [
        ("2026q1_nport.zip", len(nport_zip(1000))), ("2026q2_nport.zip", len(nport_zip(2000)))
    ]  # fmt: skip
    assert [each.method for each in publisher.asked] == ["GET", "HEAD", "HEAD"]


def test_tickers_are_two_files(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    for name in ("company_tickers_mf.json", "company_tickers_exchange.json"):
        publisher.serve(f"/files/{name}", b'{"fields": ["cik"], "data": [[1]]}')
    found = run.bring(client, run.plan(client, Request("tickers")), tmp_path)
    assert [each.path.name for each in found] == ["company_tickers_mf.json",
                                                  "company_tickers_exchange.json"]  # fmt: skip


def test_what_had_come_before_a_block_stays(
    client: Client, publisher: Publisher, tmp_path: Path
) -> None:
    data_sets(publisher, **{"2026q1": nport_zip(1000), "2026q2": nport_zip(2000)})
    planned = run.plan(client, Request("nport", since="2026q1"))
    publisher.answers[f"{NPORT_FOLDER}/2026q2_nport.zip"] = always(403, BLOCK_PAGE)
    with pytest.raises(TimeoutError):
        run.bring(client, planned, tmp_path / "new")
    assert set(manifest.read(tmp_path / "new")) == {"2026q1_nport.zip"}
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "2026q1_nport.zip", "manifest.json"
    }  # fmt: skip
