"""The nouns: scenarios, treatments, securities, rules, assumptions, findings, answers.

Frozen, without data and without arithmetic: ``question`` makes them, ``answers`` fills them.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from flowrisk.errors import ModelError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

SCHEMA_VERSION = 2
ALL = "all"
METHODS = ("auto", "model", "observed", "tracked-aum", "tracking-ratio")
Method = Literal["auto", "model", "observed", "tracked-aum", "tracking-ratio"]
TREATMENTS = ("exclude", "include", "reweight", "freeze")
Treatment = Literal["exclude", "include", "migrate", "reweight", "freeze"]
DEPENDENCES = ("independent", "leader", "copula")
Dependence = Literal["independent", "leader", "copula"]
RULED = "digital_asset_ratio"
# inputs of rules that are shares of total assets, 0-1
ASSET_SHARES = (RULED, "operating_asset_ratio")

_COMPARISONS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True, slots=True)
class ProviderSet:
    """One scenario as typed, such as ``msci+nasdaq``: a union of providers."""

    scenario_id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexMove:
    """One index that the securities enter or leave: asked for, or implied by the graph of indices.

    ``is_blocked`` where the provider freezes: it then moves nothing between its indices.
    """

    provider_id: str
    index_id: str
    is_entry: bool
    is_asked: bool
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A provider set matched against the data, and what those providers do who do not delete.

    ``treatments`` maps each provider that does something else than exclude to its treatment;
    ``moves`` are the single indices that the securities enter or leave (``include``: only entries
    are asked for; ``migrate``: a removal from an index too).
    """

    scenario_id: str
    provider_ids: tuple[str, ...]
    treatments: Mapping[str, Treatment] = field(default_factory=dict)
    moves: tuple[IndexMove, ...] = ()

    @property
    def treatment(self) -> str:
        """What the providers do, in one text: ``exclude``, or ``msci=freeze,nasdaq=exclude``."""
        each = [self.treatments.get(name, "exclude") for name in self.provider_ids]
        if len(set(each)) == 1:
            return each[0]
        pairs = zip(self.provider_ids, each, strict=True)
        return ",".join(f"{name}={treatment}" for name, treatment in pairs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that decides who is excluded, such as ``digital_asset_ratio >= 0.5``."""

    comparison: str
    threshold_ratio: float

    def __str__(self) -> str:
        return f"{RULED} {self.comparison} {self.threshold_ratio:g}"

    def is_met(self, ratio: float | None) -> bool | None:
        """Whether a ratio (0-1) meets the rule; None where it is not known."""
        return None if ratio is None else _COMPARISONS[self.comparison](ratio, self.threshold_ratio)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value the answer rests on, its unit, and who set it.

    ``basis`` and ``source`` say how it is known where it was chosen by judgement or measured
    elsewhere; empty for what is merely asked.
    """

    value: object
    unit: str
    set_by: str
    basis: str = ""
    source: str = ""


class KnownSecurity(NamedTuple):
    """One listed share class as the data has it, whether asked about or not."""

    security_id: str
    ticker: str
    share_class: str
    issuer_id: str
    country: str


@dataclass(frozen=True, slots=True)
class Security:
    """One listed share class of the question."""

    security_id: str
    ticker: str
    is_in_basket: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that is not true of the data: what it says, how often, and some counter-examples."""

    code: str
    says: str
    severity: str
    remedy: str
    count: int
    examples: tuple[str, ...]

    @property
    def message(self) -> str:
        """The finding in one line."""
        rest = self.count - len(self.examples)
        return f"{self.says} ({'; '.join(self.examples)}{f' and {rest} more' if rest else ''})"


@dataclass(frozen=True, slots=True)
class TableVintage:
    """How many rows a table has and which dates they span (null where it has none)."""

    name: str
    row_count: int
    oldest_on: str | None
    newest_on: str | None
    is_present: bool


Kind = TypeVar("Kind", bound="Answer")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything one run of a command says; frames by name, in the order of the JSON.

    ``read`` holds what only a terminal is told of: rows without a frame. ``vintages`` holds every
    table, but of an answer for a terminal from an address only those that were looked into.
    """

    flowrisk_version: str
    as_of_on: dt.date
    dataset_name: str
    dataset_path: str
    dataset_digest: str
    vintages: tuple[TableVintage, ...]
    assumptions: Mapping[str, Assumption]
    scenarios: tuple[Scenario, ...]
    securities: tuple[Security, ...]
    marts: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...]
    read: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def rows(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a frame by column name; none where it was not read."""
        if name in self.read:
            return self.read[name]
        return self.marts[name].rows(named=True) if name in self.marts else []

    def assumed(self, name: str, kind: type[Value]) -> Value:
        """Return the value of an assumption, which is of this kind.

        Raises: ModelError where it is of another: flowrisk is wrong.
        """
        value = self.assumptions[name].value
        if not isinstance(value, kind):
            raise ModelError(
                "An assumption is not of the kind it is read as.",
                facts={"assumption": name, "value": value, "kind": kind.__name__},
            )
        return value

    def told_as(self, kind: type[Kind], **changes: Any) -> Kind:  # noqa: ANN401 - fields of any type
        """Return another command's answer with this one's header and the fields named changed."""
        kept = {field.name: getattr(self, field.name) for field in fields(Answer)}
        return kind(**{**kept, **changes})


def frame_of(rows: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> pl.DataFrame:
    """Return rows as a frame of these columns, each of the polars type named; no rows keep them."""
    import polars as pl

    schema = {name: getattr(pl, kind) for name, kind in types.items()}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


class Backtest(Answer):
    """Past cases and their scores; frames cases and scores."""

    __slots__ = ()


class PairErrors(Answer):
    """How well one tracker's positions foretell another's; frames pairs, bands and named."""

    __slots__ = ()


class CalibrationAnswer(Answer):
    """What reproduces the figures given; frames targets, price_dates, provider_sets, readings,
    manager_crosscheck and reconciliation in ``marts``."""

    __slots__ = ()


class CalendarAnswer(Answer):
    """On which sessions the asked securities trade; frames timeline, session_totals,
    decisions, liquidity and impact_bounds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Frames effects, totals, changed_assumptions and changed_funds; labels of A and B."""

    labels: tuple[str, str]
    heads: tuple[Mapping[str, Any], Mapping[str, Any]]
    marts: Mapping[str, pl.DataFrame]
    findings: tuple[Finding, ...] = ()


class Explanation(Answer):
    """What one figure is made of; frames steps, fund_outflows, estimates, models and files."""

    __slots__ = ()


class RiskAnswer(Answer):
    """Everything ``flowrisk risk`` says: ``distributions``, ``states``, ``exceedances``,
    ``variance_shares``, ``tornado``, then the marts they rest on."""

    __slots__ = ()


class ScenarioAnswer(Answer):
    """Everything one run of the main job says; frames by mart name in ``marts``."""

    __slots__ = ()


class ScreenAnswer(Answer):
    """Everything ``flowrisk screen`` says: ``digital_asset_ratios``, ``moves``, where a list is
    asked about ``rule_disagreements``, and the ``treasury_statements`` they rest on."""

    __slots__ = ()
