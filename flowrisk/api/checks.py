"""The checks of a dataset as a frame that a notebook shows whole, under what they found."""

from __future__ import annotations

import polars as pl


class Checks(pl.DataFrame):
    """Every check with its state: ``check``, ``state``, ``finding_count``, ``says``, ``examples``.

    A polars frame in every respect; what is taken from it is shown as polars shows frames.
    """

    @property
    def finding(self) -> str:
        """What the checks found, in one sentence."""
        states = self["state"].to_list()
        told = ", ".join(
            f"{states.count(state)} {state}" for state in ("fail", "warn", "note", "pass")
        )
        failed = states.count("fail")
        head = f"{failed} of {len(states)} checks fail" if failed else "No check fails"
        return f"{head}: {told}"

    def _repr_html_(self, *, _from_series: bool = False) -> str:
        from flowrisk.report import notebook

        is_whole = {"check", "state"} <= set(self.columns)
        return notebook.rows(self.finding, self) if is_whole else super()._repr_html_()
