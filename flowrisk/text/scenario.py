"""A result as the text a person reads on a terminal, or as Markdown. Computes nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk.errors import printable
from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting, heading
from flowrisk.text.heading import calibrated, decided, subject
from flowrisk.text.paragraphs import book, index_changes, own_estimate, trading
from flowrisk.text.paragraphs.confidence import LOWER_BOUNDS, NOT_SOLD

if TYPE_CHECKING:
    from flowrisk.domain import Answer, Scenario, ScenarioAnswer


Row = Mapping[str, Any]
MARTS = ("outflows", "scenario_totals", "decisions", "unmapped_holders", "possible_doubles",
         "estimate_components", "coverage", "index_counts")  # fmt: skip

UNKNOWN = "n/a"
_NAME_LENGTH = 19
_SCENARIO_LENGTH = 24
_DAYS = 4
_LEGEND = (
    "observed = holdings of covered funds; own = bottom-up, without published outflows; "
    "≥ = lower bound; n/a = unknown; days assume simultaneous selling"
)
_BOUNDED = "; bounds of the price impact with --verbose"
TIMED_MARTS = ("timeline", "liquidity")
_SET_BY = {
    "model": "own", "observed": "observed", "tracking-ratio": "ratio", "mixed": "mixed",
    "tracked-aum": "tracked AUM", "several-estimates": "several", "not-sold": "not sold",
}  # fmt: skip


_BY_RATIO = ("tracking-ratio", "mixed", "several-estimates")


def table(answer: ScenarioAnswer) -> Text:
    """Return the outflow table of the main job: basket first, other candidates below."""
    lines = [*own_estimate.disagreements(answer), *headlines(answer), ""]
    grouped = by_security(answer)
    totals = answer.rows("scenario_totals")
    basket = [_cells(answer, _label(cells[0]), cells)
              for cells in grouped if cells[0]["is_in_basket"]]  # fmt: skip
    basket.append(_cells(answer, "Basket", totals))
    beside = [cells for cells in grouped if not cells[0]["is_in_basket"]]
    others, unshown = _others(beside, _by_weight(answer))
    outside = [_cells(answer, _label(cells[0]), cells, is_whole=False) for cells in others]
    laid = grid(_heads(answer), [row for rows in (*basket, *outside) for row in rows], indent="")
    until = 1 + sum(map(len, basket))
    lines += laid[:until]
    count = len(grouped) - len(basket) + 1
    if count:
        lines += ["", f"{heading.outside_list(answer)} ({count}):", *laid[until:], *unshown]
    lines += [f"{each}." for each in heading.without_data(answer)]
    lines += _traded(answer, grouped)
    lines += [
        *index_changes.gross_lines(answer),
        *treatments(answer),
        *book.lines(answer, heads(answer)[_DAYS]),
    ]
    return text(lines)


def _traded(answer: ScenarioAnswer, grouped: Sequence[Sequence[Row]]) -> list[str]:
    """Return how the largest outflow of the basket meets the close, and what is given beside it."""
    sold = (cells for cells in grouped if cells[0]["is_in_basket"] and cells[-1]["outflow_shares"])
    lead = next(sold, None)
    said = (
        ["", trading.lead_auctions(answer, lead), *trading.lead_bounds(answer, lead)]
        if lead
        else []
    )
    return [*said, *trading.beside(answer)]


def headlines(answer: ScenarioAnswer) -> list[str]:
    """Return what is asked of which data, and on what condition."""
    condition = ". ".join(
        [treatment_condition(answer.scenarios), *decided(answer), *heading.yours(answer)]
    )
    return [
        heading.headline(answer, " · ".join([subject(answer), *heading.ages(answer)])),
        condition,
        *(f"{each}." for each in (*heading.unavailable(answer), *heading.pending(answer),
                                  *heading.counted(answer))),
    ]  # fmt: skip


def heads(answer: ScenarioAnswer) -> tuple[str, ...]:
    """Return what stands above the figures of one scenario; only the first has no increment."""
    participation = answer.assumed("participation", float)
    days = f"days@{participation * 100:g}%"
    return "outflow", "basis", own_estimate.HEAD, "observed", days, "increment"


def _heads(answer: ScenarioAnswer) -> list[str]:
    columns = heads(answer)
    return ["", "", *(columns if len(answer.scenarios) > 1 else columns[:-1])]


def by_security(answer: ScenarioAnswer) -> list[list[Row]]:
    """Group the outflow rows by security, the largest in the last scenario first."""
    grouped: dict[str, list[Row]] = {}
    for row in answer.rows("outflows"):
        grouped.setdefault(row["security_id"], []).append(row)
    return sorted(grouped.values(), key=lambda cells: -abs(cells[-1]["outflow_usd"] or 0.0))


def _label(row: Row) -> str:
    name = formatting.without_legal_form(row["security_name"])
    short = name if len(name) < _NAME_LENGTH else name[: _NAME_LENGTH - 2] + "…"
    return f"{short:<{_NAME_LENGTH}}{row['ticker']}"


def _cells(
    answer: ScenarioAnswer, label: str, cells: Sequence[Row], *, is_whole: bool = True
) -> list[list[str]]:
    """Return a line a scenario, the name on the first; unless whole, those with a figure."""
    found = shown(answer, cells)
    kept = [place for place, row in enumerate(cells)
            if is_whole or is_known(row) or own_estimate.is_known(row)]  # fmt: skip
    width = len(_heads(answer)) - 2
    return [
        [label if line == 0 else "", formatting.name(cells[place]["scenario_id"], _SCENARIO_LENGTH),
         *found[place][:width]]
        for line, place in enumerate(kept)
    ]  # fmt: skip


def shown(answer: ScenarioAnswer, cells: Sequence[Row]) -> list[tuple[str, ...]]:
    """Return the figures of one security, or of the basket, in each scenario, as ``heads``."""
    return [
        (
            outflow(row),
            "yours" if is_yours(answer, row) else set_by(row),
            own_estimate.shown(row),
            observed(row),
            derived(row, formatting.days(row["days_to_sell"])) if "days_to_sell" in row else "",
            "" if place == 0 else increment(answer, cells, place),
        )
        for place, row in enumerate(cells)
    ]


def outflow(row: Row) -> str:
    """Return an outflow in dollars (in shares where no price is known), ``≥`` where it is at least
    that, ``n/a`` where nothing is known."""
    return derived(row, amount(row))


def derived(row: Row, shown: str) -> str:
    """Return a figure that follows from an outflow: ``≥`` before that of a lower bound, ``n/a``
    where the outflow, or the figure itself, is not known."""
    if not is_known(row) or shown == formatting.UNKNOWN:
        return UNKNOWN
    return f"≥ {shown}" if is_at_least(row) else shown


def observed(row: Row) -> str:
    """Return the observed part, ``n/a`` where no covered fund shows any and nothing is known."""
    observed_usd, shares = row["observed_outflow_usd"], row.get("observed_outflow_shares")
    if not is_known(row) and not observed_usd:
        return UNKNOWN
    if observed_usd is None:
        return f"{formatting.shares(shares)} shares" if shares else UNKNOWN
    return formatting.flow(observed_usd)


def set_by(row: Row) -> str:
    """Return in a word how an outflow was found; nothing of what is not known."""
    if row["bound"] in ("calibrated", "partial", "unknown"):
        return "" if row["bound"] == "unknown" else row["bound"]
    return _SET_BY.get(row.get("method", ""), "")


def is_yours(answer: Answer, row: Row) -> bool:
    """Return whether an outflow rests on a tracking ratio of the user's own."""
    given: Any = answer.assumptions["tracking_ratio"].value or {}
    if row.get("method") not in _BY_RATIO:
        return False
    asked = {each.scenario_id: each.provider_ids for each in answer.scenarios}
    providers = {each.casefold() for each in asked[row["scenario_id"]]}
    own = {str(row[key]).casefold() for key in ("ticker", "security_id")}
    pairs = (name.casefold().rpartition("@") for name in given)
    return any(who.strip() in own and where.strip() in providers for who, _, where in pairs)


def increment(answer: ScenarioAnswer, cells: Sequence[Row], place: int) -> str:
    """Return what a scenario sells beyond the first one; ``≥`` where it is at least that.

    Of two lower bounds there is a difference only where one scenario holds the other.
    """
    first, row = cells[0], cells[place]
    inner, outer = (set(answer.scenarios[each].provider_ids) for each in (0, place))
    is_bound = is_at_least(first) or is_at_least(row)
    if is_bound and not is_known(row):
        return UNKNOWN
    if is_at_least(first) and not inner <= outer:
        return UNKNOWN
    added = formatting.money(row["increment_usd"], is_signed=True)
    if added == formatting.UNKNOWN:
        return UNKNOWN
    return f"≥ {added}" if is_at_least(row) else added


def amount(row: Row) -> str:
    """Return an outflow in dollars, in shares where no price is known, without its bound."""
    if row["outflow_usd"] is None and row.get("outflow_shares"):
        return f"{formatting.shares(row['outflow_shares'])} shares"
    return formatting.flow(row["outflow_usd"])


def is_bought(row: Row) -> bool:
    """Return whether passive funds buy more than they sell: an inflow."""
    return bool((row["outflow_usd"] or row.get("outflow_shares") or 0.0) < 0)


def is_at_least(row: Row) -> bool:
    """Return whether an outflow is a lower bound because part of it is not known."""
    return row["bound"] in LOWER_BOUNDS


def is_known(row: Row) -> bool:
    """Return whether anything of an outflow was observed or estimated."""
    return bool(row["bound"] != "unknown")


def _by_weight(answer: ScenarioAnswer) -> set[str]:
    """Return the securities that covered funds list with a weight and without a share count."""
    rows = answer.rows("estimate_components")
    return {row["security_id"] for row in rows if row["level_id"] == "L1"}


def _others(
    others: Sequence[Sequence[Row]], by_weight: Container[str]
) -> tuple[list[Sequence[Row]], list[str]]:
    """Return the candidates outside the list that have a figure, and who has none, in words."""
    found: list[Sequence[Row]] = []
    unknown: list[str] = []
    weighed: list[str] = []
    kept: list[str] = []
    for cells in others:
        if any(
            row["outflow_shares"] or (own_estimate.is_known(row) and row["method"] != NOT_SOLD)
            for row in cells
        ):
            found.append(cells)
        else:
            is_kept = all(row["method"] == NOT_SOLD for row in cells)
            is_listed = cells[0]["security_id"] in by_weight
            said_of = kept if is_kept else weighed if is_listed else unknown
            said_of.append(cells[0]["ticker"])
    said = [
        f"{what} ({len(tickers)}): {', '.join(sorted(tickers))}"
        for what, tickers in (
            ("No holdings in covered funds and no estimate", unknown),
            ("Held by covered funds, known by weight only, share count unknown", weighed),
            ("No selling", kept),
        )
        if tickers
    ]
    return found, said


def notes(answer: ScenarioAnswer) -> list[str]:
    """Return what a reader must know beside the figures, one sentence each."""
    return [*calibrated(answer), *_disagreements(answer), *_unmapped(answer),
            *_doubled(answer), trading.missing(answer), *_unasked(answer),
            _LEGEND + ("" if "impact_bounds" in answer.marts else _BOUNDED)]  # fmt: skip


def _unasked(answer: ScenarioAnswer) -> list[str]:
    """Return which lists are too long to be shown beside the one asked about."""
    found = (each for each in answer.findings if each.code == "lists_beside_are_short")
    return [f"{each.message}: --list or --watch-list names one" for each in found]


def _doubled(answer: ScenarioAnswer) -> list[str]:
    """Return what is held under keys that may be of a security of the basket, the most first."""
    rows = [row for row in answer.rows("possible_doubles") if row["is_in_basket"]]
    if not rows:
        return []
    first, rest = rows[0], len(rows) - 1
    value = formatting.money(first["held_usd"])
    return [
        f"may be a second key of {first['ticker']}, in no outflow: {printable(first['other_id'])} "
        f"{printable(first['other_name'])}, {formatting.shares(first['held_shares'])} shares, "
        f"{value}" + (f"; and {rest} more" if rest else "")
    ]


def _unmapped(answer: ScenarioAnswer) -> list[str]:
    """Return what funds without a known index hold of the basket, the most first."""
    rows = [row for row in answer.rows("unmapped_holders") if row["is_in_basket"]]
    if not rows:
        return []
    first, rest = rows[0], len(rows) - 1
    held = (
        f"{formatting.shares(first['held_shares'])} shares, {formatting.money(first['held_usd'])}"
    )
    funds = "1 fund" if first["funds_count"] == 1 else f"{first['funds_count']:,} funds"
    return [
        f"held by funds without a known index, not in any outflow: {first['ticker']} {held}, "
        f"in {funds} (largest: {printable(first['largest_funds'])})"
        + (f"; and of {rest} more securities" if rest else "")
    ]


def _disagreements(answer: Answer) -> list[str]:
    """Return where the list and the rule differ, and who the rule cannot judge."""
    if "rule_disagreements" not in answer.marts:
        return []
    rows = answer.rows("rule_disagreements")
    parts = [
        (f"on list {answer.assumptions['list'].value}, does not meet the rule",
         [row for row in rows if row["is_on_list"] and row["meets_rule"] is False]),
        ("meets the rule, not on the list",
         [row for row in rows if row["is_on_list"] is False and row["meets_rule"]]),
        ("not assessed, so not included by the rule",
         [row for row in rows if row["meets_rule"] is None]),
    ]  # fmt: skip
    return [
        f"{what}: " + ", ".join(
            row["ticker"] + (f" ({formatting.percent(row['digital_asset_ratio'])})"
                             if row["digital_asset_ratio"] is not None else "")
            for row in found
        )
        for what, found in parts
        if found
    ]  # fmt: skip


_VERBS = {"exclude": "deletes", "freeze": "freezes", "reweight": "reweights",
          "include": "includes", "migrate": "moves between indices"}  # fmt: skip


def treatment_condition(scenarios: Iterable[Scenario]) -> str:
    """Return what the providers do: "Scenario: deletion", or each scenario's treatments."""
    treated = [f"{each.scenario_id}: {_treated(each)}" for each in scenarios if each.treatments]
    return f"Treatment: {' · '.join(treated)}" if treated else "Scenario: deletion"


def _treated(scenario: Scenario) -> str:
    said = ", ".join(
        f"{name} {_VERBS[what]}{index_changes.moves(scenario, name)}"
        for name, what in scenario.treatments.items()
    )
    rest = len(scenario.provider_ids) > len(scenario.treatments)
    return said + (", the others delete" if rest else "")


def treatments(answer: ScenarioAnswer) -> list[str]:
    """Return the lines on index changes, freezes and reweights, empty where there are none."""
    marts = answer.marts
    lines = (
        index_changes.lines(answer.rows("index_trades"), set_by) if "index_trades" in marts else []
    )
    if "freeze_effects" in marts:
        lines += index_changes.freeze_lines(answer.rows("freeze_effects"))
    if "reweight_tranches" in marts:
        lines += ["", "Reweight schedule (the outflow above is the net of the steps)"]
        lines += grid(
            ("step", "provider", "scenario", "change", "net outflow"),
            (
                (row["step_text"], row["provider_id"], row["scenario_id"],
                 formatting.percent(row["index_change_ratio"]),
                 formatting.flow(row["outflow_usd"]))
                for row in _steps(answer.rows("reweight_tranches"))
            ),
        )  # fmt: skip
    return lines


def _steps(rows: Iterable[Row]) -> Iterable[Row]:
    return ({**row, "step_text": f"{row['ticker']} {row['effective_on']}"} for row in rows)
