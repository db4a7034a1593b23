"""A dataset of one's own, made from the bundled sample: whole, or not there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from flowrisk.dataset import contents, leftovers, resources
from flowrisk.dataset.folder import SETTINGS_FILE, absolute
from flowrisk.errors import QuestionError

_UNPINNED = """# Whose exclusion is asked about, unless told otherwise. The day is that of the
# newest price; the figures of the sample are those of:
# as_of = 2025-11-20
"""


def copy_sample(target: Path) -> Path:
    """Make a dataset of one's own from the bundled sample and return its absolute path.

    Raises: QuestionError if the path is a link, the folder exists and is not empty, or it cannot
        be written.
    """
    root = absolute(target)
    try:
        if root.is_symlink() or (root.exists() and (not root.is_dir() or any(root.iterdir()))):
            is_link = root.is_symlink()
            raise QuestionError(
                "The path is a link." if is_link else "The folder exists and is not empty.",
                facts={"path": root},
                remedy="Name a new folder.",
            )
        root.parent.mkdir(parents=True, exist_ok=True)
        _fill_whole(root)
    except OSError as error:
        raise QuestionError(
            "The dataset cannot be written.",
            facts={"path": root, "reason": error.strerror or error},
            remedy="Choose a folder that you may write to.",
        ) from error
    return root


def _fill_whole(root: Path) -> None:
    """Make a folder beside its place, with the modes of this user's new files, and rename it."""
    leftovers.sweep(root.parent)
    aside = leftovers.beside(root)
    sample = resources.sample_folder()
    aside.mkdir()
    try:
        names = [path.relative_to(sample).as_posix() for path in sample.rglob("*.parquet")]
        for name in [*names, SETTINGS_FILE]:
            place = aside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(sample / name, place)
        # the answers of one's own data move with it: no day is kept
        settings = (sample / SETTINGS_FILE).read_text(encoding="utf-8")
        unpinned = re.sub(
            r"\A.*?^as_of = .*?\n", _UNPINNED, settings, flags=re.MULTILINE | re.DOTALL
        )
        (aside / SETTINGS_FILE).write_text(unpinned, encoding="utf-8")
        record = contents.written(contents.measured(aside, names))
        (aside / contents.FILE).write_text(record, encoding="utf-8")
        aside.rename(root)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
