"""Maximisation of a log-likelihood with its gradient: BFGS to come near, Newton to finish.

The Hessian is differenced from the gradient, which costs one gradient per coefficient and is exact enough for
standard errors (1e-4 of itself). The measure of convergence is the Newton decrement g' H^-1 g, which does not
depend on the scale of coefficients: half of it is what the log-likelihood may still gain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amur.science.capture.data import Floats

Objective = Callable[[Floats], tuple[float, Floats]]
NEAR, DONE = 1e-3, 1e-9
"""Newton decrements: where BFGS hands over to Newton, and where that stops."""
STEP = 1e-4
LONGEST = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where the search ended.

    `decrement` is twice what the log-likelihood could still gain by the quadratic approximation; `hessian` is
    that of the log-likelihood.
    """

    point: Floats
    value: float
    gradient: Floats
    hessian: Floats
    decrement: float
    iterations: int
    converged: bool


def maximise(
    objective: Objective,
    start: Floats,
    information: Floats,
    *,
    hessian: Floats | None = None,
    newton: bool = True,
    iterations: int = 200,
    tell: Callable[[int], None] = lambda iteration: None,
) -> Optimum:
    """Maximise from `start` (p,), with a guess of the `information` (p,) of each coefficient.

    `hessian` (p, p), where it is known already, is that of a similar surface near the start. Without `newton`
    the Hessian of the result is the rough one of BFGS. `tell` hears the number of each iteration.

    Raises ValueError where the objective is not finite at the start.
    """
    point = np.array(start, dtype=float)
    value, gradient = objective(point)
    if not np.isfinite(value):
        raise ValueError("the log-likelihood is not finite at the start")
    inverse = np.diag(1 / np.maximum(information, 1e-3)) if hessian is None else np.linalg.inv(-hessian)
    enough = NEAR if hessian is None else NEAR / 10
    enough = enough if newton else DONE * 1e3
    done, decrement = 0, np.inf
    for done in range(1, iterations + 1):
        tell(done)
        step = inverse @ gradient
        decrement = float(gradient @ step)
        if decrement < enough:
            break
        moved = _search(objective, point, value, gradient, step)
        if moved is None:
            if np.allclose(inverse, np.diag(np.diag(inverse))):
                break
            inverse = np.diag(1 / np.maximum(information, 1e-3))
            continue
        new_point, new_value, new_gradient = moved
        inverse = _updated(np.asarray(inverse), new_point - point, gradient - new_gradient)
        point, value, gradient = new_point, new_value, new_gradient
    if not newton:
        rough = -np.linalg.inv(inverse)
        return Optimum(point, value, gradient, rough, decrement, done, decrement < enough)
    return _finish(objective, point, value, gradient, done, tell)


def _search(
    objective: Objective, point: Floats, value: float, gradient: Floats, step: Floats
) -> tuple[Floats, float, Floats] | None:
    """A point along the step with enough gain, None where there is none."""
    step = step * min(1.0, LONGEST / np.abs(step).max())
    slope, length = float(gradient @ step), 1.0
    for _ in range(30):
        candidate = point + length * step
        new_value, new_gradient = objective(candidate)
        if np.isfinite(new_value) and new_value >= value + 1e-4 * length * slope:
            return candidate, new_value, new_gradient
        if np.isfinite(new_value):
            curve = 2 * (value + length * slope - new_value)
            length *= float(np.clip(length * slope / curve, 0.1, 0.5))
        else:
            length *= 0.2
    return None


def _updated(inverse: Floats, moved: Floats, fell: Floats) -> Floats:
    """The BFGS update of the inverse information, for the fall of the gradient along a move."""
    product = float(moved @ fell)
    if product <= 1e-10 * float(np.linalg.norm(moved) * np.linalg.norm(fell)):
        return inverse
    left = np.eye(moved.size) - np.outer(moved, fell) / product
    return np.asarray(left @ inverse @ left.T + np.outer(moved, moved) / product)


def hessian_at(objective: Objective, point: Floats, gradient: Floats, central: bool = False) -> Floats:
    """The Hessian, differenced from gradients."""
    columns = np.empty((point.size, point.size))
    for k in range(point.size):
        away = np.zeros(point.size)
        away[k] = STEP
        _, ahead = objective(point + away)
        if central:
            _, behind = objective(point - away)
            columns[:, k] = (ahead - behind) / (2 * STEP)
        else:
            columns[:, k] = (ahead - gradient) / STEP
    return np.asarray((columns + columns.T) / 2)


def _finish(
    objective: Objective,
    point: Floats,
    value: float,
    gradient: Floats,
    iterations: int,
    tell: Callable[[int], None],
) -> Optimum:
    """Newton steps; where the surface is not curved downwards, uphill along its flattened eigenvectors."""
    for _ in range(20):
        tell(iterations)
        hessian = hessian_at(objective, point, gradient)
        sizes, vectors = np.linalg.eigh(-hessian)
        safe = np.maximum(np.abs(sizes), 1e-8 * max(float(np.abs(sizes).max()), 1e-8))
        step = vectors @ ((vectors.T @ gradient) / safe)
        decrement = float(gradient @ step)
        if decrement < DONE and bool((sizes > 0).all()):
            return Optimum(point, value, gradient, hessian, decrement, iterations, True)
        moved = _search(objective, point, value, gradient, step)
        if moved is None:
            break
        iterations += 1
        point, value, gradient = moved
        if decrement < NEAR and bool((sizes > 0).all()):
            # So near the optimum the Hessian of the last point serves for this one.
            decrement = float(gradient @ np.linalg.solve(-hessian, gradient))
            if decrement < DONE:
                return Optimum(point, value, gradient, hessian, decrement, iterations, True)
    return Optimum(point, value, gradient, hessian, decrement, iterations, decrement < 1e-6)
