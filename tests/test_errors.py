"""A refusal is problem, facts, remedy, on one screen."""

from __future__ import annotations

from importlib import import_module

import pytest

from flowrisk import errors
from flowrisk.cli.diagnostics import EXIT_CODES


def test_an_error_prints_problem_facts_and_remedy() -> None:
    error = errors.QuestionError("It is wrong.", facts={"known": "a, b", "n": 3}, remedy="Do so.")
    assert str(error) == "It is wrong.\n  known: a, b\n  n: 3\nDo so."
    assert str(errors.DataError("Alone.")) == "Alone."


def test_ipython_shows_a_refusal_without_its_traceback() -> None:
    error = errors.QuestionError("It is wrong.", facts={"n": "\x1b[2J"}, remedy="Do so.")
    assert error._render_traceback_() == ["QuestionError: It is wrong.", "  n:  [2J", "Do so."]


def test_an_error_fits_on_one_screen() -> None:
    text = str(errors.DataError("P", facts={f"f{i}": "x" * 10_000 for i in range(50)}, remedy="R"))
    lines = text.splitlines()
    assert len(lines) == 1 + 12 + 1 + 1
    assert lines[-2] == "  … and 38 more"
    assert max(map(len, lines)) < 320


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("mcsi", ["msci", "crsp"], "msci"), ("MSTT", ["mstr"], "mstr"), ("zzz", ["msci"], None),
        ("x", [], None), ("mstr", [None, "MSTR"], "MSTR"),
    ],
)  # fmt: skip
def test_nearest(name: str, known: list[str], expected: str | None) -> None:
    assert errors.nearest(name, known) == expected


def test_a_list_is_shortened_and_says_by_how_much() -> None:
    assert errors.join_names(["a", "b"]) == "a, b"
    assert errors.join_names(range(5), at_most_count=2) == "0, 1 and 3 more"


def test_every_branch_has_its_own_exit_code() -> None:
    codes = {kind.__name__: code for kind, code in EXIT_CODES.items()}
    assert codes == {"ModelError": 1, "QuestionError": 2, "DataError": 3, "TimeoutError": 4,
                     "QualityError": 5}  # fmt: skip
    assert set(EXIT_CODES) == set(errors.FlowriskError.__subclasses__())


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("impact", "flowrisk.analytics.impact"),
        ("execution", "flowrisk.analytics.execution"),
        ("warehouse", "flowrisk.dataset.warehouse"),
        ("figures", "flowrisk.text.formatting"),
    ],
)
def test_a_moved_module_says_where_it_lies_now(name: str, home: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"it is '{home}' now"):
        import_module(f"flowrisk.{name}")
    import_module(home)


def test_a_module_that_never_was_is_only_missing() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'flowrisk\.nothing'$"):
        import_module("flowrisk.nothing")
