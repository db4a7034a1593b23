"""What a user types, read into the nouns of the domain: amounts, dates, provider sets, rules.

Knows words and numbers, never a dataset."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from flowrisk.domain import (
    _COMPARISONS,
    ALL,
    RULED,
    TREATMENTS,
    ProviderSet,
    Rule,
    Scenario,
    Treatment,
)
from flowrisk.errors import QuestionError, join_names, nearest

_SCALES = {"": 1.0, "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12}
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9][0-9_]*)"
_AMOUNT = re.compile(rf"\$?([+-]?(?:{_DIGITS}(?:\.[0-9]+)?|\.[0-9]+)(?:e[+-]?[0-9]+)?)\s*([a-z]*)")

_EXAMPLE, _RATIO_EXAMPLE = "177.13, 2.8bn, 2.8B or 2_800_000_000", "0.2 or 20%"
_RULE = re.compile(r"(\w+)\s*(>=|<=|>|<)\s*(\S+)")


def parse_provider_sets(text: str | Iterable[str]) -> tuple[ProviderSet, ...]:
    """Parse ``msci,all`` or ``["msci", "msci+nasdaq"]`` into provider sets, duplicates once.

    Raises: QuestionError if a scenario or a member of one is empty.
    """
    texts = [text] if isinstance(text, str) else list(text)
    scenario_ids = [part.strip() for item in texts for part in item.split(",")]
    if not scenario_ids or any(
        not name.strip() for part in scenario_ids for name in part.split("+")
    ):
        raise QuestionError(
            "The list of providers has an empty place.",
            facts={"providers": repr(",".join(texts))},
            remedy="Separate scenarios by commas and join providers by '+': msci,msci+nasdaq,all",
        )
    return tuple(
        ProviderSet(scenario_id, tuple(name.strip() for name in scenario_id.split("+")))
        for scenario_id in dict.fromkeys(scenario_ids)
    )


def resolve_provider_set(wanted: ProviderSet, known: Sequence[str]) -> Scenario:
    """Match a provider set against the providers that have an index in the data.

    Raises: QuestionError naming the known providers and the nearest one.
    """
    by_folded = {provider_id.casefold(): provider_id for provider_id in known}
    provider_ids: list[str] = []
    for name in wanted.names:
        if name.casefold() == ALL:
            provider_ids.extend(known)
        elif name.casefold() in by_folded:
            provider_ids.append(by_folded[name.casefold()])
        else:
            raise _unknown_provider(name, known)
    return Scenario(wanted.scenario_id, tuple(sorted(set(provider_ids))))


def treated(
    scenarios: Sequence[Scenario], treatments: Mapping[str, Treatment], known: Sequence[str]
) -> tuple[Scenario, ...]:
    """Return the scenarios with what each provider does, as ``parse_treatments`` gives it.

    Raises: QuestionError for a provider that the data does not know, or that no scenario holds.
    """
    by_folded = {provider_id.casefold(): provider_id for provider_id in known}
    members = {provider_id for each in scenarios for provider_id in each.provider_ids}
    for name in treatments:
        if name != ALL and name not in by_folded:
            raise _unknown_provider(name, known)
        if name != ALL and by_folded[name] not in members:
            raise QuestionError(
                f"No scenario asks about '{name}', so its treatment would change nothing.",
                facts={"scenarios": join_names(each.scenario_id for each in scenarios)},
                remedy="Add the provider to --providers, or leave its treatment out.",
            )
    default = treatments.get(ALL, "exclude")
    chosen = {name: treatments.get(name.casefold(), default) for name in members}
    return tuple(
        replace(each, treatments={name: chosen[name] for name in each.provider_ids
                                  if chosen[name] != "exclude"})
        for each in scenarios
    )  # fmt: skip


def parse_amount(text: str | float, *, name: str, example: str = _EXAMPLE) -> float:
    """Parse a number such as ``2.8bn``, ``2.8B``, ``$2_800_000_000`` or ``177.13``.

    Raises: QuestionError if it is no finite number.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        value = float(text)
    else:
        match = _AMOUNT.fullmatch(str(text).strip().casefold())
        scale = _SCALES.get(match[2]) if match else None
        if match is None or scale is None:
            raise QuestionError(
                f"The value of {name} is not a number.",
                facts={"value": repr(text)},
                remedy=f"Write it like {example}.",
            )
        value = float(match[1].replace("_", "").replace(",", "")) * scale
    if not math.isfinite(value):
        raise QuestionError(f"The value of {name} is not finite.", facts={"value": text})
    return value


def parse_ratio(text: str | float, *, name: str) -> float:
    """Parse a ratio such as ``0.2``, or ``20%``, which is the same.

    Raises: QuestionError if it is no finite number.
    """
    if not (isinstance(text, str) and text.rstrip().endswith("%")):
        return parse_amount(text, name=name, example=_RATIO_EXAMPLE)
    match = _AMOUNT.fullmatch(text.rstrip().removesuffix("%").strip().casefold())
    if match is None or match[2] or "$" in text:
        raise QuestionError(
            f"The value of {name} is not a number.",
            facts={"value": repr(text)},
            remedy=f"Write it like {_RATIO_EXAMPLE}.",
        )
    from decimal import Decimal  # seldom needed, and slow to import

    # 0.7 % is 0.007 as typed, which 0.7 / 100 is not
    percent = Decimal(match[1].replace("_", "").replace(",", ""))
    return parse_amount(float(percent.scaleb(-2)), name=name)


def parse_date(text: str | dt.date, *, name: str) -> dt.date:
    """Parse an ISO date.

    Raises: QuestionError if it is none.
    """
    if isinstance(text, dt.datetime):
        return text.date()
    if isinstance(text, dt.date):
        return text
    try:
        return dt.date.fromisoformat(str(text).strip())
    except ValueError as error:
        raise QuestionError(
            f"The value of {name} is not a date.",
            facts={"value": repr(text)},
            remedy="Write it as YYYY-MM-DD, such as 2025-11-20.",
        ) from error


def parse_numbers(
    texts: Mapping[str, float] | str | Iterable[str],
    *,
    name: str,
    shape: str = "NAME=NUMBER",
    example: str = "",
    read: Callable[..., float] = parse_amount,
) -> dict[str, float]:
    """Parse ``["msci=0.4,crsp=0.2"]`` or ``{"msci": 0.4}`` into finite numbers by name.

    Args:
        shape: how a pair is written, such as ``TICKER=PRICE``; with an example of it.
        read: how one number is read: ``parse_amount`` or ``parse_ratio``.

    Raises: QuestionError for a text without '=', a name given twice, or no finite number.
    """
    remedy = f"Write {name} {shape}{f', such as {example}' if example else ''}, once a name."
    numbers: dict[str, float] = {}
    for key, text in named_texts(texts):
        if not (key and text) or key.casefold() in map(str.casefold, numbers):
            typed = f"{key}={text}" if key and text else key or text
            problem = f"'{typed}' is not {shape}." if not (key and text) else (
                f"{name} is given twice for '{key}'.")  # fmt: skip
            raise QuestionError(problem, facts={name: typed}, remedy=remedy)
        numbers[key] = read(text, name=f"{name} {key}")
    return numbers


def named_texts(texts: Mapping[str, float] | str | Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of ``name=text`` texts, or of a mapping, before their values are read."""
    if isinstance(texts, Mapping):
        return [
            (str(key).strip(), ":".join(map(str, value)) if isinstance(value, tuple | list)
             else str(value))
            for key, value in texts.items()
        ]  # fmt: skip
    return [
        (key.strip(), value.strip())
        for text in ([texts] if isinstance(texts, str) else texts)
        for part in text.split(",")
        for key, _, value in [part.partition("=")]
    ]


def parse_ratios(
    texts: Mapping[str, float] | str | Iterable[str], *, name: str, shape: str, example: str
) -> dict[str, float]:
    """Parse ``msci=40%,crsp=0.2`` into ratios by name; their range is judged where they are used.

    Raises: QuestionError as ``parse_numbers``.
    """
    return parse_numbers(texts, name=name, shape=shape, example=example, read=parse_ratio)


def parse_pools(texts: object) -> dict[str, tuple[float, float, float]]:
    """Parse ``msci-non-etf=4.2tn:4.5tn:5tn``, or one amount, into low, central and high in US
    dollars by pool.

    Raises: QuestionError as ``parse_numbers``, for two amounts or more than three, and for ends
        that are out of order.
    """
    pools: dict[str, tuple[float, float, float]] = {}
    for name, text in named_texts(cast("Mapping[str, float] | str | Iterable[str]", texts)):
        amounts = [parse_amount(part, name=f"--pool {name}") for part in text.split(":")]
        low, central, high = amounts if len(amounts) == 3 else (amounts * 3)[:3]  # noqa: PLR2004
        is_known = name.casefold() in map(str.casefold, pools)
        is_usable = len(amounts) in (1, 3) and 0 <= low <= central <= high
        if not name or is_known or not is_usable:
            raise QuestionError(
                "A pool is given twice." if is_known else "A pool could not be used.",
                facts={"--pool": f"{name}={text}"},
                remedy="Write --pool POOL=USD or POOL=LOW:CENTRAL:HIGH in rising order, such as "
                "msci-non-etf=4.2tn:4.5tn:5tn, once a pool.",
            )
        pools[name] = (low, central, high)
    return pools


def parse_auction_share(given: object) -> tuple[float, float]:
    """Parse ``8%:14%``, or one share such as ``0.10``, into low and high shares of a day's volume.

    Raises: QuestionError for what is no number, a share outside 0-1, and ends out of order.
    """
    parts = given.split(":") if isinstance(given, str) else given
    each = list(parts) if isinstance(parts, list | tuple) else [parts]
    shares = [parse_ratio(cast("str | float", part), name="--auction-share") for part in each]
    low, high = (shares[0], shares[-1]) if shares else (0.0, 0.0)
    if len(shares) > 2 or not 0 < low <= high <= 1:  # noqa: PLR2004 - a low and a high end
        raise QuestionError(
            "A share of the closing auction is not inside 0-1, or its ends are out of order.",
            facts={"--auction-share": given},
            remedy="Give the share of a day's volume as a ratio or in percent, or its low and high "
            "end: 0.10 or 8%:14%.",
        )
    return low, high


def parse_prices(
    texts: Mapping[str, float] | str | Iterable[str],
    *,
    name: str = "--price",
    shape: str = "TICKER=PRICE",
    example: str = "MSTR=177.13",
) -> dict[str, float]:
    """Parse ``["MSTR=177.13"]`` or ``{"MSTR": 177.13}`` into dollars by ticker, ISIN or coin.

    Raises: QuestionError as ``parse_numbers``, and for a price that is not > 0.
    """
    prices = parse_numbers(texts, name=name, shape=shape, example=example)
    for key, value in prices.items():
        if value <= 0:
            raise QuestionError(
                "A price could not be used.",
                facts={"price": f"{key}={value:g}"},
                remedy=f"Write {name} {shape}, in dollars above 0, such as {example}.",
            )
    return prices


def parse_rule(text: str) -> Rule:
    """Parse ``digital_asset_ratio >= 0.5``; the comparison is one of >= > <= <.

    Raises: QuestionError for another form, or a threshold not strictly inside 0-1.
    """
    match = _RULE.fullmatch(text.strip())
    threshold = parse_ratio(match[3], name="--rule") if match else 0.0
    if match is None or match[1].casefold() != RULED or not 0 < threshold < 1:
        raise QuestionError(
            "The rule cannot be used.",
            facts={"rule": repr(text), "comparisons": join_names(_COMPARISONS)},
            remedy=f"Write it as '{RULED} >= 0.5' (or 50%), with a line strictly between 0 and 1.",
        )
    return Rule(match[2], threshold)


def parse_targets(texts: str | Mapping[str, float] | Iterable[str]) -> dict[ProviderSet, float]:
    """Parse ``msci=2.8bn,all=8.8bn`` or ``{"msci": 2.8e9}`` into US dollars by provider set.

    Raises: QuestionError for a text without '=', a set given twice, or a figure that is not > 0.
    """
    targets: dict[ProviderSet, float] = {}
    read = parse_numbers(texts, name="--target", shape="PROVIDERS=DOLLARS", example="msci=2.8bn")
    for name, usd in read.items():
        (provider_set,) = parse_provider_sets(name)
        if usd <= 0:
            raise QuestionError(
                "A published outflow is above 0.",
                facts={"target": f"{name}={usd:g}"},
                remedy="Write --target PROVIDERS=DOLLARS, such as msci=2.8bn.",
            )
        targets[provider_set] = usd
    if not targets:
        raise QuestionError(
            "There is no figure to calibrate to.", remedy="Give one, such as --target msci=2.8bn."
        )
    return targets


def parse_treatments(texts: str | Mapping[str, str] | Iterable[str]) -> dict[str, Treatment]:
    """Parse ``freeze`` or ``msci=freeze,nasdaq=exclude`` into treatments by provider.

    A treatment without a provider holds for ``all`` that are not named.

    Raises: QuestionError for an unknown treatment, or a provider named twice.
    """
    if isinstance(texts, Mapping):
        pairs = list(texts.items())
    else:
        items = [texts] if isinstance(texts, str) else list(texts)
        parts = [part.rpartition("=") for item in items for part in item.split(",")]
        pairs = [(name.strip() or ALL, treatment) for name, _, treatment in parts]
    treatments: dict[str, Treatment] = {}
    for name, treatment in pairs:
        folded = name.casefold()
        if folded in treatments:
            raise QuestionError(
                f"The treatment by '{name}' is given twice.",
                facts={"treatments": ", ".join(f"{n}={t}" for n, t in pairs)},
                remedy="Name each provider once, such as --treatment msci=freeze,nasdaq=exclude.",
            )
        treatments[folded] = cast("Treatment", choose(treatment, TREATMENTS, name="--treatment"))
    return treatments


def parse_names(texts: str | Iterable[str] | None, *, name: str) -> tuple[str, ...]:
    """Parse ``"MSTR,MARA"`` or a list of such into names, duplicates once.

    Raises: QuestionError if a place is empty.
    """
    if texts is None:
        return ()
    items = [texts] if isinstance(texts, str) else list(texts)
    names = [part.strip() for item in items for part in item.split(",")]
    if any(not part for part in names):
        raise QuestionError(
            f"{name} has an empty place.",
            facts={"value": repr(",".join(items))},
            remedy="Separate names by single commas, such as MSTR,MARA.",
        )
    return tuple(dict.fromkeys(names))


def choose(text: str, known: Sequence[str], *, name: str) -> str:
    """Return ``text`` if it is one of the known words.

    Raises: QuestionError naming them and the nearest one.
    """
    folded = text.strip().casefold()
    if folded in known:
        return folded
    facts: dict[str, object] = {"value": repr(text), "known": join_names(known)}
    if close := nearest(text, known):
        facts["nearest"] = close
    raise QuestionError(
        f"The value of {name} is not known.", facts=facts, remedy="Use one of the known values."
    )


def _unknown_provider(name: str, known: Sequence[str]) -> QuestionError:
    facts: dict[str, object] = {"known providers": join_names(known)}
    if close := nearest(name, known):
        facts["nearest"] = close
    return QuestionError(
        f"No index in the data belongs to provider '{name}'.",
        facts=facts,
        remedy="Check the spelling, or add its indices to indices.parquet.",
    )
