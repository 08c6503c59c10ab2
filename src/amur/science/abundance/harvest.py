"""Advice on harvest from an estimate: the share of a norm table, of the estimate and of its lower bound.

The table is the user's: laws differ and change, so none is here. Of an estimate that may be too high by half,
a quota takes too much; the quota of the lower bound takes too much in one case out of forty.

>>> norms = Norms((1.0, 5.0, math.inf), (0.03, 0.05, 0.10))
>>> advice = quota(Estimate(480.0, 140.0, 275.0, 838.0), 120.0, norms)
>>> advice.from_estimate.animals, advice.from_lower.animals
(24, 13)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from amur.science.abundance.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Norms:
    """Steps of a norm: up to `density` animals per 1000 ha (the last one infinite) a `share` of the number.

    Raises ValueError where densities do not rise, the last one is not infinite, or a share is not in [0, 1].
    """

    density: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.density or len(self.density) != len(self.share):
            raise ValueError("the norms need a share for each step of density")
        rising = all(low < high for low, high in zip(self.density, self.density[1:], strict=False))
        if not rising or self.density[0] < 0:
            raise ValueError("the densities of the norms must rise")
        if self.density[-1] != math.inf:
            raise ValueError("the last step of the norms needs no upper density")
        if not all(0 <= share <= 1 for share in self.share):
            raise ValueError("a share of the norms lies between 0 and 1")

    def share_at(self, density: float) -> float:
        """The share at a density per 1000 ha; at the very end of a step the share of that step."""
        return next(share for end, share in zip(self.density, self.share, strict=True) if density <= end)


@dataclass(frozen=True, slots=True)
class Step:
    """A quota: the density per 1000 ha and number it was taken from, the share, whole animals."""

    density_per_1000_ha: float
    number: float
    share: float
    animals: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The quota of the estimate and that of its lower bound, None where there is no lower bound."""

    from_estimate: Step
    from_lower: Step | None


def quota(number: Estimate, area_1000_ha: float, norms: Norms) -> Advice:
    """The quotas of a number of animals in an area of so many times 1000 ha, parts of animals cut off."""
    if not area_1000_ha > 0:
        raise ValueError(f"the area is {area_1000_ha}, expected more than 0 times 1000 ha")

    def step(animals: float) -> Step:
        density = animals / area_1000_ha
        share = norms.share_at(density)
        return Step(density, animals, share, math.floor(share * animals + 1e-9))

    lower = step(number.lower) if math.isfinite(number.lower) else None
    return Advice(step(number.estimate), lower)
