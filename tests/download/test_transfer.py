"""A download: taken up where it stopped, looked at before it gets its name, and noted."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import BLOCK_PAGE, OTHER_PAGE, Publisher, always, file_of, nport_zip, zipped

from flowrisk.download import contents, manifest, transfer
from flowrisk.download.transfer import Fetched, Wanted
from flowrisk.errors import DataError, FlowriskError, QuestionError, TimeoutError  # noqa: A004

if TYPE_CHECKING:
    from flowrisk.download.client import Client

NAME = "2026q2_nport.zip"
PATH = f"/files/{NAME}"
ZIP = nport_zip(3_000_000)


def wanted(name: str = NAME, kind: str = "nport", largest: int = 10_000_000) -> Wanted:
    return Wanted(name, f"https://www.sec.gov/files/{name}", kind, largest, "public domain")


def bring(client: Client, folder: Path, each: Wanted | None = None, **facts: Any) -> Fetched:
    return transfer.fetch(client, each or wanted(), folder, is_forced=False, **facts)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_comes_whole_and_is_noted(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    seen: list[int] = []
    found = bring(client, folder, watch=seen.append)
    assert found.status == "new"
    assert found.path.read_bytes() == ZIP
    assert names(folder) == {NAME, "manifest.json"}
    assert seen == sorted(seen)
    assert seen[-1] == len(ZIP)
    said = json.loads((folder / "manifest.json").read_text("utf-8"))["files"][NAME]
    assert said["sha256"] == hashlib.sha256(ZIP).hexdigest()
    assert said["byte_count"] == len(ZIP)
    assert said["address"] == wanted().address
    assert said["terms"] == "public domain"


def test_what_is_still_the_newest_is_not_sent_again(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    first = bring(client, folder)
    again = bring(client, folder)
    assert again == Fetched(first.path, "unchanged", first.entry)
    assert publisher.asked[-1].headers["If-None-Match"] == first.entry.etag
    publisher.serve(PATH, nport_zip(10))
    assert bring(client, folder).status == "replaced"
    assert (folder / NAME).read_bytes() == nport_zip(10)


@pytest.mark.parametrize("cut", [1, 1_000_000, len(ZIP) - 1])
def test_what_broke_off_goes_on_where_it_stopped(
    client: Client, publisher: Publisher, folder: Path, cut: int
) -> None:
    publisher.serve(PATH, ZIP, cuts=(cut,))
    assert bring(client, folder).path.read_bytes() == ZIP
    first, second = publisher.got(PATH)
    assert "Range" not in first.headers
    assert second.headers["Range"] == f"bytes={cut}-"
    assert second.headers["If-Range"] == f'"{hashlib.sha256(ZIP).hexdigest()[:16]}"'


def test_a_later_run_goes_on_where_an_earlier_one_stopped(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.answers[PATH] = file_of(ZIP, cuts=(1_000_000, *(0,) * 9))
    with pytest.raises(TimeoutError, match="does not answer") as refused:
        bring(client, folder)
    assert "1000000 bytes are kept" in str(refused.value)
    assert names(folder) == {f"{NAME}.part", f"{NAME}.part.json"}
    publisher.serve(PATH, ZIP)
    assert bring(client, folder).path.read_bytes() == ZIP
    assert publisher.asked[-1].headers["Range"] == "bytes=1000000-"
    assert names(folder) == {NAME, "manifest.json"}


def test_what_changed_meanwhile_begins_anew(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    newer = nport_zip(2_000_000)

    def answer(handler: Any, count: int) -> None:
        (file_of(ZIP, cuts=(1_000_000,)) if count == 1 else file_of(newer))(handler, count)

    publisher.answers[PATH] = answer
    assert bring(client, folder).path.read_bytes() == newer


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_mark_of_its_version_nothing_is_joined(
    client: Client, publisher: Publisher, folder: Path, etag: str
) -> None:
    publisher.answers[PATH] = file_of(ZIP, etag=etag, cuts=(1_000_000,))
    assert bring(client, folder).path.read_bytes() == ZIP
    assert all("Range" not in each.headers for each in publisher.asked)


def test_another_part_than_the_one_asked_for_is_not_joined(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    def answer(handler: Any, count: int) -> None:
        if count == 2:
            told = {"Content-Range": f"bytes 5-{len(ZIP) - 1}/{len(ZIP)}", "ETag": '"1"'}
            handler.told(206, ZIP[5:], told)
        else:
            file_of(ZIP, etag='"1"', cuts=(1_000_000,))(handler, count)

    publisher.answers[PATH] = answer
    assert bring(client, folder).path.read_bytes() == ZIP
    assert len(publisher.asked) == 3


def test_a_part_that_is_whole_needs_no_rest(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    (folder / f"{NAME}.part").write_bytes(ZIP)
    mark = f'"{hashlib.sha256(ZIP).hexdigest()[:16]}"'
    (folder / f"{NAME}.part.json").write_text(
        json.dumps({"address": wanted().address, "mark": mark}), "utf-8"
    )
    assert bring(client, folder).path.read_bytes() == ZIP
    assert len(publisher.asked) == 1


def test_a_part_of_another_address_is_not_joined(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    (folder / f"{NAME}.part").write_bytes(b"0" * 500)
    for about in ('{"address": "https://elsewhere", "mark": "x"}', "no json", "[]"):
        (folder / f"{NAME}.part.json").write_text(about, "utf-8")
        publisher.asked.clear()
        assert bring(client, folder).path.read_bytes() == ZIP
        assert "Range" not in publisher.asked[0].headers
        (folder / NAME).unlink()


def test_a_part_is_never_written_through_a_link(
    client: Client, publisher: Publisher, folder: Path, tmp_path: Path
) -> None:
    publisher.serve(PATH, ZIP)
    (tmp_path / "mine").write_bytes(b"mine")
    for name in (f"{NAME}.part", f"{NAME}.part.json"):
        (folder / name).symlink_to(tmp_path / "mine")
    assert bring(client, folder).path.read_bytes() == ZIP
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert names(folder) == {NAME, "manifest.json"}


@pytest.mark.parametrize(
    ("content", "kind", "told"),
    [
        (BLOCK_PAGE, TimeoutError, "refuses this machine"),
        (b"\n  " + BLOCK_PAGE.upper(), TimeoutError, "refuses this machine"),
        (OTHER_PAGE, DataError, "web page"),
        (bytes(range(256)) * 20, DataError, "damaged or cut off"),
        (b"", DataError, "damaged or cut off"),
        (ZIP[:-30], DataError, "damaged or cut off"),
        (ZIP.replace(b"000", b"001", 1), DataError, "is damaged"),
        (zipped("SUBMISSION", "INFOTABLE"), DataError, "lacks the table FUND_REPORTED_HOLDING"),
    ],
)
def test_what_is_not_the_file_asked_for_never_gets_its_name(
    client: Client, publisher: Publisher, folder: Path, content: bytes,
    kind: type[FlowriskError], told: str,
) -> None:  # fmt: skip
    publisher.serve(PATH, content)
    with pytest.raises(kind) as refused:
        bring(client, folder)
    assert told in str(refused.value)
    assert not names(folder)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(ZIP) - 1))
def test_no_zip_that_was_cut_off_is_taken(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(ZIP[:cut])
    with pytest.raises(DataError, match="not the file asked for"):
        contents.look(path, NAME, "nport", "https://www.sec.gov/x")


@pytest.mark.parametrize(
    ("name", "kind", "content", "is_fit"),
    [
        ("VTI_nport.xml", "fund-filings", b"<edgarSubmission>1</edgarSubmission>\n", True),
        ("VTI_nport.xml", "fund-filings", b"<edgarSubmission>1", False),
        ("VTI_nport.xml", "fund-filings", OTHER_PAGE, False),
        ("VTI_nport.txt", "fund-filings", b"<SEC-DOCUMENT>1</SEC-DOCUMENT>\n", True),
        ("t.json", "tickers", b'{"fields": ["cik"], "data": [[1]]}', True),
        ("t.json", "tickers", b'{"fields": ["cik"], "data": []}', False),
        ("t.json", "tickers", b'{"fields": ["cik"], "data": [[1]]', False),
        ("t.json", "tickers", b"[1]", False),
    ],
)
def test_each_kind_is_looked_at(
    tmp_path: Path, name: str, kind: str, content: bytes, *, is_fit: bool
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    if is_fit:
        contents.look(path, name, kind, "https://www.sec.gov/x")
        return
    with pytest.raises(DataError, match="not the file asked for"):
        contents.look(path, name, kind, "https://www.sec.gov/x")


def test_what_unpacks_to_more_than_any_set_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "_LARGEST_INFLATED_BYTES", 1000)
    path = tmp_path / "x"
    path.write_bytes(ZIP)
    with pytest.raises(DataError, match="would unpack to"):
        contents.look(path, NAME, "nport", "https://www.sec.gov/x")


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_such_a_file_can_be_is_not_kept(
    client: Client, publisher: Publisher, folder: Path, *, is_announced: bool
) -> None:
    def answer(handler: Any, _count: int) -> None:
        handler.protocol_version = "HTTP/1.0"
        handler.send_response(200)
        if is_announced:
            handler.send_header("Content-Length", str(len(ZIP)))
        handler.end_headers()
        handler.wfile.write(ZIP)
        handler.close_connection = True

    publisher.answers[PATH] = answer
    with pytest.raises(DataError, match="larger than such a file"):
        bring(client, folder, wanted(largest=1_000_000))
    assert sum(path.stat().st_size for path in folder.iterdir()) < 200
    assert len(publisher.asked) == 1


def test_a_file_that_no_fetch_brought_is_never_replaced(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    (folder / NAME).write_bytes(b"mine")
    with pytest.raises(QuestionError, match="which no fetch has brought"):
        bring(client, folder)
    assert not publisher.asked
    assert (folder / NAME).read_bytes() == b"mine"
    assert transfer.fetch(client, wanted(), folder, is_forced=True).status == "replaced"
    (folder / NAME).write_bytes(b"changed since")
    with pytest.raises(QuestionError, match="changed since"):
        bring(client, folder)
    forced = transfer.fetch(client, wanted(), folder, is_forced=True)
    assert (forced.status, forced.path.read_bytes()) == ("replaced", ZIP)


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_no_plain_file_is_never_replaced(
    client: Client, publisher: Publisher, folder: Path, kind: str
) -> None:
    publisher.serve(PATH, ZIP)
    (folder / NAME).mkdir() if kind == "folder" else (folder / NAME).symlink_to("elsewhere")
    with pytest.raises(QuestionError, match="which no fetch has brought"):
        transfer.fetch(client, wanted(), folder, is_forced=True)


def test_without_room_nothing_begins(
    client: Client, publisher: Publisher, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.serve(PATH, ZIP)
    usage = os.statvfs(folder)
    monkeypatch.setattr(
        "shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000, "total": usage.f_blocks})
    )
    with pytest.raises(QuestionError, match="not room enough"):
        bring(client, folder)


def test_two_fetches_never_write_to_one_folder(folder: Path) -> None:
    with transfer.held(folder), pytest.raises(DataError, match="Another fetch"):
        transfer.held(folder).__enter__()
    with transfer.held(folder):
        pass


def test_a_failed_look_leaves_the_file_of_before(
    client: Client, publisher: Publisher, folder: Path
) -> None:
    publisher.serve(PATH, ZIP)
    before = bring(client, folder).entry
    publisher.answers[PATH] = always(200, OTHER_PAGE, ETag='"page"')
    with pytest.raises(DataError, match="not the file"):
        bring(client, folder)
    assert (folder / NAME).read_bytes() == ZIP
    assert manifest.read(folder)[NAME] == before
