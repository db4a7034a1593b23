"""What was judged about the providers: probabilities, dependence, and uncertain parameters.

Owns the matching of those names against the providers asked about, and the joint law they make.
No probability is assumed, no known outcome applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.analytics.decisions import checks, dependence, sampling, uncertainty
from flowrisk.analytics.decisions.uncertainty import UncertainParameter
from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowrisk.analytics.decisions.dependence import Distribution, JointLaw
    from flowrisk.domain import Scenario
    from flowrisk.question.risk import RiskQuestion


PARAMETERS = ("tracking-ratio", "model", "price", "uplift", "coverage", "mapping", "staleness")
EACH = "each"
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
_NEEDS = {"independent": (), "leader": ("leader", "given_leader"), "copula": ("rho",)}


@dataclass(frozen=True, slots=True, eq=False)
class DecisionLaw:
    """What was judged: the joint law of the decisions and what is uncertain about the flows."""

    scenario_id: str
    dependence: str
    law: JointLaw
    parameters: tuple[UncertainParameter, ...]
    draws_count: int
    seed: int

    @property
    def is_sampled(self) -> bool:
        """Whether the decisions themselves were drawn, there being too many to enumerate."""
        return isinstance(self.law, sampling.SampledLaw)

    def distribution(
        self, flows_usd: Mapping[str, float], parts: uncertainty.Parts | None = None
    ) -> Distribution:
        """Return the law of the flow; uncertain flows are drawn where there are any.

        Args:
            parts: as ``uncertainty.uncertain_distribution``.

        Raises: QuestionError as ``uncertainty.uncertain_distribution``.
        """
        if not self.parameters or not any(flows_usd.values()):
            return dependence.distribution(flows_usd, self.law)
        return uncertainty.uncertain_distribution(
            flows_usd, self.law, self.parameters, draws_count=self.draws_count, seed=self.seed,
            levels=LEVELS, parts=parts,
        )  # fmt: skip


def judge(asked: RiskQuestion, scenario: Scenario) -> DecisionLaw:
    """Return the law of the decisions that a question describes, over the scenario it is about.

    Raises: QuestionError for a provider without a probability, an unknown one, values out of
        range, or values that do not belong together.
    """
    providers = scenario.provider_ids
    probabilities = _probabilities(asked.probabilities, providers)
    _check_model(asked)
    return DecisionLaw(
        scenario.scenario_id, asked.dependence, _law(asked, probabilities),
        _parameters(asked.uncertainty or {}, providers), asked.draws_count, asked.seed,
    )  # fmt: skip


def is_enumerable(providers_count: int) -> bool:
    """Return whether all states of so many providers are added up; of more they are drawn."""
    return providers_count <= dependence.PROVIDERS_LIMIT_COUNT


def _law(asked: RiskQuestion, probabilities: Mapping[str, float]) -> JointLaw:
    is_whole = is_enumerable(len(probabilities))
    made: JointLaw | sampling.Causes
    if asked.leader is not None and asked.given_leader is not None:
        providers = list(probabilities)
        leader = _matched([asked.leader], providers)[0]
        led = dict(
            zip(_matched(asked.given_leader, providers), asked.given_leader.values(), strict=True)
        )
        follow = dependence.leader_follower if is_whole else sampling.leader_causes
        made = follow(probabilities, leader, led)
    elif asked.rho_ratio is not None:
        share = dependence.one_factor_copula if is_whole else sampling.copula_causes
        made = share(probabilities, asked.rho_ratio)
    else:
        made = (dependence.independent if is_whole else sampling.independent_causes)(probabilities)
    if isinstance(made, sampling.Causes):
        return sampling.sampled(made, draws_count=asked.draws_count, seed=asked.seed)
    return made


def _probabilities(given: Mapping[str, float] | None, providers: Sequence[str]) -> dict[str, float]:
    values = given or {}
    by_id = dict(zip(_matched(values, providers), values.values(), strict=True))
    missing = [name for name in providers if name not in by_id]
    if missing:
        raise QuestionError(
            "Every provider needs a probability; there are no defaults.",
            facts={
                "missing": join_names(missing, at_most_count=20),
                "given": join_names(by_id) or "none",
            },
            remedy="Give --probabilities "
            + ",".join(f"{name}=…" for name in missing)
            + "; a known outcome is 0 or 1.",
        )
    checks.check_between(by_id, "probability")
    return {name: by_id[name] for name in providers}


def _matched(names: Iterable[str], providers: Sequence[str]) -> list[str]:
    by_folded = {name.casefold(): name for name in providers}
    found = [by_folded.get(name.casefold(), name) for name in names]
    checks.check_names(found, providers)
    return found


def _check_model(asked: RiskQuestion) -> None:
    """Refuse a model without its values, and values of another model than the one asked for."""
    given = {
        "leader": asked.leader, "given_leader": asked.given_leader, "rho": asked.rho_ratio,
    }  # fmt: skip
    model = asked.dependence
    for owner, names in _NEEDS.items():
        for name in names:
            flag, is_given = f"--{name.replace('_', '-')}", given[name] is not None
            if is_given != (owner == model):
                problem = "needs" if owner == model else "does not take"
                raise QuestionError(
                    f"--dependence {model} {problem} {flag}.",
                    facts={flag: given[name]},
                    remedy=f"{flag} belongs to --dependence {owner}.",
                )


def _parameters(
    given: Mapping[str, float], providers: Sequence[str]
) -> tuple[UncertainParameter, ...]:
    parameters: list[UncertainParameter] = []
    for text, cv in given.items():
        name, _, scope = text.partition(":")
        if name not in PARAMETERS:
            near = nearest(name, PARAMETERS)
            raise QuestionError(
                f"There is no uncertain parameter '{name}'.",
                facts={"known": join_names(PARAMETERS)} | ({"nearest": near} if near else {}),
                remedy="Write NAME=CV for all providers together, NAME:each=CV for each on its "
                "own, or NAME:provider=CV.",
            )
        if name == "price" and scope:
            raise QuestionError(
                "One share has one price, whoever sells it.",
                facts={"--uncertainty": f"{text}={cv:g}"},
                remedy=f"Give --uncertainty price={cv:g}, which moves every flow together.",
            )
        if not scope:
            parameters.append(UncertainParameter(name, cv))
            continue
        only = providers if scope.casefold() == EACH else _matched([scope], providers)
        parameters += [UncertainParameter(f"{name}:{each}", cv, (each,)) for each in only]
    return tuple(parameters)
