"""Wells et al. 2021 (Nature Communications 12:356, doi 10.1038/s41467-020-20742-8): expected infections after
quarantine for each infected person who enters, from the published inputs by integration, and files of the scenario.

    python tests/wells_case.py    # writes the two series of scenarios/textbook/wells.toml

Infectiousness is a gamma of (t - 2.9) with an exponential foot below 3.399; sensitivity after the peak is a logistic
of a polynomial, before it that of the later time with the same infectiousness. Symptoms come at 8.29 days.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

Floats = NDArray[np.float64]
FOLDER = Path(__file__).parents[1] / "scenarios" / "textbook"
TABLE = FOLDER / "wells2021_expected_post_quarantine_infections.csv"
"""The published table, as it is in the code that goes with the paper."""
R0, NEVER_SYMPTOMATIC, ONSET, NEVER_WITHIN = 2.5, 0.308, 8.29, 28.29
_STEP, _LATENT, _JOINED = 0.001, 2.9, 3.399
_LAW = gamma(3.44342380, scale=1.76955384)
_POLYNOMIAL = (3.11704517, -0.14706502, -0.01597069, 0.00131081512, -2.98643957e-5)


class Inputs(NamedTuple):
    """By days since infection, every thousandth."""

    days: Floats
    density: Floats
    before: Floats
    """Integral of the density."""
    sensitivity: Floats


def inputs() -> Inputs:
    """The published inputs."""
    days = np.arange(0, 80, _STEP)
    height = _LAW.pdf(_JOINED - _LATENT) / np.expm1(4.33152486 * _JOINED)
    foot = height * np.expm1(4.33152486 * np.minimum(days, _JOINED))
    density = np.where(days < _JOINED, foot, _LAW.pdf(days - _LATENT))
    before = np.append(0.0, np.cumsum((density[1:] + density[:-1]) / 2 * _STEP))
    density, before = density / before[-1], before / before[-1]
    late = 1 / (1 + np.exp(-sum(c * (days - ONSET) ** n for n, c in enumerate(_POLYNOMIAL))))
    peak = int(np.argmax(density))
    same = np.interp(density[: peak + 1], density[peak:][::-1], days[peak:][::-1])
    sensitivity = late.copy()
    sensitivity[: peak + 1] = np.interp(same, days, late)
    return Inputs(days, density, before, sensitivity)


def moments(quarantine: float, tests: tuple[float, ...]) -> tuple[float, float]:
    """Mean and standard deviation over infected entrants of the infections after quarantine; `tests`: days after entry
    on which they are tested, a positive never leaves.
    """
    found = inputs()
    means, squares = [], []
    for share, within, until in ((1 - NEVER_SYMPTOMATIC, ONSET, ONSET), (NEVER_SYMPTOMATIC, NEVER_WITHIN, 79.0)):
        ages = (np.arange(20_000) + 0.5) / 20_000 * within
        missed = np.ones(len(ages))
        for test in tests:
            missed = missed * (1 - np.interp(ages + test, found.days, found.sensitivity))
        after = np.interp(until, found.days, found.before) - np.interp(ages + quarantine, found.days, found.before)
        infections = R0 * np.maximum(after, 0.0)
        means.append(share * float((missed * infections).mean()))
        squares.append(share * float((missed * infections**2).mean()))
    return sum(means), float(np.sqrt(sum(squares) - sum(means) ** 2))


def main() -> None:
    """Write the series of the scenario, at a tenth of a day up to day 40."""
    found = inputs()
    rows = np.arange(0, 401) * 100
    for name, column in (("infectiousness", found.density), ("sensitivity", found.sensitivity)):
        head = "density" if name == "infectiousness" else name
        lines = [f"{found.days[i]:.1f},{column[i]:.8f}" for i in rows]
        (FOLDER / f"wells_{name}.csv").write_text("\n".join([f"day,{head}", *lines]) + "\n")


if __name__ == "__main__":
    main()
