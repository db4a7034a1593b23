"""What ``risk`` asks beside a question: who excludes, how likely, and what is uncertain.

Rows of the table of options, as in ``question``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.question import options
from flowrisk.question.options import METHOD, QUESTION, option, pairs
from flowrisk.question.question import Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from flowrisk.domain import Dependence


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskQuestion(Question):
    """A question with the probabilities of the decisions and how they depend on each other."""

    probabilities: Mapping[str, float] | None = option(
        "probabilities", "PROVIDER=P",
        "Probability that each provider excludes, 0.4 or 40%; a known outcome is 0 or 1.",
        QUESTION, unit="ratio by provider_id",
        example="msci=40%", parse=pairs("PROVIDER=P", "msci=40%", of="ratios"),
        completes="providers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    horizon_on: dt.date | None = option(
        "horizon", "DATE", "Day by which they exclude; recorded with the probabilities.",
        QUESTION, unit="date", example="2026-06-30", parse=options.date,
    )  # fmt: skip
    judged_by: str | None = option(
        "judged_by",
        "TEXT",
        "Who judged the probabilities.",
        QUESTION,
        unit="name",
        example="index desk",
    )
    judged_on: dt.date | None = option(
        "judged_on", "DATE", "When they were judged.",
        QUESTION, unit="date", example="2025-11-20", parse=options.date,
    )  # fmt: skip
    dependence: Dependence = option(
        "dependence", "MODEL", "independent, leader or copula.",
        METHOD, unit="model",
        example="leader", default="independent", parse=options.one_of("DEPENDENCES"),
        completes="dependences", is_common=True,
    )  # fmt: skip
    leader: str | None = option(
        "leader", "PROVIDER", "The provider that the others follow.",
        METHOD, unit="provider_id", example="msci", completes="providers",
    )  # fmt: skip
    given_leader: Mapping[str, float] | None = option(
        "given_leader", "PROVIDER=P",
        "Probability that a follower excludes if the leader does, 0.9 or 90%.",
        METHOD, unit="ratio by provider_id",
        example="nasdaq=90%", parse=pairs("PROVIDER=P", "nasdaq=90%", of="ratios"),
        completes="providers", is_repeatable=True,
    )  # fmt: skip
    rho_ratio: float | None = option(
        "rho", "RATIO", "Correlation with the common factor of the copula, 0 to 1.",
        METHOD, unit="correlation", example="0.5", parse=options.any_ratio, is_common=True,
    )  # fmt: skip
    uncertainty: Mapping[str, float] | None = option(
        "uncertainty", "NAME=CV",
        "Coefficient of variation of tracking-ratio, price, uplift, coverage, mapping or "
        "staleness: common (price=10%), for each (tracking-ratio:each=20%) or one provider.",
        METHOD, unit="coefficient of variation by parameter", example="price=10%",
        parse=pairs("NAME=CV", "price=10%", of="ratios"), completes="parameters",
        is_repeatable=True,
    )  # fmt: skip
    draws_count: int = option(
        "draws", "N", "Draws of uncertain parameters, and of decisions of more than 20 providers.",
        METHOD, unit="draws", example="10000", default=100_000, parse=options.whole(2**27),
    )  # fmt: skip
    seed: int = option(
        "seed", "S", "Seed of the draws.",
        METHOD, unit="seed", example="7", default=0, parse=options.whole(2**63 - 1, at_least=0),
    )  # fmt: skip
