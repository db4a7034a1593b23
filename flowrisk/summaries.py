"""The answers of calibrate, explain and backtest as the text a person reads. Computes
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flowrisk import figures

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.answers import Answer
    from flowrisk.domain import Scenario

Row = Mapping[str, Any]
_VERBS = {"exclude": "deletes", "freeze": "freezes", "reweight": "reweights"}


def headline(answer: Answer, subject: str) -> str:
    """Return the first line of an answer: day, dataset, subject."""
    source = f"{answer.dataset_name} {answer.dataset_digest[:8]}"
    return f"As of {answer.as_of_on} · {source} · {subject} · estimates, not advice"


def grid(heads: Iterable[str], rows: Iterable[Iterable[str]], *, indent: str = "  ") -> list[str]:
    """Return lines of aligned columns: the first to the left, the others to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return [
        (indent + "  ".join(
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        )).rstrip()
        for line in lines
    ]  # fmt: skip


def condition(scenarios: Iterable[Scenario]) -> str:
    """Return what the providers are taken to do: "if deleted", or each scenario's treatments."""
    treated = [f"{each.scenario_id}: {_treated(each)}" for each in scenarios if each.treatments]
    return f"if treated so: {' · '.join(treated)}" if treated else "if deleted"


def _treated(scenario: Scenario) -> str:
    said = ", ".join(f"{name} {_VERBS[what]}" for name, what in scenario.treatments.items())
    rest = len(scenario.provider_ids) > len(scenario.treatments)
    return said + (", the others delete" if rest else "")


def treatments(marts: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return the lines on freezes and reweights, empty where there are none."""
    lines: list[str] = []
    if "freeze_effects" in marts:
        lines += _freeze(marts["freeze_effects"].rows(named=True))
    if "reweight_tranches" in marts:
        lines += ["", "Reweight, by step (the outflow above is the sum of the falling ones)"]
        lines += grid(
            ("step", "provider", "scenario", "change", "sold"),
            (
                (row["step_text"], row["provider_id"], row["scenario_id"],
                 figures.percent(row["index_change_ratio"]), figures.money(row["outflow_usd"]))
                for row in _steps(marts["reweight_tranches"])
            ),
        )  # fmt: skip
    return lines


def _steps(frame: pl.DataFrame) -> Iterable[Row]:
    return (
        {**row, "step_text": f"{row['ticker']} {row['effective_on']}"}
        for row in frame.rows(named=True)
    )


def _freeze(rows: Iterable[Row]) -> list[str]:
    """Return the frozen positions of the basket, each once, and those that are not known."""
    basket = [row for row in rows if row["is_in_basket"]]
    each = {(row["provider_id"], row["security_id"]): row for row in basket}.values()
    known = [row for row in each if row["unknown_reason"] is None]
    lines = ["", "Frozen, never part of an outflow (foregone = not bought at reviews since)"]
    lines += grid(
        ("security", "provider", "since", "counted", "actual", "ratio now", "foregone",
         "catch-up", "later deletion"),
        (
            (row["ticker"], row["provider_id"], str(row["frozen_from_on"]),
             figures.shares(row["counted_shares"]), figures.shares(row["actual_shares"]),
             figures.percent(row["effective_tracking_ratio"], decimals=3),
             figures.money(row["foregone_demand_usd"]), figures.money(row["catch_up_usd"]),
             figures.money(row["deletion_outflow_usd"]))
            for row in known
        ),
    )  # fmt: skip
    reasons: dict[str, dict[str, None]] = {}
    for row in each:
        if row["unknown_reason"] is not None:
            reasons.setdefault(row["unknown_reason"], {})[row["ticker"]] = None
    return lines + [f"  unknown: {', '.join(names)} ({why})" for why, names in reasons.items()]


def calibration(answer: Answer) -> str:
    """Return ratios, price dates, provider sets and readings of a calibration."""
    targets = answer.marts["targets"].rows(named=True)
    ticker = targets[0]["ticker"]
    lines = [headline(answer, f"what reproduces figures on {ticker}"), ""]
    lines += [f"Tracking ratio of {ticker} that gives the figure (figure / price / shares)"]
    lines += grid(
        ("providers", "figure", "price", "shares", "ratio", "in force", "read", "not read"),
        (
            (row["scenario_id"], figures.money(row["target_usd"]), f"{row['close_usd']:.2f}",
             figures.shares(row["implied_shares"]),
             figures.percent(row["tracking_ratio"], decimals=3),
             figures.percent(row["ratio_in_force"], decimals=3),
             figures.shares(row["observed_outflow_shares"]),
             figures.percent(row["remainder_ratio"], decimals=0))
            for row in targets
        ),
    )  # fmt: skip
    lines += ["", "Closes that give the figure with the ratios in force (* within 1 %)"]
    lines += _tried(answer.marts["price_dates"].rows(named=True), "priced_on", "session")
    lines += ["", "Sets of providers whose outflows give the figure (* within 1 %)"]
    lines += _tried(answer.marts["provider_sets"].rows(named=True), "provider_ids", "set")
    lines += ["", *_readings(answer)]
    lines += [
        "",
        "note: a ratio solved from a figure agrees with it by construction; that is no validation",
    ]
    return "\n".join(lines) + "\n"


def _tried(rows: Iterable[Row], column: str, head: str) -> list[str]:
    return grid(
        ("providers", head, "outflow", "error"),
        (
            (row["scenario_id"], str(row[column]), figures.money(row["outflow_usd"]),
             f"{row['error_ratio'] * 100:+.1f} %{'*' if row['is_reproduced'] else ' '}")
            for row in rows
        ),
    )  # fmt: skip


def _readings(answer: Answer) -> list[str]:
    rows = answer.marts["readings"].rows(named=True)
    if not rows:
        return ["No figure contains another, so there are no two readings to compare."]
    whole, part = rows[0]["whole_scenario_id"], rows[0]["part_scenario_id"]
    lines = [f"Two readings of the '{whole}' figure: the total, or on top of '{part}'"]
    lines += grid(
        ("reading", "total", "shares", "of class", "managers", "rows until", "total/managers", ""),
        (
            (row["reading"], figures.money(row["total_usd"]), figures.shares(row["total_shares"]),
             figures.percent(row["total_of_shares_outstanding_ratio"]),
             figures.money(row["crosscheck_usd"]), str(row["newest_on"] or figures.UNKNOWN),
             figures.percent(row["total_of_crosscheck_ratio"], decimals=0),
             "nearer" if row["is_favoured"] else "")
            for row in rows
        ),
    )  # fmt: skip
    favoured = {row["reading"] for row in rows if row["is_favoured"]}
    if not favoured:
        verdict = "No manager holdings are in the data: neither reading is favoured."
    elif len(favoured) > 1:
        verdict = "Rows of different dates favour different readings: neither is preferred."
    else:
        verdict = (
            f"Whole managers' holdings favour the '{favoured.pop()}' reading and refute neither: "
            "active money is in, other managers and non-filers are missing."
        )
    return [*lines, verdict]


def explanation(told: Answer) -> str:
    """Return one figure as formula, rows, SQL and files."""
    figure = told.marts["figure"].row(0, named=True)
    subject = f"{figure['ticker']} under {figure['provider_id']}, scenario {figure['scenario_id']}"
    lines = [headline(told, subject), "", f"{figures.money(figure['outflow_usd'])}, step by step"]
    for row in told.marts["steps"].rows(named=True):
        value = "unknown" if row["value"] is None else f"{row['value']:,.10g} {row['unit']}"
        lines += [f"  {row['step_count']}. {row['step']} = {value}",
                  f"     {row['formula']}   [{row['model']}]"]  # fmt: skip
    lines += ["", "Rows: fund positions", *_positions(told)]
    lines += [
        f"  ratio {row['applies_to_id']} {row['as_of_on']} ({row['basis']}): {row['source']}"
        for row in told.marts["estimates"].rows(named=True)
        if row["source"]
    ]
    models = told.marts["models"]
    chain = " <- ".join(models["model"].to_list()[:4])
    lines += ["", f"SQL: {chain} <- ... ({models.height} models; all of them with --format json)"]
    lines += ["", *(f"  {line}" for line in models["sql"][0].rstrip().splitlines())]
    lines += ["", "Files (SHA-256)"]
    lines += [f"  {row['digest'][:16]}…  {row['file']}"
              for row in told.marts["files"].rows(named=True)]  # fmt: skip
    return "\n".join(lines) + "\n"


def _positions(told: Answer) -> list[str]:
    rows = told.marts["fund_outflows"].rows(named=True)
    if not rows:
        return ["  none was read"]
    return grid(
        ("fund", "as of", "basis", "shares"),
        (
            (row["fund_name"], str(row["as_of_on"]), row["basis"] or figures.UNKNOWN,
             f"{row['held_shares']:,.0f}")
            for row in rows
        ),
    )  # fmt: skip


def backtest(told: Answer) -> str:
    """Return the cases, their scores and what the scores cannot say."""
    score = told.marts["scores"].row(0, named=True)
    lines = [headline(told, f"{score['cases_count']} past index changes"), ""]
    lines += grid(
        ("case", "effective", "forecast", "published", "f/a", "interval", "inside", "day volume"),
        (_case(row) for row in told.marts["cases"].rows(named=True)),
    )
    lines += ["  * set to the published figure: shown, not scored", ""]
    return "\n".join([*lines, *_scores(score)]) + "\n"


def _scores(score: Row) -> list[str]:
    """Return the scores, and what they cannot say."""
    left_out = (
        f"{score['calibrated_count']} calibrated, {score['unpublished_count']} without a figure"
    )
    head = f"scored: {score['scored_count']} of {score['cases_count']} cases ({left_out})"
    numbers = [
        f"bias, mean ln(f/a): {_signed(score['bias_ratio'])}",
        f"RMSLE: {_signed(score['rmsle_ratio'])}",
        f"sum f / sum a: {_signed(score['forecast_of_published_ratio'])}",
    ]
    measured = score["measured_count"]
    return [
        head,
        "   ".join(numbers),
        f"figures inside their interval: {score['inside_count']} of {score['interval_count']}",
        f"note: {measured} of the figures are measured passive flows, the others desks' estimates",
        "note: agreement with an estimate is agreement of estimates",
        f"note: n = {score['scored_count']}, several of one event: too few for an error rate",
        "note: the volume of the day is never passive flow alone",
    ]


def _signed(value: float | None) -> str:
    return figures.UNKNOWN if value is None else f"{value:.4f}"


def _case(row: Row) -> tuple[str, ...]:
    low, high = row["interval_low_shares"], row["interval_high_shares"]
    ratio, inside = row["forecast_of_published_ratio"], row["is_inside"]
    return (
        row["case_id"] + ("*" if row["is_calibrated"] else ""),
        str(row["effective_on"] or figures.UNKNOWN),
        figures.shares(row["forecast_shares"]),
        figures.shares(row["published_shares"]),
        figures.UNKNOWN if ratio is None else f"{ratio:.3f}",
        figures.UNKNOWN if low is None else f"{figures.shares(low)}-{figures.shares(high)}",
        figures.UNKNOWN if inside is None else "yes" if inside else "no",
        figures.shares(row["day_volume_shares"]),
    )
