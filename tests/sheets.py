"""Balance sheets and coin prices as rows, for the tests of the digital-asset line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rows import AS_OF

if TYPE_CHECKING:
    from rows import Row

BN = 1e9
SEPTEMBER = date(2025, 9, 30)


def treasury(units: float | None, other_bn: float | None, price: float, **changed: Any) -> Row:
    """A balance sheet of so many BTC at fair value and so many billions of other assets."""
    digital = None if units is None else units * price
    total = None if digital is None or other_bn is None else digital + other_bn * BN
    return {"issuer_id": "alpha", "as_of_on": SEPTEMBER, "coin": "BTC", "units": units,
            "digital_assets_usd": digital, "total_assets_usd": total, "is_issuer_total": True,
            **changed}  # fmt: skip


def prices(statement: float, review: float, coin: str = "BTC") -> list[Row]:
    return [{"coin": coin, "priced_on": SEPTEMBER, "close_usd": statement},
            {"coin": coin, "priced_on": AS_OF, "close_usd": review}]  # fmt: skip
