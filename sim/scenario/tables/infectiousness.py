"""How infectious people are by time since infection, and how many they infect after their release.

The density is taken as a shape: it is divided by its integral, so that R0 alone says how many are infected in all.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, model_validator

from sim.scenario.tables.types import Days, Table, Text, Unit, Weight

Floats = NDArray[np.float64]


class GammaDensity(Table):
    """A gamma density that begins some time after infection."""

    kind: Literal["gamma"]
    shape: Annotated[float, Field(gt=0, le=1000), Unit("shape of a gamma")] = 3.4434
    """Shape."""
    scale_days: Annotated[float, Field(gt=0, le=100), Unit("days")] = 1.7696
    """Scale."""
    delay_days: Days = 2.9
    """From infection to the begin of the gamma."""


class TableDensity(Table):
    """A density by days since infection, straight between rows and 0 outside."""

    kind: Literal["table"]
    file: Text | None = None
    """CSV file, relative to the scenario file."""
    day_column: Text = "day"
    """Column of days since infection."""
    column: Text = "density"
    """Column of the density, on any scale."""
    days: Annotated[tuple[Days, ...], Field(strict=False)] = ()
    """Days since infection, rising; filled from `file`, or given here in its stead."""
    densities: Annotated[tuple[Weight, ...], Field(strict=False)] = ()
    """Density at each of `days`, on any scale."""

    @model_validator(mode="after")
    def _paired(self) -> TableDensity:
        if len(self.days) != len(self.densities):
            raise ValueError("days and densities must have the same length")
        if list(self.days) != sorted(set(self.days)):
            raise ValueError("days must rise")
        if self.days and (len(self.days) < 2 or not any(self.densities)):
            raise ValueError("needs two rows or more, with a density above 0")
        return self


Density = Annotated[GammaDensity | TableDensity, Discriminator("kind")]


class Infectiousness(Table):
    """How many others an infected person infects, and when: for the risk that follows a release."""

    r0: Annotated[float, Field(ge=0, le=50), Unit("people")] = 2.5
    """People whom an infected person infects in all, if nothing is done."""
    isolate_on_symptoms: bool = True
    """Whether people who have been released infect nobody any more once they have symptoms."""
    density: Density = GammaDensity(kind="gamma")
    """When they infect others, by time since infection; its integral is taken as 1."""

    def share_before(self, days: Floats) -> Floats:
        """Share of a person's infections that happen before so many days since infection."""
        at = np.asarray(days, dtype=np.float64)
        match self.density:
            case GammaDensity(shape=shape, scale_days=scale, delay_days=delay):
                from scipy.special import gammainc  # noqa: PLC0415  heavy: only where it is measured

                return np.asarray(gammainc(shape, np.maximum(at - delay, 0.0) / scale))
            case TableDensity(days=rows, densities=densities):
                return _integral(np.array(rows), np.array(densities), at)


def _integral(days: Floats, densities: Floats, at: Floats) -> Floats:
    """Integral of a density that is straight between rows up to each time, as a share of the whole."""
    width = np.diff(days)
    whole = np.append(0.0, np.cumsum((densities[1:] + densities[:-1]) / 2 * width))
    inside = np.clip(at, days[0], days[-1])
    row = np.minimum(np.searchsorted(days, inside, side="right") - 1, len(width) - 1)
    part = inside - days[row]
    slope = (densities[row + 1] - densities[row]) / width[row]
    return np.asarray((whole[row] + densities[row] * part + slope * part**2 / 2) / whole[-1])
