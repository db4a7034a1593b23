"""Where sql/, the report templates, the JSON Schemas and the bundled sample lie: inside the
installed package, or beside it in a checkout. Never reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flowrisk.errors import ModelError

_PACKAGE = Path(__file__).resolve().parents[1]


def sql_folder() -> Path:
    """Return the folder of the SQL models.

    Raises: ModelError if the installation is incomplete.
    """
    return _located("sql", "sql")


def templates_folder() -> Path:
    """Return the folder of the report templates.

    Raises: ModelError if the installation is incomplete.
    """
    return _located("templates", "reports/templates")


def sample_folder() -> Path:
    """Return the folder of the bundled sample dataset.

    Raises: ModelError if the installation is incomplete.
    """
    return _located("sample_data", "sample_data")


def schema_folder() -> Path:
    """Return the folder of the JSON Schemas.

    Raises: ModelError if the installation is incomplete.
    """
    return _located("json_schemas", "schema")


@cache
def _located(inside: str, beside: str) -> Path:
    for folder in (_PACKAGE / inside, _PACKAGE.parent / beside):
        if folder.is_dir():
            return folder
    raise ModelError(
        f"The installation of flowrisk lacks its folder '{inside}'.",
        facts={"package": _PACKAGE},
        remedy="Install flowrisk again; if it persists, report it as a packaging fault.",
    )
