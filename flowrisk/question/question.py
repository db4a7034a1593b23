"""What is asked, typed: one field an option, and beside it who set each value.

**The table of options.** Adding an option is adding a row here: its flag, its ``FLOWRISK_*``
variable, its key in flowrisk.toml, help, default, completion and the row of the manual follow from
it, and the field is what the answers read. (Its type as a keyword of Python stands in
``keywords``.)
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from flowrisk.question import options
from flowrisk.question.options import METHOD, QUESTION, option, pairs, read_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from flowrisk.analytics.tranches import Tranche
    from flowrisk.domain import Assumption, Dependence, Method, ProviderSet, Rule, Treatment

NOT_USED = "not used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question says. ``set_by`` names the origin of each value by option.

    None is what was not given, and what the data then settles.
    """

    providers: tuple[ProviderSet, ...] = option(
        "providers", "SETS",
        "Scenarios: providers joined by '+', scenarios separated by ','; 'all' is every provider "
        "in the data. Repeatable.",
        QUESTION, unit="scenarios", default="msci,all", spellings=("-p", "--provider"),
        parse=read_by("parse_provider_sets"),
        completes="providers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    securities: tuple[str, ...] | None = option(
        "securities", "TICKERS", "Tickers or ISINs instead of a list. Repeatable.",
        QUESTION, unit="tickers or ISINs", spellings=("-s", "--security"), parse=options.names,
        completes="tickers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    list_id: str | None = option(
        "list", "LIST", "Candidate list: msci-reported, treasury, miners, ...",
        QUESTION, unit="list_id", default_is="the dataset's", completes="lists", is_common=True,
    )  # fmt: skip
    as_of_on: dt.date | None = option(
        "as_of", "DATE", "As-of date.",
        QUESTION, unit="date", default_is="the dataset's, else the newest price",
        parse=options.date, is_common=True,
    )  # fmt: skip
    known_on: dt.date | None = option(
        "known_on", "DATE", "Use only fund reports published by this day.",
        QUESTION, unit="date", parse=options.date,
    )  # fmt: skip
    max_age_days: int = option(
        "max_age", "DAYS", "Warn of fund reports older than this.",
        METHOD, unit="days", default=200, parse=options.whole(36500),
    )  # fmt: skip
    participation_ratio: float = option(
        "participation", "RATIO", "Share of a day's volume that sellers take: 0.2 or 20%.",
        METHOD, unit="share of a day's volume", default=0.2,
        parse=options.ratio(is_high_inside=True), is_common=True,
    )  # fmt: skip
    adv_window_days: int = option(
        "adv_window", "SESSIONS", "Sessions in the average daily volume.",
        METHOD, unit="sessions", default=20, parse=options.whole(2500),
    )  # fmt: skip
    method: Method = option(
        "method", "METHOD", "auto, observed, tracked-aum or tracking-ratio.",
        METHOD, unit="estimate", default="auto", parse=options.one_of("METHODS"),
        completes="methods", is_common=True,
    )  # fmt: skip
    price_overrides: Mapping[str, float] | None = option(
        "price", "TICKER=PRICE",
        "Value a security at this price in US dollars instead of the close. Repeatable.",
        QUESTION, unit="USD/share", parse=pairs("TICKER=PRICE", "MSTR=177.13", of="prices"),
        completes="tickers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    preset: str | None = option(
        "preset", "NAME",
        "Settings of a table [presets.NAME] of flowrisk.toml; the sample has january-2026. Flags "
        "override it.",
        QUESTION, unit="table of flowrisk.toml", completes="presets",
    )  # fmt: skip
    treatment: Mapping[str, Treatment] = option(
        "treatment", "TREATMENTS",
        "What providers do: exclude, freeze or reweight; for all, or "
        "'msci=freeze,nasdaq=exclude'.",
        QUESTION, unit="treatment by provider_id", default="exclude",
        parse=read_by("parse_treatments"),
        completes="treatments", is_repeatable=True, is_common=True,
    )  # fmt: skip
    reweight: tuple[Tranche, ...] | None = option(
        "reweight", "CHANGES",
        "Steps of a reweight: 'MSTR.factor=1:0.5@2026-02-27' or "
        "'MSTR.shares=300m:270m@2026-05-29', separated by ','.",
        QUESTION, unit="factor and share changes",
        parse=read_by("parse_tranches"),
        completes="tickers", is_repeatable=True,
    )  # fmt: skip
    active_aum_usd: Mapping[str, float] | None = option(
        "active_aum", "PROVIDER=USD",
        "Active assets benchmarked to a provider's indices: 'msci=5tn'. Their sale is a line of "
        "its own.",
        METHOD, unit="USD of benchmark-aware active money by provider_id",
        parse=pairs("PROVIDER=USD", "msci=5tn", of="amounts"), completes="providers",
        is_repeatable=True,
    )  # fmt: skip
    fund_share_ratio: float = option(
        "fund_share", "RATIO",
        "Share of index-tracking assets that sit in funds, for the upper end of ranges.",
        METHOD, unit="share of index-like money that sits in funds "
        "(Chinco & Sammon, JFE 2024: 16 of 33.5 % of the US market)",
        default=0.16 / 0.335, parse=options.ratio(is_high_inside=True),
    )  # fmt: skip
    volatility_window_days: int = option(
        "volatility_window", "SESSIONS", "Sessions in the daily volatility.",
        METHOD, unit="sessions", default=60, parse=options.whole(2500),
    )  # fmt: skip
    rule: Rule | None = option(
        "rule", "CONDITION",
        "Exclude the candidates that meet it instead of a list: 'digital_asset_ratio >= 50%'.",
        QUESTION, unit="condition",
        parse=read_by("parse_rule"),
    )  # fmt: skip
    coin_price_overrides: Mapping[str, float] | None = option(
        "coin_price", "COIN=PRICE",
        "Review price of a coin in US dollars instead of its close. Repeatable.",
        QUESTION, unit="USD/coin", parse=pairs("COIN=PRICE", "BTC=60000", of="prices"),
        completes="coins", is_repeatable=True,
    )  # fmt: skip
    set_by: Mapping[str, str]

    def assumptions(self) -> dict[str, Assumption]:
        """Return each value with its unit and origin, by the name of its option."""
        from flowrisk.domain import Assumption

        return {
            each.name: Assumption(getattr(self, name), each.unit, self.set_by[each.name])
            for name, each in options_by_field(type(self)).items()
        }

    def origins(self, origin: str, *names: str) -> dict[str, str]:
        """Return who set each value, where these options were set by another origin.

        For ``dataclasses.replace``, which keeps the types of the values in sight.
        """
        return {**self.set_by, **dict.fromkeys(names, origin)}

    def refuse_given(self, *names: str, remedy: str) -> None:
        """Refuse options that a command has no use for; what a file sets for all is let pass.

        Raises: QuestionError naming those that the call gives.
        """
        given = [self.set_by[name] for name in names if self.set_by[name].startswith("--")]
        if given:
            from flowrisk.errors import QuestionError

            told = " and ".join(given)
            raise QuestionError(f"{told} would change nothing here.", remedy=remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskQuestion(Question):
    """What ``risk`` asks beside it: who excludes, how likely, and how the decisions hang together."""

    probabilities: Mapping[str, float] | None = option(
        "probabilities", "PROVIDER=P",
        "Probability that each provider excludes, 0.4 or 40%; a known outcome is 0 or 1.",
        QUESTION, unit="ratio by provider_id", parse=pairs("PROVIDER=P", "msci=40%", of="ratios"),
        completes="providers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    horizon_on: dt.date | None = option(
        "horizon", "DATE", "Day by which they exclude; recorded with the probabilities.",
        QUESTION, unit="date", parse=options.date,
    )  # fmt: skip
    judged_by: str | None = option(
        "judged_by", "TEXT", "Who judged the probabilities.", QUESTION, unit="name"
    )
    judged_on: dt.date | None = option(
        "judged_on", "DATE", "When they were judged.",
        QUESTION, unit="date", parse=options.date,
    )  # fmt: skip
    dependence: Dependence = option(
        "dependence", "MODEL", "independent, leader or copula.",
        METHOD, unit="model", default="independent", parse=options.one_of("DEPENDENCES"),
        completes="dependences", is_common=True,
    )  # fmt: skip
    leader: str | None = option(
        "leader", "PROVIDER", "The provider that the others follow.",
        METHOD, unit="provider_id", completes="providers",
    )  # fmt: skip
    given_leader: Mapping[str, float] | None = option(
        "given_leader", "PROVIDER=P",
        "Probability that a follower excludes if the leader does, 0.9 or 90%.",
        METHOD, unit="ratio by provider_id", parse=pairs("PROVIDER=P", "nasdaq=90%", of="ratios"),
        completes="providers", is_repeatable=True,
    )  # fmt: skip
    rho_ratio: float | None = option(
        "rho", "RATIO", "Correlation with the common factor of the copula, 0 to 1.",
        METHOD, unit="correlation", parse=options.any_ratio, is_common=True,
    )  # fmt: skip
    uncertainty: Mapping[str, float] | None = option(
        "uncertainty", "NAME=CV",
        "Coefficient of variation of tracking-ratio, price, uplift, coverage, mapping or "
        "staleness: common (price=10%), for each (tracking-ratio:each=20%) or one provider.",
        METHOD, unit="coefficient of variation by parameter",
        parse=pairs("NAME=CV", "price=10%", of="ratios"), completes="parameters", is_repeatable=True,
    )  # fmt: skip
    draws_count: int = option(
        "draws", "N", "Draws of the uncertain parameters.",
        METHOD, unit="draws", default=100_000, parse=options.whole(2**27),
    )  # fmt: skip
    seed: int = option(
        "seed", "S", "Seed of the draws.",
        METHOD, unit="seed", default=0, parse=options.whole(2**63 - 1, at_least=0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenQuestion(Question):
    """What ``screen`` asks beside it: the threshold, the review, and what a company might do."""

    threshold_ratio: float = option(
        "threshold", "RATIO",
        "Digital assets over total assets from which on a company is in: 0.5 or 50%.",
        QUESTION, unit="digital assets over total assets", default=0.5, parse=options.ratio(),
        is_common=True,
    )  # fmt: skip
    exit_threshold_ratio: float | None = option(
        "exit_threshold", "RATIO",
        "Ratio below which a company that was in leaves again (hysteresis).",
        QUESTION, unit="digital assets over total assets", parse=options.ratio(),
    )  # fmt: skip
    annual_volatility_ratio: float = option(
        "volatility", "RATIO", "Annual volatility of the coins, without drift: 0.55 or 55%.",
        METHOD, unit="a year's volatility of the coin", default=0.55, parse=options.ratio(0, 100),
    )  # fmt: skip
    review_on: dt.date | None = option(
        "review_on", "DATE",
        "Review date: gives the probability of being at or above the threshold.",
        QUESTION, unit="date", parse=options.date, is_common=True,
    )  # fmt: skip
    moves: Mapping[str, float] | None = option(
        "move", "MOVE=USD",
        "What if: buy-with-debt, buy-with-equity, buy-with-cash, raise-equity, sell-for-cash or "
        "sell-to-retire-debt, such as buy-with-debt=500m. Repeatable.",
        QUESTION, unit="USD by move", parse=pairs("MOVE=USD", "buy-with-debt=500m", of="amounts"),
        spellings=("--what-if",), completes="moves", is_repeatable=True, is_common=True,
    )  # fmt: skip


def options_by_field(kind: type[Question]) -> dict[str, options.Option]:
    """Return the options of a kind of question by field, in order."""
    return {each.name: each.metadata["option"] for each in fields(kind) if each.metadata}
