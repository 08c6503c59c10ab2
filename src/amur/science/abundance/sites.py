"""Sites that were visited several times: what was counted, and covariates of sites and of visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.science.abundance.sampling import Floats

Values = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """`counts` (n, J) of animals or detections (0, 1), NaN where a visit was missed.

    `covariates` (n,) of sites and `visit_covariates` (n, J) by name. A site may have no visit at all. Raises
    ValueError naming what cannot be right.

    >>> Sites(np.array([[0.0, 1.0], [2.0, np.nan]])).detected.tolist()
    [True, True]
    """

    counts: Floats
    covariates: Mapping[str, Values] = field(default_factory=dict)
    visit_covariates: Mapping[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.counts.ndim != 2 or not self.counts.size:
            raise ValueError(f"counts have shape {self.counts.shape}, expected (sites, visits)")
        known = self.counts[np.isfinite(self.counts)]
        if not known.size:
            raise ValueError("no site was visited")
        if (known < 0).any() or (known != np.round(known)).any():
            raise ValueError("counts are whole numbers of 0 or more")
        for name, values in self.covariates.items():
            if values.shape != self.counts.shape[:1]:
                raise ValueError(f"covariate {name} needs one value for each of {len(self.counts)} sites")
        for name, values in self.visit_covariates.items():
            if values.shape != self.counts.shape:
                raise ValueError(f"covariate {name} needs one value for each visit to each site")
        both = sorted(set(self.covariates) & set(self.visit_covariates))
        if both:
            raise ValueError(f"{both[0]} is a covariate of sites and of visits; rename one")

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which visits (n, J) took place."""
        return np.isfinite(self.counts)

    @property
    def detected(self) -> NDArray[np.bool_]:
        """At which sites (n,) something was found."""
        return np.asarray((np.nan_to_num(self.counts) > 0).any(axis=1))

    @property
    def largest(self) -> int:
        """The largest count."""
        return int(np.nanmax(self.counts))

    def using(self, names: Iterable[str]) -> Sites:
        """The sites for a model with these covariates: a visit whose covariate is unknown counts as missed.

        The unknown values of missed visits become the mean, or the first level, and play no part.

        >>> effort = np.array([[1.0, np.nan], [2.0, 3.0]])
        >>> used = Sites(np.zeros((2, 2)), visit_covariates={"effort": effort}).using(["effort"])
        >>> used.counts.tolist(), used.visit_covariates["effort"].tolist()
        ([[0.0, nan], [0.0, 0.0]], [[1.0, 2.0], [2.0, 3.0]])
        """
        counts, filled = self.counts.copy(), dict(self.visit_covariates)
        for name in names:
            if name not in filled:
                continue
            values = filled[name]
            numbers = values.dtype.kind in "fiu"
            unknown = ~np.isfinite(values) if numbers else values == ""
            if unknown.all():
                raise ValueError(f"covariate {name} is unknown for every visit")
            counts[unknown] = np.nan
            some = values[~unknown]
            filled[name] = np.where(unknown, some.mean() if numbers else some[0], values)
        return replace(self, counts=counts, visit_covariates=filled)
