"""Where a command finds its dataset and the settings beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.api import Dataset
    from flowrisk.api.session import Session

_VARIABLE = "FLOWRISK_DATA"


def open_dataset(data: Path | None) -> Dataset:
    """Open the dataset of the flag, the environment, the working folder or the sample.

    Raises: DataError if it cannot be opened.
    """
    from flowrisk import api

    return api.open_dataset(_named(data))


def open_session(data: Path | None) -> Session:
    """Open the same dataset for questions whose settings are resolved already.

    Raises: as ``open_dataset``.
    """
    from flowrisk.api.session import Session
    from flowrisk.dataset.folder import open_folder

    return Session(open_folder(_named(data)))


def _named(data: Path | None) -> str | Path | None:
    """Return which dataset is named, None for the sample."""
    from flowrisk.errors import DataError

    local = local_settings().get("data")
    if local is not None and not isinstance(local, str):
        raise DataError(
            "The setting 'data' of flowrisk.toml is no path.",
            facts={"data": repr(local)},
            remedy="Write it as text: data = 'my-data'.",
        )
    return data or os.environ.get(_VARIABLE) or local or None


def own_dataset(data: Path | None) -> Dataset:
    """Open the dataset to write to: never the bundled sample.

    Raises: QuestionError if none is named; DataError if it cannot be opened.
    """
    from flowrisk.dataset.folder import local_path
    from flowrisk.errors import QuestionError

    dataset = open_dataset(data)
    if dataset.is_sample:
        raise QuestionError(
            "No dataset of your own is named.",
            remedy="Make one with 'flowrisk init DIR' and give it as --data DIR.",
        )
    local_path(dataset.folder, "written to")
    return dataset


def local_settings() -> Mapping[str, object]:
    """Return what the flowrisk.toml of the working folder says.

    Raises: QuestionError or DataError if it cannot be read.
    """
    from flowrisk.dataset.folder import SETTINGS_FILE, read_settings

    return read_settings(Path(SETTINGS_FILE))
