"""Which index a fund tracks where no table says so: rules over names, kept as data.

Owns how the rules become SQL; what is done with them is ``sql/ingest``. A table of index funds,
shipped or the dataset's own, always comes first.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.engines import composing
from flowrisk.errors import DataError, join_names
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk

RULES_FILE = "index_name_rules.csv"
_SHIPPED = Path(__file__).with_name(RULES_FILE)
PROVIDERS_FILE = "index_providers.csv"
NAMES_FILE = "fund_names_dated.csv"
_COLUMNS = (
    "priority", "pattern", "exclusions", "provider_id", "index_id", "index_name", "confidence",
    "note",
)  # fmt: skip
_CONFIDENCES = ("high", "medium", "low", "never", "unsaid")
REPLACED = """
    old.fund_id in (select fund_id from ingest.reports_taken where holder = 'fund')
"""
_STEPS = (
    "portfolios_taken", "references_known", "reference_weights", "portfolios_compared",
    "portfolios_recognised", "index_matches",
)  # fmt: skip
_HOLDINGS = (
    "fund_id, as_of_on::date as as_of_on, security_id, shares::double as shares, "
    "market_value_usd::double as value_usd"
)


def load(bulk: Bulk, folder: Path) -> None:
    """Create ``ingest.index_name_rules`` and ``ingest.name_rule_of(name)``, the number of the first
    rule that a name meets; the dataset's own ``index_name_rules.csv`` comes before the one shipped.

    Raises: DataError naming file and line of a rule that cannot be used.
    """
    own = folder / RULES_FILE
    rules = [rule for path in (own, _SHIPPED) if path.exists() for rule in _rules(bulk, path)]
    _load_rows(bulk, "ingest.index_name_rules", ("rule_number", *_COLUMNS), [
        [str(number), *rule] for number, rule in enumerate(rules)
    ])  # fmt: skip
    # a pattern is compiled once only where it is a constant of the statement
    tried = " ".join(f"when {_meets(rule)} then {number}" for number, rule in enumerate(rules))
    bulk.run(f"create or replace macro ingest.name_rule_of(name) as case {tried} end")
    for name, file in (("providers_named", PROVIDERS_FILE), ("fund_names_dated", NAMES_FILE)):
        with Path(__file__).with_name(file).open(encoding="utf-8", newline="") as opened:
            columns, *rows = csv.reader(opened)
        _load_rows(bulk, f"ingest.{name}", columns, rows)


def recognise(bulk: Bulk) -> None:
    """Create ``ingest.index_matches``: which index the funds taken track, by name or by holdings,
    where no table names it."""
    define(bulk, "funds_settled", "fund_names", "names_recognised", *_STEPS)


def bind_holdings(bulk: Bulk, data: Path) -> None:
    """Bind ``data.holdings_near``: what the dataset has of the months of the reports taken and of
    the months beside them, for comparing portfolios."""
    months = bulk.rows(
        "select distinct strftime(month, '%Y-%m') from (select unnest(["
        "as_of_on - interval 1 month, as_of_on, as_of_on + interval 1 month]) as month "
        "from ingest.reports_taken where holder = 'fund') order by 1"
    )
    files = [
        path
        for (month,) in months
        for path in sorted((data / "holdings" / f"as_of_month={month}").glob("*.parquet"))
    ]
    origin = (
        composing.parquet(files)
        if files
        else "(select null::varchar as fund_id, null::date as as_of_on, "
        "null::varchar as security_id, null::double as shares, null::double as market_value_usd) "
        "where false"
    )
    bulk.define("data.holdings_near", f"select {_HOLDINGS} from {origin}")


def _meets(rule: list[str]) -> str:
    _, pattern, exclusions, *_ = rule
    tests = [
        f"regexp_matches(name, {composing.literal(pattern)})" if pattern else "",
        f"not regexp_matches(name, {composing.literal(exclusions)})" if exclusions else "",
    ]
    return " and ".join(filter(None, tests)) or "true"


def _rules(bulk: Bulk, path: Path) -> list[list[str]]:
    """Return the rules of a file, the lowest priority number first."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise _unusable(path, 1, f"columns missing: {join_names(missing)}")
            rules = [_rule(bulk, path, number, row) for number, row in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(path, 1, str(error)) from error
    return sorted(rules, key=lambda rule: int(rule[0]))


def _rule(bulk: Bulk, path: Path, number: int, row: dict[str, str | None]) -> list[str]:
    rule = [(row[name] or "").strip() for name in _COLUMNS]
    priority, pattern, exclusions, provider_id, index_id, index_name, confidence, _ = rule
    if not (priority.isascii() and priority.isdigit()):
        raise _unusable(path, number, f"priority is no whole number: {priority}")
    if confidence not in _CONFIDENCES:
        raise _unusable(path, number, f"confidence is none of {join_names(_CONFIDENCES)}")
    if bool(provider_id) == (confidence in {"never", "unsaid"}):
        raise _unusable(path, number, "a rule names a provider, or says never or unsaid")
    if bool(index_id) != bool(index_name) or (index_id and not provider_id):
        raise _unusable(path, number, "an index needs a name and a provider")
    # those shipped are known to compile
    for expression in filter(None, (pattern, exclusions) if path != _SHIPPED else ()):
        try:
            bulk.rows("select regexp_matches('', ?)", [expression])
        except DataError as error:
            raise _unusable(path, number, f"{expression}: {error.facts['reason']}") from error
    return rule


def _load_rows(bulk: Bulk, name: str, columns: tuple[str, ...] | list[str],
               rows: list[list[str]]) -> None:  # fmt: skip
    import polars as pl

    cells = [[cell or None for cell in row] for row in rows]
    bulk.load(name, pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row"))


def _unusable(path: Path, line: int, reason: str) -> DataError:
    return DataError(
        "The table of name rules cannot be used.",
        facts={"file": path, "line": line, "reason": reason},
        remedy=f"Write a CSV with {','.join(_COLUMNS)}; patterns are RE2, for names in lower case.",
    )
