"""How a store's refusals are told: by their kind and code, never by the store's own text, which may
quote a signature, a key or a signed address.
"""

from __future__ import annotations

import re
import secrets
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from obstore import exceptions

from flowrisk import errors
from flowrisk.engines import address as addresses
from flowrisk.engines.address import Address
from flowrisk.errors import DataError, FlowriskError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

_FAILURES_COUNT = 64
_MARK = re.compile(r"\[store-failure-([0-9a-f]{16})\]")
_STATUS = re.compile(r"status code: ([1-5]\d\d)\b")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_SERVER_FAULT = 500
_TOO_MANY = 429
_failures: OrderedDict[str, FlowriskError] = OrderedDict()


def failure_of(error: BaseException) -> FlowriskError | None:
    """Return the refusal that an engine passed on as text, where it did."""
    marked_as = _MARK.search(str(error))
    return _failures.get(marked_as[1]) if marked_as else None


@contextmanager
def marked() -> Iterator[None]:
    """Give a refusal a mark under which it is found again: DuckDB carries its text only."""
    try:
        yield
    except FlowriskError as error:
        mark = secrets.token_hex(8)
        _failures[mark] = error
        while len(_failures) > _FAILURES_COUNT:
            _failures.popitem(last=False)
        raise OSError(f"{error.problem} [store-failure-{mark}]") from error


@contextmanager
def refusing(address: PurePath | str) -> Iterator[None]:
    """Turn what the library raises into words of ours, with nothing of the store's answer in them
    but its code.

    Raises: FileNotFoundError where a web server has no such file; TimeoutError where nobody
        answers; DataError.
    """
    try:
        yield
    except exceptions.PreconditionError:
        raise changed(address) from None
    except FileNotFoundError:
        if Address(address).scheme in addresses.UNLISTED:
            raise
        raise changed(address) from None
    except (exceptions.BaseError, OSError, ValueError) as error:
        raise _told(address, str(error)) from None


def changed(address: PurePath | str) -> DataError:
    """Return the refusal of an object that is not what the listing said."""
    return DataError(
        "A file of the dataset changed while it was read, or was removed.",
        facts={"file": address},
        remedy="Wait until the upload has ended, and ask again.",
    )


def _told(address: PurePath | str, said: str) -> FlowriskError:
    if any(sign in said for sign in _ASKED_FOR_KEYS):
        # without keys in the environment the library asks the machine it may run on
        problem, remedy = _CREDENTIALS
        facts = {"address": address, "reason": "there are no credentials in the environment"}
        return DataError(problem, facts=facts, remedy=remedy)
    status = int(found[1]) if (found := _STATUS.search(said)) else None
    code = found[1] if (found := _CODE.search(said)) else None
    told: dict[str, object] = {"address": address}
    if status:
        told["the store says"] = f"HTTP {status}" + (f", {code}" if code else "")
    is_unanswered = "error sending request" in said or "kind: Timeout" in said
    if is_unanswered or status == _TOO_MANY or (status or 0) >= _SERVER_FAULT:
        return errors.TimeoutError(
            "The store did not answer in time.",
            facts=told,
            remedy="Nothing was written. Check the address, the endpoint and the network, or ask "
            "again later.",
        )
    kind = str(status or next((sign for sign in _SIGNS if sign in said), ""))
    problem, remedy = _KINDS.get(code or "", _KINDS.get(kind, _OTHER))
    return DataError(problem, facts=told, remedy=remedy)


_CREDENTIALS = (
    "The store does not let us read.",
    (
        "Check the credentials in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
        "AWS_SESSION_TOKEN, AWS_REGION; AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY; "
        "GOOGLE_APPLICATION_CREDENTIALS), and that they may list and read. AWS_SKIP_SIGNATURE=true "
        "reads a public bucket."
    ),
)
_KINDS = {
    "NoSuchBucket": ("There is no such bucket.", "Correct the address or the endpoint."),
    "ContainerNotFound": ("There is no such container.", "Correct the address or the account."),
    "404": ("There is nothing at this address.", "Correct the address."),
    "400": _CREDENTIALS, "401": _CREDENTIALS, "403": _CREDENTIALS,
    "redirect": ("The bucket is in another region.", "Set AWS_REGION to the bucket's region."),
    "NotSupported": (
        "The web server gives no parts of files.",
        "Serve the folder with a server that answers range requests, or copy it.",
    ),
}  # fmt: skip
_ASKED_FOR_KEYS = ("://169.254.", "://metadata.google.internal")
# how the library names what has no status
_SIGNS = ("redirect", "NotSupported")
_OTHER = (
    "The address cannot be read.",
    "Check the address, the endpoint and the credentials in the environment.",
)
