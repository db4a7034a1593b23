"""Refusals of what is given by provider: unknown names, values missing or out of range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


Array = npt.NDArray[np.float64]
ROUNDING = 1e-12


def aligned(values: Mapping[str, float], provider_ids: Sequence[str]) -> Array:
    """Return the values in the order of the providers.

    Raises: QuestionError for an unknown provider, or one without a value.
    """
    check_names(values, provider_ids)
    missing = [name for name in provider_ids if name not in values]
    if missing:
        raise QuestionError(
            f"Provider '{missing[0]}' has no value.",
            facts={"missing": join_names(missing), "given": join_names(values)},
            remedy="Give one value for each provider; an unknown one is not zero.",
        )
    return np.array([values[name] for name in provider_ids], dtype=np.float64)


def check_names(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse unknown providers.

    Raises: QuestionError with the nearest known name.
    """
    for name in names:
        if name not in known:
            near = nearest(name, known)
            raise QuestionError(
                f"No provider '{name}' takes part in this question.",
                facts={"providers": join_names(known)} | ({"nearest": near} if near else {}),
                remedy="Check the spelling, or give it a probability.",
            )


def check_between(
    values: Mapping[str, float], noun: str, *, low: float = 0.0, high: float = 1.0
) -> None:
    """Refuse values outside low–high.

    Raises: QuestionError naming the first.
    """
    for name, value in values.items():
        if not (low <= value <= high and math.isfinite(value)):
            raise QuestionError(
                f"The {noun} of '{name}' is out of range.",
                facts={"given": value, "lowest": low, "highest": high},
                remedy=f"Give a {noun} inside that range.",
            )
