"""Where things lie: the project, the numbers worked by hand, the real files that are not ours."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKED = ROOT / "tests/worked"
REAL = ROOT / "../shared/real"
FAILING = ROOT.parent / "shared/failing-inputs"
