"""The contract of a dataset: which tables it has, their keys, columns, types and meanings.

Owns no file access. A row here is a column there: the reader, the checks, the ingest, the data
dictionary and ``flowrisk tables`` all follow these tuples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

ColumnType = Literal["varchar", "double", "date", "boolean", "bigint"]

_UNITS = {
    "_usd": "US dollars", "_shares": "shares", "_bps": "basis points", "_ratio": "ratio (0-1)",
    "_days": "days", "_count": "count", "_id": "identifier", "_on": "date", "_at": "time",
    "_mw": "megawatts",
}  # fmt: skip
BASES = ("reported", "derived", "inferred", "calibrated", "illustrative")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a dataset table. Its unit is the suffix of its name (GLOSSARY.md)."""

    name: str
    type: ColumnType
    meaning: str
    is_key: bool = False
    is_nullable: bool = False
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a dataset: ``NAME.parquet``, or the folder ``holdings/`` of monthly parts."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    is_required: bool
    switches_off: str = ""
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(c.name for c in self.columns if c.is_key))

    @property
    def date_column(self) -> str | None:
        """The first date of the key, else of the table: what "oldest" and "newest" refer to."""
        dates = [c for c in self.columns if c.type == "date"]
        return next((c.name for c in sorted(dates, key=lambda c: not c.is_key)), None)


_TYPES: dict[str, ColumnType] = {
    "_usd": "double",
    "_shares": "double",
    "_ratio": "double",
    "_on": "date",
    "_count": "bigint",
}
_TYPED: dict[str, ColumnType] = {
    "shares": "double",
    "shares_outstanding": "double",
    "inclusion_factor": "double",
    "units": "double",
}


def _type_of(name: str) -> ColumnType:
    if name.startswith(("is_", "has_")) or name.endswith("_is_fixed"):
        return "boolean"
    suffix = next((s for s in _TYPES if name.endswith(s)), "")
    return _TYPED.get(name) or _TYPES.get(suffix, "varchar")


def _column(line: str) -> Column:
    """Parse ``name[*][?] [one of a|b]: meaning`` (* in the key, ? may be null)."""
    head, meaning = line.split(": ", 1)
    name, _, accepted = head.partition(" ")
    bare = name.rstrip("*?")
    return Column(
        name=bare,
        type=_type_of(bare),
        meaning=meaning,
        is_key="*" in name,
        is_nullable="?" in name,
        accepted=tuple(accepted.split("|")) if accepted else (),
    )


def _table(name: str, meaning: str, columns: str, *, without: str | None = None) -> Table:
    """Build a table; ``without`` says what its absence switches off, None makes it required.

    An empty ``without`` is of a table that an ingest writes where there is something to say.
    """
    lines = [line.strip() for line in columns.strip().splitlines()]
    provenance = (
        Column("basis", "varchar", "how the row is known", is_nullable=True, accepted=BASES),
        Column("source", "varchar", "publisher, document, date and address", is_nullable=True),
    )
    return Table(
        name=name,
        meaning=meaning,
        columns=(*(_column(line) for line in lines), *provenance),
        is_required=without is None,
        switches_off=without or "",
    )


_TABLES = (
    _table("providers", "index providers", """
        provider_id*: the provider
        provider_name: its name in print"""),
    _table("indices", "indices and the assets said to track them", """
        index_id*: the index
        provider_id: the provider it belongs to
        index_name: its name in print
        member_count_is_fixed?: true where an entrant takes a leaver's slot
        tracked_aum_usd?: assets that replicate the index (no derivatives, not benchmarked)
        tracked_aum_on?: date of tracked_aum_usd
        index_market_cap_usd?: market value of all members at index shares
        cap_ratio?: highest weight a member may have; null = no cap known"""),
    _table("index_parents", "how the indices of a provider depend on each other", """
        index_id*: the index
        parent_id*: the index of the same provider that it depends on
        relation part|selection|complement: whole or chosen part of the parent, or all but it""",
        without="what an index change implies for the indices around it"),
    _table("index_memberships", "which security an index contains, from a date on", """
        index_id*: the index
        security_id*: the member
        as_of_on*: the day the membership was observed
        weight_ratio?: index weight
        index_shares?: shares the index counts (number of shares times inclusion factor)
        inclusion_factor?: factor in index_shares"""),
    _table("tracking_ratios", "share of a security that all trackers of a provider hold", """
        provider_id*: the provider
        applies_to_id*: the security_id or index_id it applies to
        as_of_on*: the day it was set
        applies_to security|index: what applies_to_id names
        tracking_ratio: share of the denominator held by all trackers of the provider
        denominator index_shares|float_shares|shares_outstanding: what the ratio is a share of""",
        without="the tracking-ratio estimate"),
    _table("funds", "funds, one row a portfolio (never a share class)", """
        fund_id*: SEC series id, else ticker, else a slug
        fund_name: its name in print
        manager_name: the manager
        index_id?: the index it tracks; null = not known to track one
        vehicle: etf, mutual_fund, uit, ...
        domicile: country of the fund"""),
    _table("asset_pools", "assets that track a provider's indices, known in sum only", """
        pool_id*: the pool
        as_of_on*: the day its size describes
        provider_id: the provider whose indices its money tracks
        pool_name: what it is, in words
        amount_low_usd?: its size, low end
        amount_central_usd?: its size; null = known to exist, size unknown
        amount_high_usd?: its size, high end
        exposure_low_ratio?: share invested as the density index is, low end
        exposure_central_ratio?: share invested as the density index is
        exposure_high_ratio?: share invested as the density index is, high end
        density_index_id: the index whose shares a dollar stand for the pool's, for its members only
        index_id?: the one index its money tracks; null = several of the provider
        fund_id?: the fund it is; left out once a position of that fund is known
        within_pool_id?: the pool it is a part of; applies only where that one does not
        has_known_funds: true where the funds of the dataset are part of it
        vehicle etf|fund|non_etf|separate_account: what holds the money
        published_on?: the day the size became public""",
        without="the residual pools of the model"),
    _table("index_shares", "shares of a security that a provider's indices count, by review", """
        provider_id*: the provider
        security_id*: the security
        effective_on*: the day the count took effect
        index_shares: shares counted (number of shares times inclusion factor)
        inclusion_factor?: factor in index_shares""", without="share counts by review"),
    _table("pair_errors", "how far one tracker's positions lie from what another's foretell", """
        pair_id*: the pair
        size_class* large|small: positions from 1 bp of both listings on, and those below
        pair_kind same-fund|same-index|same-provider|other-provider: what the two have in common
        predictor: the listing that foretells, with its day
        predicted: the listing foretold, with its day
        members_count: positions of both
        q05_ratio: actual over foretold position, against the middle one: 5 % lie below
        q25_ratio: 25 % lie below
        q75_ratio: 75 % lie below
        q95_ratio: 95 % lie below; may pass 1, as all of these
        scale_ratio?: the middle position over what net assets foretell; null = not of one index
        inside_ratio?: share inside the band that other pairs give; null = no other pair""",
        without="measured bands of the model"),
    _table("fund_reports", "listings of positions with share counts", """
        fund_id*: the fund
        as_of_on*: the day the positions describe
        holdings_scope full|excerpt: full = a position not listed is not held
        published_on?: the day the listing became public
        file_digest?: SHA-256 of the file it was read from
        matched_row_ratio?: share of its positions whose security the dataset knew
        matched_value_ratio?: the same by value"""),
    _table("fund_net_assets", "net assets of a fund on a day; never counts as a report", """
        fund_id*: the fund
        as_of_on*: the day
        net_assets_usd: net assets of the whole fund, all classes""",
        without="the tracked-AUM estimate and fund sizes"),
    _table("fund_weights", "weights without share counts: shown, never summed", """
        fund_id*: the fund
        as_of_on*: the day
        security_id*: the security
        weight_ratio: share of net assets""", without="weights without share counts"),
    _table("holdings", "positions of funds in shares", """
        fund_id*: the fund
        as_of_on*: the day
        security_id*: the security
        shares: shares held
        market_value_usd?: value the fund reported"""),
    _table("unread_positions", "positions that a full report lists in a row nobody could read", """
        fund_id*: the fund
        as_of_on*: the day of the report
        security_id*: the security
        reason: why the row could not be read
        stated?: what the row says""",
        without=""),
    _table("fund_fund_holdings", "funds held by funds: for the double-counting check", """
        fund_id*: the holding fund
        as_of_on*: the day
        held_name*: name of the fund held
        held_fund_id?: the fund held, where known
        market_value_usd: value held""", without="the double-counting check"),
    _table("manager_holdings", "manager-level (13F) positions, active assets included", """
        manager_id*: the manager
        as_of_on*: the day
        security_id*: the security
        manager_name?: its name in print
        shares: shares held by the manager
        is_index_heavy: true where most of its equity money tracks an index""",
        without="the manager cross-check"),
    _table("securities", "listed share classes", """
        security_id*: ISIN of the listed share class, else MIC:TICKER
        ticker: ticker on the main exchange
        security_name: its name in print
        issuer_id: the issuer
        share_class: A, common, ordinary, preferred, ...
        country: country of the issuer
        currency: currency of the listing
        shares_outstanding?: shares of the listed share class
        float_shares?: shares that trade freely
        unlisted_shares?: common shares of unlisted classes: in no index, but in the market value
        shares_on?: date of the counts"""),
    _table("share_counts", "shares outstanding over time", """
        security_id*: the security
        as_of_on*: the day
        shares: shares outstanding""", without="share counts by date and the freeze treatment"),
    _table("security_identifiers", "dated identifiers of a security", """
        scheme* isin|cusip|figi|sedol|ticker+mic|lei: kind of identifier
        value*: the identifier
        valid_from_on*: first day it holds
        security_id: the security
        valid_to_on?: last day it holds; null = still valid""", without="ingest of real files"),
    _table("splits", "share splits", """
        security_id*: the security
        effective_on*: first day traded on the new count
        split_ratio: new shares per old share""", without="adjustment for share splits"),
    _table("prices", "closing prices and share volumes, split-adjusted", """
        security_id*: the security
        priced_on*: the session
        close_usd: closing price
        volume_shares?: shares traded on all venues"""),
    _table("coin_prices", "daily prices of digital assets", """
        coin*: BTC, ETH, SOL, ...
        priced_on*: the day
        close_usd: price of one coin""", without="the digital-asset screen"),
    _table("treasuries", "digital assets and balance sheets of issuers", """
        issuer_id*: the issuer
        as_of_on*: the day described
        coin*: the coin, or the main coin of an issuer total
        units?: coins held
        digital_assets_usd?: reported value of digital assets
        total_assets_usd?: total assets
        cash_usd?: cash
        debt_usd?: debt
        preferred_usd?: preferred stock
        published_on?: the day it became public
        accounting: accounting rule of the value
        is_issuer_total: true where the row covers all coins of the issuer
        indirect_digital_assets_usd?: held through funds or contracts, beyond digital_assets_usd
        indirect_holding_kind? fund|loan|derivative|company: through what it is held""",
        without="the digital-asset screen"),
    _table("issuer_ratios", "ratios of issuers that rules test, by balance-sheet day", """
        issuer_id*: the issuer
        input_id*: the ratio, as the rule names it
        as_of_on*: the day described
        input_ratio: the ratio: 0.5 is 50 %
        published_on?: the day it became public""",
        without="inputs of rules other than the digital-asset ratio"),
    _table("candidates", "who may be excluded; preferred shares never", """
        list_id*: the list
        security_id*: the candidate
        listed_on?: the day the list became public; null = not known, and always shown"""),
    _table("rules", "rules by which providers judge eligibility, one row a test", """
        rule_id*: the rule
        input_id*: the ratio tested: digital_asset_ratio, or one of issuer_ratios
        provider_id: the provider
        rule_name: what it is, in words
        screen_id: the screen the test belongs to; a rule is failed where every screen is
        fails_if? at_least|above|at_most|below: on which side of the threshold a test is failed
        threshold_ratio?: 0.5 is 50 %; null = not known
        failing_tests_count: tests failed from which on the screen is failed
        years_count: consecutive years failed from which on the rule is
        published_on?: the day the rule became public""",
        without="verdicts of named rules"),
    _table("decisions", "what providers announced and did", """
        decision_id*: the event
        provider_id: the provider
        happens_on?: the day, of a review as trade_conventions says; null = not known
        earliest_on?: where the day is not known, the first it may be; null = any
        latest_on?: where the day is not known, the last it may be; null = any
        event: consultation_opened, announcement, decision, effective, ...
        treatment: exclude, freeze, keep, none
        note?: what was said""", without="the timeline"),
    _table("trade_conventions", "on which sessions trackers trade a review of a provider", """
        provider_id*: the provider
        day_is close|open: close = the session whose close trackers trade; open = first day in force
        sessions_count: sessions that a change is traded over in equal parts, up to that close""",
        without="days given before the open, and changes traded over several sessions"),
    _table("published_estimates", "outflow figures that others published", """
        estimate_id*: the figure
        estimator: who published it
        published_on?: when
        scope: msci, others, all, or an index
        subject: security_id, or the basket in words
        outflow_low_usd?: lower end
        outflow_high_usd?: upper end
        reading: total, additional, na
        assumed_market_cap_usd?: market value the figure rests on
        market_cap_counts? all_common|listed_class|float: the shares in that market value
        wording: the words it was published with""", without="the reconciliation"),
    _table("backtests", "past index changes: what was forecast and what was published after", """
        case_id*: the case
        provider_id: the provider whose trackers traded
        security_name: the security in print
        effective_on?: the day the change took effect
        forecast_shares: shares forecast to trade
        published_shares?: shares that others published
        interval_low_shares?: lower end of the forecast
        interval_high_shares?: upper end of the forecast
        day_volume_shares?: all shares traded on the day, never passive flow alone
        is_calibrated: true where the forecast was set to the published figure
        is_in_sample?: true where what the forecast rests on was set with this case; null = not said
        implemented_on?: the day the change was observed in force; null = announced only
        implemented_source?: who says so, never the announcement itself
        forecast_by: how the forecast was made
        published_kind: desk estimate, later estimate, measured flow
        note?: the arithmetic""", without="the back-test"),
    _table("analyst_targets", "analysts' ratings and price targets", """
        broker*: who published it
        published_on*: when
        security_id*: the security
        rating_before?: rating before
        rating_after: rating after
        target_before_usd?: price target before
        target_after_usd: price target after
        hpc_note?: contracted high-performance computing, in words""",
        without="ratings and targets"),
)  # fmt: skip


@cache
def tables() -> dict[str, Table]:
    """Return every table of the contract by name, in reading order."""
    return {table.name: table for table in _TABLES}


def unit(column: str) -> str:
    """Return the unit that a column's name ends in, in words; empty where it has none."""
    if column.startswith("days_"):
        return "days"
    if column == "shares":
        return "shares"
    if column == "units":
        return "coins"
    if column.startswith(("is_", "has_")):
        return "true or false"
    return next((unit for suffix, unit in _UNITS.items() if column.endswith(suffix)), "")
