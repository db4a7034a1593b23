"""What a named rule says of each security's issuer: its verdict, and the tests it rests on.

Owns the frames ``rule_verdicts`` and ``rule_tests``. The rules are rows of the dataset; their logic
is ``eligibility``'s. What the user gives goes before the data and is called yours; an input that is
in neither leaves its test open, and is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flowrisk.analytics import eligibility
from flowrisk.analytics.eligibility import RatioTest, Screen
from flowrisk.domain import ASSET_SHARES, RULED, frame_of
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.question.rule_inputs import side_and_threshold

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from flowrisk.answers.digital_asset_ratios import IssuerRow
    from flowrisk.dataset.warehouse import Warehouse

INPUTS = "marts.rule_inputs"
YOURS = "yours"
# the day of a ratio, what it is and how it is known; a ratio of the user's has no day
Seen = tuple["dt.date | None", float, str]
# the ratios of one input, by how many years they lie before the newest day of any
Observed = dict[int, Seen]
# ratios by issuer and input, the newest year first
Given = Mapping[tuple[str, str], Sequence[float]]
_RULES = """
    select rule_id, rule_name, provider_id, published_on, years_count, screen_id,
        failing_tests_count, input_id, fails_if, threshold_ratio
    from staging.rules
    order by rule_id, screen_id, input_id
"""
_VERDICT_TYPES = {
    "security_id": "String", "ticker": "String", "security_name": "String",
    "is_in_basket": "Boolean", "issuer_id": "String", "rule_id": "String", "rule_name": "String",
    "rule_published_on": "Date", "years_count": "Int64", "verdict": "String", "judged_on": "Date",
    "missing": "String",
}  # fmt: skip
_TEST_TYPES = {
    "security_id": "String", "ticker": "String", "rule_id": "String", "screen_id": "String",
    "input_id": "String", "years_back_count": "Int64", "as_of_on": "Date",
    "input_ratio": "Float64", "fails_if": "String", "threshold_ratio": "Float64",
    "is_failed": "Boolean", "input_basis": "String", "threshold_basis": "String",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule of the dataset: its screens by id, and how many consecutive years must be failed."""

    rule_id: str
    rule_name: str
    published_on: dt.date | None
    years_count: int
    screens: Mapping[str, Screen]
    # the inputs whose thresholds are the user's
    yours: frozenset[str] = frozenset()

    @property
    def input_ids(self) -> list[str]:
        """The inputs it tests, in their order."""
        return [test.input_id for screen in self.screens.values() for test in screen.tests]

    @property
    def digital_asset_threshold_ratio(self) -> float | None:
        """The threshold of its digital-asset ratio; None where it tests none, or none is known."""
        tests = (test for screen in self.screens.values() for test in screen.tests)
        return next((test.threshold_ratio for test in tests if test.input_id == RULED), None)


def named(store: Warehouse, rule_id: str) -> NamedRule:
    """Return a rule of the dataset by its name.

    Raises: DataError where the dataset has no rules; QuestionError for an unknown one.
    """
    store.define(["staging.rules"])
    rows = store.engine.rows(_RULES)
    found = [row for row in rows if row[0] == rule_id]
    if not rows:
        raise DataError(
            "The dataset has no named rules.",
            facts={"folder": store.folder.path, "missing": "rules.parquet", "asked": rule_id},
            remedy="Add rules.parquet, or leave out --rule-id and give --threshold.",
        )
    if not found:
        known = sorted({row[0] for row in rows})
        close = nearest(rule_id, known)
        raise QuestionError(
            f"There is no rule '{rule_id}' in the data.",
            facts={"known rules": join_names(known)} | ({"nearest": close} if close else {}),
            remedy="Use a known one, or add its tests to rules.parquet.",
        )
    tests: dict[str, list[RatioTest]] = defaultdict(list)
    for *_, screen_id, _, input_id, fails_if, threshold in found:
        tests[screen_id].append(RatioTest(input_id, fails_if, threshold))
    counts = {row[5]: row[6] for row in found}
    screens = {each: Screen(tuple(tests[each]), counts[each]) for each in tests}
    return NamedRule(found[0][0], found[0][1], found[0][3], found[0][4], screens)


def with_tests(rule: NamedRule, given: Mapping[str, str]) -> NamedRule:
    """Return a rule with sides and thresholds of the user's in place of its own.

    Args:
        given: as ``rule_inputs.parse_tests`` returns them.

    Raises: QuestionError for an input that the rule does not test.
    """
    for input_id in given:
        _refuse_untested(rule, input_id, "--rule-test", input_id)
    screens = {
        screen_id: Screen(
            tuple(RatioTest(test.input_id, *side_and_threshold(given[test.input_id]))
                  if test.input_id in given else test for test in screen.tests),
            screen.failing_count,
        )
        for screen_id, screen in rule.screens.items()
    }  # fmt: skip
    return replace(rule, screens=screens, yours=frozenset(given))


def with_inputs(
    rule: NamedRule, given: Mapping[str, Sequence[float]], issuers: Sequence[IssuerRow]
) -> Given:
    """Return ratios of the user's by issuer and input, the newest year first.

    Args:
        given: as ``rule_inputs.parse_inputs`` returns them.

    Raises: QuestionError for an input that the rule does not test or the balance sheet gives, a
        company that is not asked about, more years than the rule judges, or one given twice.
    """
    names = {name.casefold(): each.issuer_id for each in issuers
             for name in (each.security.ticker or "", each.security.security_id)}  # fmt: skip
    found: dict[tuple[str, str], Sequence[float]] = {}
    for key, ratios in given.items():
        name, _, input_id = key.rpartition(".")
        _refuse_untested(rule, input_id, "--rule-input", key)
        issuer_id = names.get(name.strip().casefold())
        if issuer_id is None:
            raise QuestionError(
                f"--rule-input names '{name}', which is not among the securities asked about.",
                facts={"--rule-input": key, "nearest": nearest(name, list(names)) or "none"},
                remedy="Give a ticker or ISIN of the list, or ask about it with --securities.",
            )
        if input_id in ASSET_SHARES and not all(0 <= ratio <= 1 for ratio in ratios):
            raise QuestionError(
                "A share of assets lies outside 0 to 1.",
                facts={"--rule-input": key, "ratios": join_names(map(str, ratios))},
                remedy="Give it as a ratio or in percent: 0.01 or 1%.",
            )
        if (issuer_id, input_id) in found or len(ratios) > rule.years_count:
            raise QuestionError(
                "A ratio of a company is given twice." if (issuer_id, input_id) in found
                else f"The rule judges {rule.years_count} years, and more are given.",
                facts={"--rule-input": key},
                remedy="Give each ratio of a company once, the newest year first.",
            )  # fmt: skip
        found[issuer_id, input_id] = ratios
    return found


def _refuse_untested(rule: NamedRule, input_id: str, flag: str, given: str) -> None:
    known = rule.input_ids
    if flag == "--rule-input" and input_id == RULED and RULED in known:
        raise QuestionError(
            "The digital-asset ratio is counted from the balance sheet.",
            facts={flag: given},
            remedy="Add the balance sheet to treasuries, or move it with --coin-price.",
        )
    if input_id not in known:
        close = nearest(input_id, known)
        raise QuestionError(
            f"The rule {rule.rule_id} tests no '{input_id}'.",
            facts={flag: given, "tested": join_names(known)}
            | ({"nearest": close} if close else {}),
            remedy="Name one of the inputs that it tests.",
        )


def frames(
    store: Warehouse,
    rule: NamedRule,
    issuers: Sequence[IssuerRow],
    given: Given,
) -> dict[str, pl.DataFrame]:
    """Return the verdict on each security, and the tests of each year it rests on.

    Returns: ``rule_verdicts``, grain security_id: ``missing`` names what is not in the data where
        the verdict is unresolved; ``rule_tests``, grain security_id, input_id, years_back_count:
        ``is_failed`` is null where ratio, threshold or side is not known, the bases are "yours"
        where the user gave ratio or threshold.
    """
    store.define([INPUTS])
    rows = store.engine.rows(
        "select issuer_id, input_id, as_of_on, input_ratio, basis from marts.rule_inputs"
    )
    read: dict[str, list[tuple[str, dt.date, float, str]]] = defaultdict(list)
    for issuer_id, *rest in rows:
        read[issuer_id].append((rest[0], rest[1], rest[2], rest[3]))
    judged = [
        _judged(rule, each, _observed(rule, each, read[each.issuer_id], given)) for each in issuers
    ]
    return {
        "rule_verdicts": frame_of([verdict for verdict, _ in judged], _VERDICT_TYPES),
        "rule_tests": frame_of([row for _, tests in judged for row in tests], _TEST_TYPES),
    }


def _judged(
    rule: NamedRule, each: IssuerRow, seen: tuple[dt.date | None, dict[str, Observed]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the verdict on one security, and its tests."""
    newest_on, observed = seen
    years = [
        {input_id: found[year][1] for input_id, found in observed.items() if year in found}
        for year in range(rule.years_count)
    ]
    failed = [eligibility.is_failed(rule.screens.values(), ratios) for ratios in years]
    verdict = eligibility.verdict(failed, rule.years_count)
    head = {"security_id": each.security.security_id, "ticker": each.security.ticker}
    tests = [
        head | _test(rule, screen_id, test, year, observed.get(test.input_id, {}).get(year))
        for screen_id, screen in rule.screens.items()
        for test in screen.tests
        for year in range(rule.years_count)
    ]
    return {
        **head,
        "security_name": each.security_name,
        "is_in_basket": each.security.is_in_basket,
        "issuer_id": each.issuer_id,
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "rule_published_on": rule.published_on,
        "years_count": rule.years_count,
        "verdict": verdict,
        "judged_on": newest_on,
        "missing": _missing(rule, tests) if verdict == "unresolved" else None,
    }, tests


def _test(
    rule: NamedRule, screen_id: str, test: RatioTest, year: int, found: Seen | None
) -> dict[str, Any]:
    as_of_on, ratio, basis = found or (None, None, None)
    return {
        "rule_id": rule.rule_id,
        "screen_id": screen_id,
        "input_id": test.input_id,
        "years_back_count": year,
        "as_of_on": as_of_on,
        "input_ratio": ratio,
        "fails_if": test.fails_if,
        "threshold_ratio": test.threshold_ratio,
        "is_failed": test.is_failed(ratio),
        "input_basis": basis,
        "threshold_basis": YOURS if test.input_id in rule.yours else None,
    }


def _observed(
    rule: NamedRule,
    each: IssuerRow,
    read: Sequence[tuple[str, dt.date, float, str]],
    given: Given,
) -> tuple[dt.date | None, dict[str, Observed]]:
    """Return the newest day of the rule's inputs, and the newest ratio of each in each year.

    The digital-asset ratio of the newest balance sheet is that at the review price; what the user
    gives of an input goes before the data, year by year.
    """
    found = each.found
    values = [value for value in read if value[0] in rule.input_ids]
    if found is not None and found.ratio is not None and RULED in rule.input_ids:
        values = [value for value in values if value[0] != RULED or value[1] < found.as_of_on]
        values.append((RULED, found.as_of_on, found.ratio, "derived"))
    newest_on = max((as_of_on for _, as_of_on, _, _ in values), default=None)
    observed: dict[str, Observed] = defaultdict(dict)
    for input_id, as_of_on, ratio, basis in sorted(values, key=lambda value: value[1]):
        year = 0 if newest_on is None else eligibility.years_back(newest_on, as_of_on)
        observed[input_id][year] = (as_of_on, ratio, basis)
    for (issuer_id, input_id), ratios in given.items():
        if issuer_id == each.issuer_id:
            observed[input_id] |= {y: (None, ratio, YOURS) for y, ratio in enumerate(ratios)}
    return newest_on, observed


def _missing(rule: NamedRule, tests: Sequence[Mapping[str, Any]]) -> str:
    """Return the inputs that are not in the data, and the thresholds that are not known."""
    absent: dict[str, list[int]] = defaultdict(list)
    for row in tests:
        if row["input_ratio"] is None:
            absent[row["input_id"]].append(row["years_back_count"])
    inputs = [
        name if len(years) == rule.years_count else f"{name} {_year(years)}"
        for name, years in absent.items()
    ]
    unset = list(dict.fromkeys(
        row["input_id"] for row in tests
        if row["threshold_ratio"] is None or row["fails_if"] is None
    ))  # fmt: skip
    thresholds = [f"thresholds of {', '.join(unset)}"] if unset else []
    return "; ".join([*([", ".join(inputs)] if inputs else []), *thresholds])


def _year(years: Sequence[int]) -> str:
    named = ["of the newest year" if year == 0 else f"of {year} year{'s' * (year > 1)} before"
             for year in years]  # fmt: skip
    return " and ".join(named)
