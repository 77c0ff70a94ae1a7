"""Ensembles: read with all faults at once, and laid over the scenario draw by draw, replication by replication."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from cli_case import SMALL, qcap, write_small
from pyarrow import parquet
from scenario_files import write

from sim.cli import main
from sim.commands.calibrate.abc.sampling import in_quota
from sim.runs.ensemble import (
    Ensemble,
    Source,
    doubt_share,
    fixed_paths,
    open_draws,
    read_ensemble,
    scenario_of_draw,
    write_ensemble,
)
from sim.runs.job import Job
from sim.runs.replicate import replicate
from sim.scenario import ScenarioError, load, read
from sim.scenario.tables.schema import Scenario
from sim.shell.ensemble_option import EnsembleUse, against, draws_of_alternative, read_ensemble_use, replications_of
from sim.shell.errors import BAD_INPUT

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
    changed_by_set = read(tmp_path / "scenario.toml", overrides=by_set)
    fixed = fixed_paths(changed_by_set.scenario, ensemble, changed_by_set.ensemble.decides)
    assert fixed == ("sites.allocation", "pools.gongbei.headcount")
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
        rows = replicate(Job(alone, seed=3, names=("received", "diverted")), m).replications
        expected = rows[rows["replication"] == m].set_index(["replication", "measure", "place"])["value"]
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
    assert open_draws(ensemble.draws, ("a",)) == ({"b": 2},)
    assert open_draws(ensemble.draws, ("a", "b")) == ()


def test_run_says_that_bands_carry_doubt_about_values(tmp_path: Path) -> None:
    """Words on screen, in JSON and in the manifest; a value from --set is said to stay."""
    file = tmp_path / "ensemble.parquet"
    values = ({"ports.gongbei.not_diverted_share": share, "coaches.seats": 10} for share in (0.1, 0.3))
    write_ensemble(file, list(values), SOURCE)
    write_small(tmp_path)
    words = ("run", "small.toml", "--replications", "3", "--workers", "1", "--no-plots", "--out", "r")
    done = qcap(*words, "--ensemble", "ensemble.parquet", "--set", "coaches.seats=12", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "ensemble ensemble.parquet: 2 draws, draw m with replication m" in done.stderr
    assert "set, not drawn: coaches.seats" in done.stderr
    assert "3 replications are more than the 2 draws: they are used again from replication 3" in done.stderr
    assert "chance and doubt about 1 value" in " ".join(done.stdout.split())
    manifest = json.loads((tmp_path / "r" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["ensemble"]["varied"] == ["ports.gongbei.not_diverted_share"]


def test_the_ensemble_of_the_case_varies_what_the_case_left_open() -> None:
    """The file beside the case: 200 draws or more, and none of its values is one that the case decided by itself."""
    folder = Path(__file__).parents[1] / "scenarios"
    scenario = load(folder / "xiangzhou.toml")
    ensemble = read_ensemble(folder / "xiangzhou_ensemble.parquet", scenario, least=200)
    assert fixed_paths(scenario, ensemble) == ()
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


VALUES: tuple[dict[str, Any], ...] = tuple(
    {"coaches.seats": seats, "sites.allocation": rule}
    for seats, rule in ((10, "spread"), (12, "fill"), (14, "spread"), (16, "fill"))
)


def named(folder: Path, child: str = "") -> Path:
    """A scenario that names an ensemble of four draws with two rules, and a file below it; returns the latter."""
    write_small(folder, f'ensemble = "four.parquet"\n{SMALL}')
    write_ensemble(folder / "four.parquet", list(VALUES), Source("small", "0" * 64, 1, "1" * 16))
    (folder / "child.toml").write_text(f'extends = "small.toml"\n{child}', encoding="utf-8")
    return folder / "child.toml"


def doubt(
    file: Path, option: Path | None = None, overrides: tuple[str, ...] = (), swept: tuple[str, ...] = ()
) -> EnsembleUse:
    found = read_ensemble_use(option, read(file, overrides=overrides), swept)
    assert found is not None
    return found


def test_a_scenario_names_its_ensemble_beside_itself_and_files_below_take_it(tmp_path: Path) -> None:
    """shared rule: with no option; none switches off, in a file or as an option; another file overrides."""
    file = named(tmp_path)
    assert doubt(file).draws == VALUES
    assert doubt(tmp_path / "small.toml").draws == VALUES
    assert (doubt(file).n_values, doubt(file).n_rules) == (1, 2)
    assert read_ensemble_use(Path("none"), read(file)) is None
    write_ensemble(tmp_path / "two.parquet", list(VALUES[:2]), Source("small", "0" * 64, 1, "1" * 16))
    assert doubt(file, tmp_path / "two.parquet").draws == VALUES[:2]
    assert read_ensemble_use(None, read(named(tmp_path, 'ensemble = "none"'))) is None


def test_what_a_file_below_says_or_set_is_set_and_not_drawn_even_when_it_is_the_same_value(tmp_path: Path) -> None:
    """The file above has 10 seats; the child writes 10 again, and that counts: values of the naming file do not."""
    file = named(tmp_path, "coaches.seats = 10")
    assert doubt(file).fixed == ("coaches.seats",)
    assert doubt(file).draws == tuple({"sites.allocation": draw["sites.allocation"]} for draw in VALUES)
    by_set = doubt(named(tmp_path), overrides=("coaches={ seats = 10 }",))
    assert by_set.fixed == ("coaches.seats",)


def test_a_rule_that_is_set_keeps_only_its_draws_and_one_that_is_swept_keeps_all(tmp_path: Path) -> None:
    """By hand: fill stands in draws 2 and 4. A rule that no draw has leaves all."""
    file = named(tmp_path, 'sites.allocation = "fill"')
    assert doubt(file).draws == ({"coaches.seats": 12}, {"coaches.seats": 16})
    assert "the 2 of 4 draws that have it" in " ".join(doubt(file).lines(2))
    swept = doubt(named(tmp_path), swept=("sites.allocation",))
    assert [draw["coaches.seats"] for draw in swept.draws] == [10, 12, 14, 16]
    none = doubt(named(tmp_path, 'sites.allocation = "nearest"'))
    assert [draw["coaches.seats"] for draw in none.draws] == [10, 12, 14, 16]


def test_arms_of_a_comparison_have_the_same_draws_whatever_rule_one_of_them_sets(tmp_path: Path) -> None:
    """By hand: the alternative fixes the rule that half of the base's draws have; replication m has the seats of draw
    m.
    """
    child, base = read(named(tmp_path, 'sites.allocation = "fill"')), read(tmp_path / "small.toml")
    whole = doubt(tmp_path / "small.toml")
    draws = draws_of_alternative(whole, base, child)
    assert [draw["coaches.seats"] for draw in draws] == [10, 12, 14, 16]
    (line,) = against(whole, child.scenario, draws)
    assert line == "sites.allocation = fill: fixed, against fill in 50 %, spread in 50 % in the base"


def test_plans_in_a_folder_of_their_own_share_the_ensemble_of_their_base(tmp_path: Path) -> None:
    """The plan reaches its base by "..", so the ensemble's file is named by two ways: it is one file all the same."""
    named(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "more.toml").write_text('extends = "../small.toml"\ntitle = "more"\n', encoding="utf-8")
    words = ("compare", "plans/more.toml", "--replications", "2", "--workers", "1", "--no-plots", "--out", "c")
    done = qcap(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "4 draws, draw m with replication m" in done.stderr


def test_faults_of_an_ensemble_that_is_named_end_with_2_and_say_how_to_do_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: a file that is not there, a key that is no name, --set, and a value that the scenario refuses."""
    file = named(tmp_path)
    (tmp_path / "four.parquet").unlink()
    assert main(["run", str(file)]) == BAD_INPUT
    told = capsys.readouterr().err
    assert 'small.toml: ensemble = "four.parquet": no such file' in told
    assert "--ensemble none" in told
    assert main(["check", str(file)]) == BAD_INPUT
    assert main(["check", str(named(tmp_path, "ensemble = 3"))]) == BAD_INPUT
    assert "must be the name of an ensemble" in capsys.readouterr().err
    assert main(["run", str(named(tmp_path)), "--set", "ensemble=x.parquet"]) == BAD_INPUT
    assert "give --ensemble FILE" in capsys.readouterr().err
    bad = [{**draw, "coaches.seats": 0} for draw in VALUES]
    write_ensemble(tmp_path / "four.parquet", bad, Source("small", "0" * 64, 1, "1" * 16))
    for command in ("run", "check", "tornado"):
        assert main([command, str(tmp_path / "small.toml")]) == BAD_INPUT
    assert "four.parquet, draw 1: coaches.seats = 0" in capsys.readouterr().err


def test_check_says_that_it_shows_one_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words."""
    assert main(["check", str(named(tmp_path))]) == 0
    assert "qcap check shows one setting" in capsys.readouterr().out


def test_with_an_ensemble_there_are_100_replications_unless_said_otherwise(tmp_path: Path) -> None:
    whole = doubt(named(tmp_path))
    assert [replications_of(*case) for case in ((None, 30, whole), (None, 30, None), (7, 30, whole))] == [100, 30, 7]


def test_every_first_draws_hold_each_kind_within_one_of_its_share() -> None:
    """theory: Tijdeman's bound, on shares of 1 to 18 kinds; a kind without a share never comes."""
    chance = np.random.default_rng(5)
    for k in range(1, 19):
        shares = chance.dirichlet(np.full(k, 0.5))
        if k > 2:
            shares[1] = 0.0
        order = in_quota(shares, 700)
        held = np.cumsum(np.eye(k)[order], axis=0)
        assert np.abs(held - np.arange(1, 701)[:, None] * shares / shares.sum()).max() < 1
        assert k <= 2 or 1 not in order


def test_the_part_of_the_spread_that_is_doubt_is_the_variance_that_goes_with_the_draws() -> None:
    """theory: y = 3 x + level of a word + noise; variances 9 Var(x) + Var(level) over all, 400 replications."""
    chance = np.random.default_rng(3)
    draws = [{"x": float(x), "z": float(z), "rule": word} for x, z, word in zip(
        chance.normal(size=400), chance.normal(size=400), chance.choice(["a", "b"], 400), strict=True)]  # fmt: skip
    signal = np.array([3 * draw["x"] + 4 * (draw["rule"] == "b") for draw in draws])  # variance 9 + 4
    noise = chance.normal(scale=np.sqrt(13.0), size=400)
    assert doubt_share(signal + noise, draws) == pytest.approx(0.5, abs=0.1)
    assert doubt_share(signal, draws) == pytest.approx(1.0)
    assert doubt_share(noise, draws) < 0.05
    assert np.isnan(doubt_share(noise[:20], draws))
    assert np.isnan(doubt_share(np.ones(400), draws))
    assert np.isnan(doubt_share(noise, ()))


ODD_METADATA = [
    b"null", b"3", b"[]", b"{}", b"{", b"\xff", b"[" * 100_000,
    b'{"scenario": 1, "scenario_hash": "", "seed": 1, "sources_hash": "", "base": null}',
    b'{"scenario": "a", "scenario_hash": "", "seed": true, "sources_hash": "", "base": null}',
    b'{"scenario": "a", "scenario_hash": "", "seed": 1, "sources_hash": "", "base": [1]}',
    b'{"scenario": "a", "scenario_hash": "", "seed": 1, "sources_hash": "", "base": {"x": 3}}',
]  # fmt: skip


@pytest.mark.parametrize("metadata", ODD_METADATA, ids=range(len(ODD_METADATA)))
def test_odd_metadata_are_refused_in_words(tmp_path: Path, scenario: Scenario, metadata: bytes) -> None:
    """What a file says about its origin is read as data of any kind: a fault, and no traceback."""
    file = written(tmp_path)
    table = parquet.read_table(file)
    parquet.write_table(table.replace_schema_metadata({b"qcap": metadata}), file)
    with pytest.raises(ScenarioError) as caught:
        read_ensemble(file, scenario)
    assert str(caught.value).startswith("ensemble.parquet: ")


@pytest.mark.parametrize("values", [[None, 1.0, 2.0], [[1], [2], [3]], ["a", None, "b"], [float("inf"), 1.0, 2.0]])
def test_columns_of_odd_values_are_refused_in_words(tmp_path: Path, scenario: Scenario, values: list[Any]) -> None:
    """Missing values, lists and numbers that are not finite."""
    file = written(tmp_path)
    table = parquet.read_table(file)
    parquet.write_table(table.append_column("arrivals.factor", pa.array(values)), file)
    with pytest.raises(ScenarioError) as caught:
        read_ensemble(file, scenario)
    assert str(caught.value) == (
        "ensemble.parquet: arrivals.factor: must have words or finite numbers, the same kind in every draw"
    )
