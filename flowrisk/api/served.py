"""What a program that asks in words is given: a dataset's answers as small JSON texts.

Every call ends in a text. A refusal is an answer too, with its problem, facts and remedy, so that
whoever asked can ask better. Nothing is written but what is kept between
runs, no file is read but the dataset, and SQL runs in a confined process.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowrisk.errors import FlowriskError
from flowrisk.export import formats

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.api.dataset import Dataset

_ROWS_COUNT = 200
_TIMEOUT_S = 30.0
# what an answer is, and not what it rests on: the rest is asked for in SQL
_FRAMES = ("outflows", "scenario_totals")
_HEAD = ("schema_version", "flowrisk_version", "as_of_on", "scenarios", "warnings")


@dataclass(frozen=True, slots=True)
class Served:
    """A dataset that answers in JSON texts; each method is one thing that can be asked."""

    dataset: Dataset

    def scenario(  # noqa: PLR0913, PLR0917 - one argument a word that can be asked
        self,
        providers: str | None = None,
        securities: str | None = None,
        list: str | None = None,  # noqa: A002 - the word of the command line
        as_of: str | None = None,
        known_on: str | None = None,
        method: str | None = None,
        treatment: str | None = None,
        participation: str | None = None,
        price: str | None = None,
    ) -> str:
        """Estimate how much passive funds must sell if index providers remove companies.

        Returns outflows per scenario and security asked about, in shares and US dollars, the
        total of each scenario, the assumptions that were set, warnings and notes. `bound` says
        what a figure is: calibrated to a published one, an estimate, at_least, or unknown. Unknown
        is null, never zero. These are estimates, not investment advice. What they rest on:
        `explain`, `query`.

        Args:
            providers: scenarios separated by commas, such as "msci,msci+nasdaq,all".
            securities: tickers or ISINs separated by commas; without them the default list.
            list: a list of candidates in the data in place of securities.
            as_of: the day asked about, such as 2025-11-20.
            known_on: only what was public by this day counts.
            method: auto, model, observed, tracked-aum or tracking-ratio.
            treatment: exclude, include, freeze or reweight, or for one provider "msci=freeze".
            participation: share of a day's volume that is sold, such as 20%.
            price: a price in place of the close, such as "MSTR=150".
        """
        given = {"providers": providers, "securities": securities, "list": list, "as_of": as_of,
                 "known_on": known_on, "method": method, "treatment": treatment,
                 "participation": participation, "price": price}  # fmt: skip
        return _told(lambda: self._scenario(given))

    def explain(
        self, security: str, provider: str, scenario: str | None = None, as_of: str | None = None
    ) -> str:
        """Trace one figure to its formula, its SQL, its rows and the files they come from.

        Args:
            security: one ticker or ISIN.
            provider: the index provider whose outflow is explained, such as msci.
            scenario: the scenario it belongs to, where several are asked.
            as_of: the day asked about.
        """

        def ask() -> dict[str, Any]:
            told = self.dataset.explain(security, provider=provider, scenario=scenario, as_of=as_of)
            return {"text": str(told), **_rows("steps", told.steps)}

        return _told(ask)

    def query(self, sql: str, limit: int = 100, providers: str | None = None,
              as_of: str | None = None) -> str:  # fmt: skip
        """Run one SQL select (DuckDB) over the views of a question, in a confined process.

        `tables` names the views; those of schema marts are what a reader asks for.

        Args:
            sql: one select; it can write nothing and read no file.
            limit: rows at most, up to 200.
            providers: the scenarios of the question, as in `scenario`.
            as_of: the day asked about.
        """

        def ask() -> dict[str, Any]:
            frame = self.dataset.query(
                sql, limit=max(1, min(limit, _ROWS_COUNT)), timeout=_TIMEOUT_S, isolated=True,
                providers=providers, as_of=as_of,
            )  # fmt: skip
            return _rows("rows", frame)

        return _told(ask)

    def tables(self, name: str | None = None) -> str:
        """List the views that `query` can read with what a row is, or the columns of one.

        Args:
            name: a view such as marts.outflows; without it all are listed.
        """
        return _told(lambda: _rows("columns" if name else "views", self.dataset.tables(name),
                                   at_most_count=None))  # fmt: skip

    def _scenario(self, given: Mapping[str, Any]) -> dict[str, Any]:
        result = self.dataset.scenario(**given)
        document = formats.document(result.answer)
        answered: dict[str, Any] = {name: document[name] for name in _HEAD}
        assumed: Any = document["assumptions"]
        answered["assumptions"] = {
            name: said for name, said in assumed.items() if said["set_by"] != "default"
        }
        for name in _FRAMES:
            frame = result.answer.marts[name]
            is_of_basket = "is_in_basket" in frame.columns
            answered |= _rows(name, frame.filter("is_in_basket") if is_of_basket else frame)
        return {**answered, "notes": result.notes}


def _told(ask: Callable[[], dict[str, Any]]) -> str:
    """Return an answer, or a refusal, as one JSON text."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            answered = ask()
        except FlowriskError as error:
            facts = {name: str(value) for name, value in error.facts.items()}
            answered = {"refused": error.problem, "facts": facts, "remedy": error.remedy}
    if said:
        answered["limits"] = [str(each.message) for each in said]
    return formats.json_bytes(answered).decode()


def _rows(
    name: str, frame: pl.DataFrame, *, at_most_count: int | None = _ROWS_COUNT
) -> dict[str, Any]:
    """Return the first rows of a frame under its name, and how many more there are, if any."""
    shown = frame if at_most_count is None else frame.head(at_most_count)
    rest = frame.height - shown.height
    return {name: formats.rows(shown), **({f"{name}_left_out_count": rest} if rest else {})}
