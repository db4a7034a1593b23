"""Write the JSON Schemas that are shipped: ``python scripts/build_schemas.py``.

Owns ``schema/``: one file a command that prints JSON, and ``dataset.json``. Each command is asked
over the sample in several ways, for the types of its frames.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk import api
from flowrisk.answers import risk
from flowrisk.dataset import sql_models
from flowrisk.export import formats, json_schema

if TYPE_CHECKING:
    from flowrisk.export.json_schema import Schema

FOLDER = Path(__file__).resolve().parents[1] / "schema"
_LAW = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
_GIVEN = "sp-dji=.3,nasdaq=.5,ftse-russell=.3,crsp=.4"
_BOOK = "portfolio,identifier,shares,index\nours,MSTR,1000,msci-world\nours,CASH,1,\n"


def _scenarios(sample: Any) -> Iterable[Any]:  # noqa: ANN401 - the package's own, by its command
    yield sample.scenario()
    yield sample.scenario(securities="MSTR", method="model", beside="MSTR.short-interest=30m")
    yield sample.scenario(treatment="msci=freeze", providers="msci+nasdaq,all", method="observed")
    yield sample.scenario(providers="sp-dji", securities="MSTR", treatment="sp-500=include",
                          tracking_ratio="MSTR@sp-500=17.3%")  # fmt: skip
    yield sample.scenario(providers="msci", securities="MSTR", treatment="reweight",
                          reweight="MSTR.factor=0.5:0.75@2026-02-27")  # fmt: skip
    yield sample.scenario(rule="digital_asset_ratio >= 0.5", as_of="2025-10-31")
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.csv"
        book.write_text(_BOOK, "utf-8")
        yield sample.scenario(book=book)


def _screens(sample: Any) -> Iterable[Any]:  # noqa: ANN401
    yield sample.screen()
    yield sample.screen(securities="MSTR", coin_price="BTC=60000")
    yield sample.screen(threshold=0.4, list="treasury")


def _risks(sample: Any) -> Iterable[Any]:  # noqa: ANN401
    yield sample.risk(_LAW)
    yield sample.risk(_LAW, securities="MSTR", dependence="copula", rho=0.5)
    yield sample.risk(_LAW, dependence="leader", leader="msci", given_leader=_GIVEN)


ANSWERS: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "scenario": _scenarios,
    "calendar": lambda sample: (sample.calendar(), sample.calendar(securities="MSTR")),
    "risk": _risks,
    "screen": _screens,
    "calibrate": lambda sample: (
        sample.calibrate("msci=2.8bn,all=8.8bn", security="MSTR"),
        sample.calibrate("msci=100m", security="MARA"),
    ),
    "compare": lambda sample: (
        sample.compare(sample, providers="msci", securities="MSTR"),
        sample.compare(dates=("2025-10-31", "2025-11-20")),
    ),
    "explain": lambda sample: (
        sample.explain("MSTR", provider="msci"),
        sample.explain("MARA", provider="nasdaq"),
    ),
    "backtest": lambda sample: (sample.backtest(),),
}
# frames of answers that the sample gives no cause for
_RARE: Mapping[str, Iterable[Mapping[str, pl.Schema]]] = {
    "risk": ({"sampling_errors": pl.Schema(risk.SAMPLING_ERROR_TYPES)},),
}
_PAIRS = "select * from marts.tracker_pairs"


def facts() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return what each mart is and the identifiers of its grain, from the headers of the SQL; a day
    in a grain may be null, of what has none yet."""
    return {
        model.name: (
            f"{model.description} One row each: {', '.join(model.grain)}.",
            tuple(name for name in model.grain if name.endswith("_id")),
        )
        for model in sql_models.models().values()
        if model.layer == "marts"
    }


def schemas() -> dict[str, Schema]:
    """Return every schema by name."""
    sample = api.open_dataset()
    known = facts()
    made = {"dataset": json_schema.document("dataset", "a dataset", json_schema.of_dataset())}
    for name, ask in ANSWERS.items():
        found = [{frame: each.schema for frame, each in answer.answer.marts.items()}
                 for answer in ask(sample)]  # fmt: skip
        found += [{**found[0], **rare} for rare in _RARE.get(name, ())]
        build = json_schema.of_comparison if name == "compare" else json_schema.of_answer
        made[name] = json_schema.document(name, f"flowrisk {name}", build(found, known))
    made["backtest-leave-one-out"] = json_schema.document(
        "backtest-leave-one-out", "flowrisk backtest --leave-one-out",
        json_schema.of_answer([_pair_frames(sample)], {}),
    )  # fmt: skip
    return {**made, **_rows(sample)}


def _pair_frames(sample: Any) -> Schema:  # noqa: ANN401
    """Return the types of the frames of a back-test by pairs, of which the sample has none."""
    from flowrisk.analytics import pair_errors

    found = pair_errors.errors(sample.query(_PAIRS))
    pairs = pair_errors.measured(found)
    frames = {"pairs": pairs, "bands": pair_errors.bands(pairs),
              "named": pair_errors.named(found, [])}  # fmt: skip
    return {name: frame.schema for name, frame in frames.items()}


def _rows(sample: Any) -> dict[str, Schema]:  # noqa: ANN401
    """Return the schemas of the commands that print rows, and of the summary of an ingest."""
    from flowrisk.download import run, sources
    from flowrisk.ingest.summary import Summary
    from flowrisk.query.listings import KINDS

    frames = {
        "check": [sample.check()],
        "list": [sample.list(kind) for kind in KINDS],
        "tables": [sample.tables(), sample.tables("marts.outflows")],
        "fetch": [sources.listed(), run.planned_rows([]), run.fetched_rows([])],
    }
    made = {
        name: {"anyOf": [json_schema.of_frame([each.schema]) for each in found]}
        for name, found in frames.items()
    }
    made |= {"query": json_schema.any_rows(), "shell": json_schema.any_rows(),
             "ingest": json_schema.of_dataclass(Summary)}  # fmt: skip
    return {
        name: json_schema.document(name, f"flowrisk {name}", body) for name, body in made.items()
    }


def rendered() -> dict[str, bytes]:
    """Return every schema as its file."""
    return {name: formats.json_bytes(body, indent=1) for name, body in schemas().items()}


def main() -> None:
    """Write the schemas, and remove what is none any more."""
    from flowrisk.cli import diagnostics

    FOLDER.mkdir(exist_ok=True)
    made = rendered()
    for path in FOLDER.glob("*.json"):
        if path.stem not in made:
            path.unlink()
    for name, content in made.items():
        (FOLDER / f"{name}.json").write_bytes(content)
    print(f"written: schema/ ({len(made)} files, {sum(map(len, made.values())):,} bytes)")
    diagnostics.exit_now(0)


if __name__ == "__main__":
    main()
