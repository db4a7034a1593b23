"""What is asked, typed: one field an option, and beside it who set each value.

**The table of options.** Adding an option is adding a row here: its flag, its ``FLOWRISK_*``
variable, its key in flowrisk.toml, help, default, completion and the row of the manual follow from
it, and the field is what the answers read. What one command asks beside it stands in the same way
in ``risk`` and ``screen``. (The type as a keyword of Python stands in ``api.keywords``.)
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
    from flowrisk.domain import Assumption, Method, ProviderSet, Rule, Treatment

NOT_USED = "not used"
BY_RULE = "named rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What every question says. ``set_by`` names the origin of each value by option.

    None is what was not given, and what the data then settles.
    """

    providers: tuple[ProviderSet, ...] = option(
        "providers", "SETS",
        "Scenarios: providers joined by '+', scenarios separated by ','; 'all' is every provider "
        "in the data. Repeatable.",
        QUESTION, unit="scenarios",
        example="msci,nasdaq+msci", default="msci,all", spellings=("-p", "--provider"),
        parse=read_by("parse_provider_sets"),
        completes="providers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    securities: tuple[str, ...] | None = option(
        "securities", "TICKERS", "Tickers or ISINs instead of a list. Repeatable.",
        QUESTION, unit="tickers or ISINs",
        example="MSTR,3350", spellings=("-s", "--security"), parse=options.names,
        completes="tickers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    list_id: str | None = option(
        "list", "LIST", "Candidate list: msci-reported, treasury, miners, ...",
        QUESTION, unit="list_id",
        example="treasury", default_is="the dataset's", completes="lists", is_common=True,
    )  # fmt: skip
    watch_list_id: str | None = option(
        "watch_list", "LIST", "List to show beside the first, instead of all other candidates.",
        QUESTION, unit="list_id", example="miners", completes="lists",
    )  # fmt: skip
    as_of_on: dt.date | None = option(
        "as_of", "DATE", "As-of date.",
        QUESTION, unit="date",
        example="2025-10-31", default_is="the dataset's, else the newest price",
        parse=options.date, is_common=True,
    )  # fmt: skip
    known_on: dt.date | None = option(
        "known_on", "DATE",
        "Use only what was public by this day: reports, prices, counts, filings, figures.",
        QUESTION, unit="date", example="2025-10-31", parse=options.date,
    )  # fmt: skip
    max_age_days: int = option(
        "max_age", "DAYS", "Warn of fund reports older than this.",
        METHOD, unit="days", example="100", default=200, parse=options.whole(36500),
    )  # fmt: skip
    participation_ratio: float = option(
        "participation", "RATIO", "Share of a day's volume that sellers take: 0.2 or 20%.",
        METHOD, unit="share of a day's volume", example="20%", default=0.2,
        parse=options.ratio(is_high_inside=True), is_common=True,
    )  # fmt: skip
    auction_share_ratio: tuple[float, float] = option(
        "auction_share", "RATIO",
        "Share of a day's volume that the closing auction takes: 0.10, or low and high, 8%:14%.",
        METHOD, unit="share of a day's volume: low, high", example="10%", basis="judged",
        source="Nasdaq's closing cross took 13.6 % in 2022 (Traders Magazine 2023); the low end is "
        "judged",
        default="8%:14%", parse=read_by("parse_auction_share"),
    )  # fmt: skip
    adv_window_days: int = option(
        "adv_window", "SESSIONS", "Sessions in the average daily volume.",
        METHOD, unit="sessions", example="60", default=20, parse=options.whole(2500),
    )  # fmt: skip
    method: Method = option(
        "method", "METHOD", "auto, model, observed, tracked-aum or tracking-ratio.",
        METHOD, unit="estimate", example="model", default="auto", parse=options.one_of("METHODS"),
        completes="methods", is_common=True,
    )  # fmt: skip
    price_overrides: Mapping[str, float] | None = option(
        "price", "TICKER=PRICE",
        "Value a security at this price in US dollars instead of the close. Repeatable.",
        QUESTION, unit="USD/share",
        example="MSTR=150", parse=pairs("TICKER=PRICE", "MSTR=177.13", of="prices"),
        completes="tickers", is_repeatable=True, is_common=True,
    )  # fmt: skip
    preset: str | None = option(
        "preset", "NAME",
        "Settings of a table [presets.NAME] of flowrisk.toml; the sample has january-2026 and "
        "november-2026. Flags override it.",
        QUESTION, unit="table of flowrisk.toml", example="january-2026", completes="presets",
    )  # fmt: skip
    treatment: Mapping[str, Treatment] = option(
        "treatment", "TREATMENTS",
        "What providers do: exclude, include, freeze or reweight; for all, or "
        "'msci=freeze,nasdaq=exclude'. A single index is entered or left: 'sp-500=include'.",
        QUESTION, unit="treatment by provider_id or index_id",
        example="msci=freeze", default="exclude",
        parse=read_by("parse_treatments"),
        completes="treatments", is_repeatable=True, is_common=True,
    )  # fmt: skip
    reweight: tuple[Tranche, ...] | None = option(
        "reweight", "CHANGES",
        "Steps of a reweight: 'MSTR.factor=1:0.5@2026-02-27' or "
        "'MSTR.shares=300m:270m@2026-05-29', separated by ','.",
        QUESTION, unit="factor and share changes", example="MSTR.factor=1:0.5@2026-02-27",
        parse=read_by("parse_tranches", "reweights"),
        completes="tickers", is_repeatable=True,
    )  # fmt: skip
    active_aum_usd: Mapping[str, float] | None = option(
        "active_aum", "PROVIDER=USD",
        "Active assets benchmarked to a provider's indices: 'msci=5tn'. Their sale is a line of "
        "its own.",
        METHOD, unit="USD of benchmark-aware active money by provider_id", example="msci=5tn",
        parse=pairs("PROVIDER=USD", "msci=5tn", of="amounts"), completes="providers",
        is_repeatable=True,
    )  # fmt: skip
    beside_flow: Mapping[str, tuple[float, ...]] | None = option(
        "beside", "TICKER.LINE=SHARES",
        "What trades beside the flow: 'MSTR.short-interest=30m', convert-hedge or on-loan, in "
        "shares; 'MSTR.leveraged=2:1.5bn', leverage and assets of single-stock funds.",
        METHOD, unit="shares by security and line; leverage and USD of leveraged funds",
        example="MSTR.short-interest=30m",
        parse=read_by("parse_beside", "beside"), completes="tickers", is_repeatable=True,
    )  # fmt: skip
    fund_share_ratio: float = option(
        "fund_share", "RATIO",
        "Share of passive assets held in funds, for the upper end of ranges.",
        METHOD, unit="share of passive assets held in funds", example="50%", basis="derived",
        source="Chinco & Sammon, JFE 2024: 16 of 33.5 % of the US market",
        default=0.16 / 0.335, parse=options.ratio(is_high_inside=True),
    )  # fmt: skip
    drift_ratio: float = option(
        "drift", "RATIO",
        "What assets, net assets and weights of another day may have moved in one month, up or "
        "down; the ends of the own estimate grow with it and the root of the months.",
        METHOD, unit="half the 90 % range of one month", example="5%", basis="judged",
        source="1.645 x 4 %, the usual standard deviation of a month of the US market",
        default=0.066, parse=options.ratio(),
    )  # fmt: skip
    manager_share_ratios: tuple[float, float, float] = option(
        "manager_share", "LOW:CENTRAL:HIGH",
        "What all trackers hold, of the shares that mainly passive managers file (13F); for the "
        "cross-check beside the own estimate.",
        METHOD, unit="tracker shares per share filed: low, central, high",
        example="0.7:0.9:1.2", basis="calibrated",
        source="where both sides are known: Strategy 1.03 to 1.11, partly JPMorgan's figure; "
        "MARA 0.73: not independent of them",
        default="0.7:0.9:1.2", parse=options.ends(10),
    )  # fmt: skip
    volatility_window_days: int = option(
        "volatility_window", "SESSIONS", "Sessions in the daily volatility.",
        METHOD, unit="sessions", example="120", default=60, parse=options.whole(2500),
    )  # fmt: skip
    rule: Rule | None = option(
        "rule", "CONDITION",
        "Exclude the candidates that meet it instead of a list: 'digital_asset_ratio >= 50%'.",
        QUESTION, unit="condition", example="digital_asset_ratio >= 50%",
        parse=read_by("parse_rule"),
    )  # fmt: skip
    coin_price_overrides: Mapping[str, float] | None = option(
        "coin_price", "COIN=PRICE",
        "Review price of a coin in US dollars instead of its close. Repeatable.",
        QUESTION, unit="USD/coin",
        example="BTC=60000", parse=pairs("COIN=PRICE", "BTC=60000", of="prices"),
        completes="coins", is_repeatable=True,
    )  # fmt: skip
    assumed_ratios: Mapping[str, float] | None = option(
        "tracking_ratio", "TICKER@PROVIDER=RATIO",
        "A tracking ratio of yours: '3350@msci=5%' of the shares that the provider counts, or of "
        "one index, 'MSTR@sp-500=17.3%'. It goes before the data's. Repeatable.",
        METHOD, unit="yours: ratio of index shares by security and provider or index",
        example="3350@msci=5%",
        parse=pairs("TICKER@PROVIDER=RATIO", "3350@msci=5%", of="ratios"),
        completes="tickers", is_repeatable=True,
    )  # fmt: skip
    assumed_aum_usd: Mapping[str, float] | None = option(
        "tracked_aum", "INDEX=USD",
        "Assets of yours that track an index, instead of the data's: 'nasdaq-100=650bn'. "
        "Repeatable.",
        METHOD, unit="yours: USD that track an index, by index_id", example="nasdaq-100=650bn",
        parse=pairs("INDEX=USD", "nasdaq-100=650bn", of="amounts"),
        completes="indices", is_repeatable=True,
    )  # fmt: skip
    assumed_pools: Mapping[str, tuple[float, float, float]] | None = option(
        "pool", "POOL=USD",
        "Size of yours for a pool of assets: 'msci-non-etf=4.5tn', or its low, central and high, "
        "'4.2tn:4.5tn:5tn'. Repeatable.",
        METHOD, unit="yours: USD of a pool by pool_id: low, central, high",
        example="msci-non-etf=4.5tn",
        parse=read_by("parse_pools"), completes="pools", is_repeatable=True,
    )  # fmt: skip
    assumed_weights: Mapping[str, float] | None = option(
        "weight", "TICKER@INDEX=RATIO",
        "An index weight of yours: 'MARA@sp-smallcap-600=0.4%'. Repeatable.",
        METHOD, unit="yours: weight by security and index", example="MARA@sp-smallcap-600=0.4%",
        parse=pairs("TICKER@INDEX=RATIO", "MARA@sp-smallcap-600=0.4%", of="ratios"),
        completes="tickers", is_repeatable=True,
    )  # fmt: skip
    set_by: Mapping[str, str]

    def assumptions(self) -> dict[str, Assumption]:
        """Return each value with its unit and origin, by the name of its option.

        The default's basis and source are its own: a value given in its place is the user's.
        """
        from flowrisk.domain import Assumption

        return {
            each.name: Assumption(
                getattr(self, name), each.unit, self.set_by[each.name],
                *((each.basis, each.source) if self.set_by[each.name] == "default"
                  else ("yours" if each.basis else "", "")),
            )
            for name, each in options_by_field(type(self)).items()
        }  # fmt: skip

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


def options_by_field(kind: type[Question]) -> dict[str, options.Option]:
    """Return the options of a kind of question by field, in order."""
    return {each.name: each.metadata["option"] for each in fields(kind) if each.metadata}
