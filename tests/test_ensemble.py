"""Ensembles: read with all faults at once, and laid over the scenario draw by draw, replication by replication."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cli_case import qcap, write_small
from scenario_files import write

from sim.experiments.ensemble import (
    Ensemble,
    Source,
    fixed_paths,
    open_draws,
    read_ensemble,
    scenario_of_draw,
    write_ensemble,
)
from sim.experiments.job import Job
from sim.experiments.replicate import replicate
from sim.scenario import ScenarioError, load
from sim.scenario.schema import Scenario

SOURCE = Source("small", "0" * 64, 1, "1" * 16, base={"ports.gongbei.people": (100.0, 110.0)})
DRAWS: list[dict[str, Any]] = [
    {"ports.gongbei.people": 90.0, "sites.allocation": "spread", "pools.gongbei.headcount": 24},
    {"ports.gongbei.people": 120.5, "sites.allocation": "fill", "pools.gongbei.headcount": 30},
    {"ports.gongbei.people": 100.0, "sites.allocation": "spread", "pools.gongbei.headcount": 36},
]


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write(tmp_path))


def written(folder: Path, draws: list[dict[str, Any]] = DRAWS) -> Path:
    file = folder / "ensemble.parquet"
    write_ensemble(file, draws, SOURCE)
    return file


def test_an_ensemble_comes_back_as_it_was_written(tmp_path: Path, scenario: Scenario) -> None:
    ensemble = read_ensemble(written(tmp_path), scenario)
    assert [dict(draw) for draw in ensemble.draws] == DRAWS
    assert ensemble.source == SOURCE
    assert len(ensemble) == 3


def test_draw_m_goes_with_replication_m_and_round_again(tmp_path: Path, scenario: Scenario) -> None:
    ensemble = read_ensemble(written(tmp_path), scenario)
    people = [scenario_of_draw(scenario, ensemble, m).ports["gongbei"].people for m in (1, 2, 3, 4, 302)]
    assert people == [90.0, 120.5, 100.0, 90.0, 120.5]


def test_what_the_scenario_or_set_decides_stays(tmp_path: Path, scenario: Scenario) -> None:
    """The people are 100 as before the calibration: left open. Where they are not, the scenario chose them itself."""
    ensemble = read_ensemble(written(tmp_path), scenario)
    assert fixed_paths(scenario, ensemble) == ()
    by_set = ["sites.allocation=nearest", "pools.gongbei={ headcount = 40 }"]
    assert fixed_paths(scenario, ensemble, by_set) == ("sites.allocation", "pools.gongbei.headcount")
    other = load(write(tmp_path), overrides=["ports.gongbei.people=200"])
    assert fixed_paths(other, ensemble) == ("ports.gongbei.people",)
    kept = scenario_of_draw(other, ensemble, 2, kept=fixed_paths(other, ensemble))
    assert kept.ports["gongbei"].people == 200
    assert kept.sites is not None
    assert kept.sites.allocation == "fill"


def test_each_replication_of_a_job_runs_with_its_draw(tmp_path: Path) -> None:
    """Expected values: replication m of the scenario in which the draw's values stand, run by itself."""
    scenario = load(write_small(tmp_path))
    draws = ({"ports.gongbei.not_diverted_share": 0.0}, {"ports.gongbei.not_diverted_share": 0.5})
    job = Job(scenario, seed=3, names=("received", "diverted"), draws=draws)
    got = replicate(job, 3).replications.set_index(["replication", "measure", "place"])["value"]
    for m in (1, 2, 3):
        share = 0.0 if m % 2 else 0.5
        alone = load(tmp_path / "small.toml", overrides=[f"ports.gongbei.not_diverted_share={share}"])
        expected = replicate(Job(alone, seed=3, names=("received", "diverted")), m).replications
        expected = expected[expected["replication"] == m].set_index(["replication", "measure", "place"])["value"]
        assert got.loc[m].to_dict() == expected.loc[m].to_dict()


def test_all_faults_of_values_are_told_once_with_the_draw_that_has_them(tmp_path: Path, scenario: Scenario) -> None:
    bad = [{**draw, "pools.gongbie.headcount": 3, "sites.allocation": "full"} for draw in DRAWS]
    with pytest.raises(ScenarioError) as error:
        read_ensemble(written(tmp_path, bad), scenario)
    lines = [str(fault) for fault in error.value.faults]
    assert len(lines) == 2
    assert lines[0] == 'ensemble.parquet, draw 1: pools.gongbie: no such pool; did you mean "gongbei"?'
    assert lines[1].startswith('ensemble.parquet, draw 1: sites.allocation = "full": must be ')


def test_a_table_that_is_no_ensemble_is_refused_with_the_way_out(tmp_path: Path, scenario: Scenario) -> None:
    file = tmp_path / "draws.parquet"
    pd.DataFrame({"draw": [1]}).to_parquet(file)
    with pytest.raises(ScenarioError, match="does not say from which calibration it came"):
        read_ensemble(file, scenario)
    file.write_text("draw,weight")
    with pytest.raises(ScenarioError, match="is no parquet file that can be read"):
        read_ensemble(file, scenario)
    with pytest.raises(ScenarioError, match="no such file"):
        read_ensemble(tmp_path / "ensmeble.parquet", scenario)


def test_unequal_weights_and_too_few_draws_are_refused_together(tmp_path: Path, scenario: Scenario) -> None:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    file = written(tmp_path)
    table = parquet.read_table(file)
    weights = pa.array(np.array([0.5, 0.25, 0.25]))
    parquet.write_table(table.set_column(1, "weight", weights), file)
    with pytest.raises(ScenarioError) as error:
        read_ensemble(file, scenario, least=200)
    assert [fault.rule[:31] for fault in error.value.faults] == [
        "has 3 draws; must have 200 to 1",
        "must be the same for all draws:",
    ]


def test_values_that_are_kept_are_not_in_the_draws() -> None:
    ensemble = Ensemble("e", ("a", "b"), ({"a": 1, "b": 2},), SOURCE)
    assert open_draws(ensemble, ("a",)) == ({"b": 2},)


def test_run_says_that_bands_carry_doubt_about_values(tmp_path: Path) -> None:
    """Words on screen, in JSON and in the manifest; a value from --set is said to stay."""
    file = tmp_path / "ensemble.parquet"
    values = ({"ports.gongbei.not_diverted_share": share, "coaches.seats": 10} for share in (0.1, 0.3))
    write_ensemble(file, list(values), SOURCE)
    write_small(tmp_path)
    words = ("run", "small.toml", "--replications", "3", "--workers", "1", "--no-plots", "--out", "r")
    done = qcap(*words, "--ensemble", "ensemble.parquet", "--set", "coaches.seats=12", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ensemble ensemble.parquet: 2 draws of 1 values, draw m with replication m" in done.stderr
    assert "left as the scenario has it: coaches.seats" in done.stderr
    assert "3 replications are more than the 2 draws: they are used again from replication 3" in done.stderr
    assert "chance and the doubt about the values" in " ".join(done.stdout.split())
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["ensemble"]["varied"] == ["ports.gongbei.not_diverted_share"]


def test_the_ensemble_of_the_case_varies_what_the_case_left_open() -> None:
    """The file beside the case: 200 draws or more, and none of its values is one that the case decided by itself."""
    folder = Path(__file__).parents[1] / "scenarios"
    scenario = load(folder / "xiangzhou.toml")
    ensemble = read_ensemble(folder / "xiangzhou_ensemble.parquet", scenario, least=200)
    assert fixed_paths(scenario, ensemble) == ()
    assert ensemble.source.rule == "spread, review"
    people = [draw["ports.gongbei.people"] for draw in ensemble.draws]
    assert min(people) < 4842 < max(people)


def test_draws_must_be_there_and_alike(tmp_path: Path) -> None:
    """words: none at all, and two with different paths."""
    for draws in ([], [{"a": 1.0}, {"b": 1.0}]):
        with pytest.raises(ValueError, match="at least one draw, and all with the same paths"):
            write_ensemble(tmp_path / "x.parquet", draws, SOURCE)
    assert list(tmp_path.iterdir()) == []


def test_columns_and_numbers_of_a_table_that_somebody_changed_are_judged(tmp_path: Path, scenario: Scenario) -> None:
    """words: all faults at once: no weights, no values, draws that are not numbered 1, 2, 3."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    file = written(tmp_path)
    metadata = parquet.read_schema(file).metadata
    parquet.write_table(pa.table({"draw": [1, 2, 2]}).replace_schema_metadata(metadata), file)
    with pytest.raises(ScenarioError) as raised:
        read_ensemble(file, scenario)
    assert [str(fault) for fault in raised.value.faults] == [
        'ensemble.parquet: has no column "weight"',
        "ensemble.parquet: has no column with values of a scenario",
        "ensemble.parquet: draw: must number the draws 1, 2, 3 …, each once",
    ]
