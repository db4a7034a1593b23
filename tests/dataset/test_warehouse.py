"""One question over one dataset: what is bound, what the checks say, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rows import by_code, held

from flowrisk.dataset import sql_models, warehouse
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.dataset.warehouse import Warehouse

    Ask = Callable[..., Warehouse]


def test_the_question_becomes_tables(question: Ask) -> None:
    store = question({"providers": "msci,all", "price": {"AAA": 5}})
    rows = {name: store.engine.frame(f"select * from scenario.{name}").rows()
            for name in warehouse.QUESTION_TABLES
            if name not in ("sessions", "listings")}  # fmt: skip
    assert rows["scenarios"] == [("msci", 1, "exclude"), ("all", 2, "exclude")]
    assert rows["providers"] == [("msci", 1, "msci"), ("all", 2, "msci")]
    assert rows["securities"] == [("US0000000001", 1, True)]
    assert rows["price_overrides"] == [("US0000000001", 5.0)]
    assert len(rows["assumptions"]) == 1


def test_only_what_a_model_needs_is_defined(question: Ask) -> None:
    store = question()
    store.define(["intermediate.reports_visible"])
    views = store.engine.frame(
        "select concat(table_schema, '.', table_name) as name from information_schema.tables "
        "where table_schema in ('intermediate', 'marts')"
    )
    assert views["name"].to_list() == ["intermediate.reports_visible"]


@pytest.mark.parametrize("row_count", [1_000, 10_000_000])
def test_models_of_kind_table_are_kept_and_of_few_rows_all_that_is_read_on(
    question: Ask, row_count: int
) -> None:
    store = question()
    store.engine.size_for(row_count)
    store.define(["marts.outflows", "marts.coverage"])
    kinds = dict(store.engine.frame(
        "select concat(table_schema, '.', table_name), table_type from information_schema.tables"
    ).rows())  # fmt: skip
    kept = {name for name, kind in kinds.items() if kind == "BASE TABLE"}
    needed = sql_models.needed_for(["marts.outflows", "marts.coverage"])
    assert kept >= {model.qualified_name for model in needed if model.is_table}
    read_on = {m.qualified_name for m in needed if m.layer in ("staging", "intermediate")}
    assert (read_on <= kept) == (row_count == 1_000)
    assert "marts.coverage" not in kept


def test_a_finding_counts_all_and_shows_some_in_a_stable_order(question: Ask) -> None:
    funds = [{"fund_id": f"F{i}", "index_id": "msci-world"} for i in range(9)]
    store = question(funds=funds, fund_reports=[],
                     holdings=[held(f"F{i}", 1) for i in (3, 1, 8, 2, 0, 7, 5, 4, 6)])  # fmt: skip
    finding = by_code(store.run_checks())["holdings_have_reports"]
    assert (finding.count, finding.severity) == (9, "warn")
    assert [example.split(":")[0] for example in finding.examples] == [f"F{i}" for i in range(6)]
    assert finding.message.endswith(" and 3 more)")


def test_checks_of_the_whole_dataset_run_only_when_asked_for(question: Ask) -> None:
    weights = [{"fund_id": "F1", "security_id": s, "weight_ratio": 0.9} for s in "ab"]
    store = question(fund_weights=weights)
    assert "weights_add_up" not in by_code(store.run_checks())
    assert "weights_add_up" in by_code(store.run_checks(scopes=("dataset",)))


def test_broken_data_is_refused_with_every_check_that_failed(question: Ask) -> None:
    store = question(holdings=[held("F1", -1)], funds=[{"fund_id": "F1", "index_id": "nix"}])
    findings = store.run_checks()
    with pytest.raises(DataError) as error:
        warehouse.refuse(findings, store.folder)
    assert {"numbers_are_usable", "references_are_known"} <= set(error.value.facts)
    assert error.value.remedy


def test_warnings_and_notes_do_not_refuse(question: Ask) -> None:
    store = question()
    findings = store.run_checks()
    assert {f.severity for f in findings} == {"warn", "note"}
    warehouse.refuse(findings, store.folder)
