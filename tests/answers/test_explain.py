"""One figure, traced to its numbers, SQL, rows and files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from rows import AS_OF, held

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


def test_the_last_step_is_the_figure_of_the_answer(
    sample: Dataset, sample_result: ScenarioResult
) -> None:
    for provider in ("msci", "crsp", "nasdaq"):
        steps = sample.explain("MSTR", provider=provider, scenario="all").steps
        (figure,) = sample_result.provider_outflows.filter(
            scenario_id="all", provider_id=provider, ticker="MSTR"
        )["outflow_usd"]
        assert steps["step"].to_list()[-1] == "outflow"
        assert steps["value"].to_list()[-1] == figure


def test_the_formula_carries_its_numbers(sample: Dataset) -> None:
    steps = {row["step"]: row for row in
             sample.explain("MSTR", provider="msci").steps.rows(named=True)}  # fmt: skip
    assert steps["observed"]["value"] == 2_742_788
    assert "1,665,187 + 579,439 + 396,636" in steps["observed"]["formula"]
    ratio = steps["tracking-ratio of US5949724083"]
    # 6.057 % of the 261.0 m shares that MSCI counts
    assert ratio["formula"] == "0.06057 x 261,000,000 index_shares (calibrated)"
    assert ratio["value"] == pytest.approx(15_808_770)
    assert steps["outflow"]["formula"] == "15,808,770 x 177.13"


def test_the_rows_add_up_to_the_observed_step(sample: Dataset) -> None:
    found = sample.explain("MSTR", provider="ftse-russell", scenario="all")
    assert found.fund_outflows["held_shares"].sum() == found.steps["value"][0]
    assert set(found.fund_outflows["provider_id"]) == {"ftse-russell"}


def test_tracked_assets_and_a_treatment_are_put_into_words(
    make_dataset: Callable[..., Dataset],
) -> None:
    data = make_dataset(
        indices=[{"index_id": "msci-world", "provider_id": "msci", "tracked_aum_usd": 120e9,
                  "tracked_aum_on": AS_OF}],
        index_memberships=[{"index_id": "msci-world", "security_id": "US0000000001",
                            "weight_ratio": 0.0045, "as_of_on": AS_OF}],
        fund_net_assets=[{"fund_id": "F1", "as_of_on": AS_OF, "net_assets_usd": 71e9}],
        holdings=[held("F1", 1_900_000.0)],
    )  # fmt: skip
    found = data.explain("AAA", provider="msci", as_of=AS_OF, treatment="reweight",
                         method="tracked-aum", reweight="AAA.factor=1:0.5@2026-02-27")  # fmt: skip
    steps = {row["step"]: row for row in found.steps.rows(named=True)}
    # 49bn x 0.951487 x 0.45 % / 160 = 1,311,268 shares; half of 3,211,268 is sold
    estimate = steps["tracked-aum of msci-world"]
    assert estimate["formula"].startswith(
        "4.9e+10 USD outside covered funds x 0.951487 replicated x weight 0.0045"
    )
    assert steps["chosen: tracked-aum"]["value"] == pytest.approx(3_211_268, abs=1)
    assert steps["treatment: reweight"]["value"] == pytest.approx(1_605_634, abs=1)


def test_the_files_are_those_read_with_their_digests(sample: Dataset) -> None:
    files = sample.explain("MSTR", provider="msci").files
    for row in files.rows(named=True):
        content = (sample.path / row["file"]).read_bytes()
        assert row["digest"] == hashlib.sha256(content).hexdigest()
    months = files.filter(table="holdings")["file"].str.split("/").list.get(1).to_list()
    held_on = sample.explain("MSTR", provider="msci").fund_outflows["as_of_on"]
    assert months == sorted({f"as_of_month={day:%Y-%m}" for day in held_on})
    assert months == [f"as_of_month=2025-{month}" for month in ("01", "05", "08", "09", "11")]
    assert "treasuries" not in files["table"]


def test_the_sql_is_the_model_s_own_text(sample: Dataset) -> None:
    models = sample.explain("MSTR", provider="msci").models
    assert models["model"][0] == "marts.provider_outflows"
    assert "intermediate.holdings_summed" in models["model"].to_list()
    assert all(text.startswith(("with", "select")) for text in models["sql"])
    # the text names the models; their SQL is in the frame, and in no text that nobody asked for
    assert "select " not in _unindented(str(sample.explain("MSTR", provider="msci")))


def _unindented(text: str) -> str:
    return "\n".join(line.removeprefix("  ") for line in text.splitlines())


@pytest.mark.parametrize(
    ("security", "provider", "scenario"),
    [("MSTR", "mcsi", None), ("MSTR", "crsp", "msci"), ("XXXX", "msci", None),
     ("MSTR,MARA", "msci", None)],
)  # fmt: skip
def test_what_cannot_be_explained_is_refused(
    sample: Dataset, security: str, provider: str, scenario: str | None
) -> None:
    with pytest.raises(QuestionError):
        sample.explain(security, provider=provider, scenario=scenario)
