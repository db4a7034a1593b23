"""What a full report lists in rows nobody could read: neither held nor sold, but unknown.

Where such a row names its security the position last known stays; where it names none the whole
report is an excerpt, so that no absence in it counts as a sale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk


def keep_positions(bulk: Bulk) -> tuple[str, ...]:
    """Define ``ingest.positions_unread`` and make excerpts of reports with rows that name nothing.

    Returns: notes on both.
    """
    define(bulk, "reports_nameless")
    bulk.run(
        "update ingest.reports_taken set holdings_scope = 'excerpt' "
        "where report_id in (select report_id from ingest.reports_nameless)"
    )
    define(bulk, "positions_unread")
    notes = []
    excerpt_count = bulk.count("select count(*) from ingest.reports_nameless")
    if excerpt_count:
        notes.append(
            f"{excerpt_count:,} reports are taken as excerpts, so no absence counts as a sale: "
            "rows of their files could not be read and name no security"
        )
    unread = bulk.rows(
        "select count(*), count(distinct fund_id), min(fund_id || ' ' || security_id) "
        "from ingest.positions_unread"
    )[0]
    if unread[0]:
        notes.append(
            f"{unread[0]} positions of {unread[1]} funds could not be read, such as {unread[2]}: "
            "what was known of them before stays, and answers say so"
        )
    return tuple(notes)
