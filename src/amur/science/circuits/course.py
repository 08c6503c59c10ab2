"""What conjugate gradients tell about their own error while they run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigvalsh_tridiagonal


@dataclass(slots=True)
class Course:
    """How one right-hand side fared: coefficients of its iterations, which tell the error."""

    steps: list[float]
    ratios: list[float]
    products: list[float]

    def add(self, step: float, ratio: float, product: float) -> None:
        """One iteration: the step alpha, the ratio beta and the product r.z before it."""
        self.steps.append(step)
        self.ratios.append(ratio)
        self.products.append(product)

    def energy_error(self) -> float:
        """Estimated e.A.e of the result (Hestenes and Stiefel 1952): the last step's share and its tail."""
        gains = [step * product for step, product in zip(self.steps, self.products, strict=True)]
        if not gains:
            return 0.0
        back = min(len(gains), 4)
        falling = (gains[-1] / gains[-back]) ** (1 / (back - 1)) if back > 1 and gains[-back] > 0 else 0.5
        return gains[-1] / max(1 - falling, 1e-3)

    def condition(self) -> float:
        """The ratio of the extreme Ritz values of the preconditioned matrix."""
        count = len(self.steps)
        if count < 2:
            return 1.0
        steps, ratios = np.array(self.steps), np.array(self.ratios[1:])
        main = 1 / steps
        main[1:] += ratios / steps[:-1]
        values = eigvalsh_tridiagonal(main, np.sqrt(ratios) / steps[:-1])
        return float(values[-1] / values[0]) if values[0] > 0 else np.inf
