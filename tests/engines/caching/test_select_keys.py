"""A select is known by all it reads: a change anywhere below gives another key, elsewhere none."""

from __future__ import annotations

from flowrisk.dataset import sql_models
from flowrisk.engines.caching.select_keys import SelectKeys


def told(version: str = "1", **changed: str) -> SelectKeys:
    """Return keys over every model of ours, some with another text."""
    keys = SelectKeys(version)
    for name, model in sql_models.models().items():
        keys.tell(name, changed.get(name, model.sql))
    return keys


def below(name: str) -> set[str]:
    """Return all that a model reads, at any distance, as its header and select tell."""
    found, left = set(), [name]
    while left:
        for read in sql_models.models()[left.pop()].reads:
            if read not in found:
                found.add(read)
                left += [read] if read in sql_models.models() else []
    return found


def test_a_change_of_any_model_changes_the_keys_of_those_that_read_it_and_no_other() -> None:
    marts = ["marts.outflows", "marts.coverage", "marts.liquidity", "marts.timeline"]
    before = {name: told().of("rows", f"select * from {name}") for name in marts}
    read_by = {name: below(name) | {name} for name in marts}
    assert len(read_by["marts.outflows"]) > len(marts)
    for changed, model in sql_models.models().items():
        after = told(**{changed: model.sql + " "})
        for name in marts:
            is_same = after.of("rows", f"select * from {name}") == before[name]
            assert is_same == (changed not in read_by[name]), (changed, name)


def test_tables_of_the_question_and_of_the_dataset_count() -> None:
    for name in ("scenario.assumptions", "raw.holdings"):
        keys = told()
        keys.tell(name, "one", is_sql=False)
        first = keys.of("rows", "select * from marts.outflows")
        keys.tell(name, "other", is_sql=False)
        assert keys.of("rows", "select * from marts.outflows") != first, name


def test_form_parameters_and_version_count() -> None:
    sql = "select * from marts.outflows where security_id = ?"
    asked = [("1", "rows", "A"), ("1", "rows", "B"), ("1", "frame", "A"), ("2", "rows", "A")]
    keys = {told(version).of(form, sql, [value]) for version, form, value in asked}
    assert len(keys) == len(asked)


def test_names_that_read_each_other_end() -> None:
    keys = SelectKeys("1")
    keys.tell("marts.one", "select * from marts.two")
    keys.tell("marts.two", "select * from marts.one")
    first = keys.of("rows", "select * from marts.one")
    keys.tell("marts.two", "select 1 from marts.one")
    assert keys.of("rows", "select * from marts.one") != first
