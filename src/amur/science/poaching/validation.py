"""Would it have been right? Each season predicted from those before it, against simple baselines.

A season is predicted from what was known before it began, with the effort to be expected then; the effort
that was done, and finds, are used only to measure. The strength of the ridge is chosen the same way, one
season earlier. A baseline is the same model with one thing known, so that it is calibrated as well, and
differs in what it knows alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amur.science.poaching.history import LEARNED, History
from amur.science.poaching.model import Model, fit, log_loss
from amur.science.poaching.scoring import (
    Floats,
    Scored,
    Scores,
    average_precision,
    draw_cells_anew,
    scores_of,
)

Progress = Callable[[float, str], None]
BASELINES = ("last season", "mean rate", "effort alone", "simple covariate")
"""Finds of the season before, the rate of the cell over all, effort to be expected, one covariate."""
RIDGES = (1.0, 10.0, 100.0)
FIRST = 2
"""Seasons that are learned from before the first prediction."""


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Scores of the model and of the baselines on the same rows: patrolled cells of predicted seasons."""

    scores: Scores
    baselines: dict[str, Scores]
    gains: dict[str, Scored]
    """By how much the average precision is higher than that of each baseline, drawn together."""
    reserved: Scores | None
    """Of the model on reserved cells alone, where patrols went whatever was predicted."""
    seasons: tuple[int, ...]
    """The predicted seasons, counted from 0."""
    ridge: float
    """That of the last season, and of a map."""

    @property
    def is_better(self) -> bool:
        """Whether the model is better than every baseline, beyond chance."""
        return all(gain.lower > 0 for gain in self.gains.values())


def validate(
    history: History,
    random: np.random.Generator,
    reserved: NDArray[np.bool_] | None = None,
    progress: Progress = lambda share, what: None,
) -> Validation:
    """Predict each season of a history from those before it, from the fourth on, and measure that.

    `reserved` (cells,) are cells that were drawn at random and patrolled whatever was predicted. Raises
    ValueError for too few seasons, and for seasons that have no rows with and without finds.
    """
    if history.seasons < FIRST + 2:
        raise ValueError(
            f"there are {history.seasons} seasons; to choose, learn and measure needs {FIRST + 2} or more"
        )
    tested = range(FIRST + 1, history.seasons)
    predictions: dict[str, list[Floats]] = {name: [] for name in ("model", *BASELINES)}
    found, cell, ridge = [], [], RIDGES[0]
    for season in tested:
        progress((season - FIRST - 1) / len(tested), f"season {season + 1}")
        rows = np.flatnonzero(history.effort[season] > 0)
        ridge = chosen_ridge(history, season)
        for name, columns in (("model", None), *baseline_columns(history).items()):
            model = learned_before(history, season, ridge if columns is None else RIDGES[0], columns)
            predictions[name].append(predicted(history, season, model, columns)[rows])
        found.append(history.found[season][rows])
        cell.append(rows)
    y, cells = np.concatenate(found), np.concatenate(cell)
    whole = {name: np.concatenate(parts) for name, parts in predictions.items()}
    progress(0.9, "scores")
    own = scores_of(whole["model"], y, cells, random)
    baselines = {name: scores_of(whole[name], y, cells, random) for name in BASELINES}
    drawn = draw_cells_anew(cells, random, 400)
    ours = np.array([average_precision(whole["model"], y, weights) for weights in drawn])
    gains = {}
    for name in BASELINES:
        theirs = np.array([average_precision(whole[name], y, weights) for weights in drawn])
        limits = np.nanquantile(ours - theirs, [0.025, 0.975])
        gain = own.precision.estimate - baselines[name].precision.estimate
        gains[name] = Scored(gain, float(limits[0]), float(limits[1]))
    kept = None if reserved is None else reserved[cells]
    both = kept is not None and 0 < y[kept].sum() < kept.sum()
    return Validation(
        own,
        baselines,
        gains,
        scores_of(whole["model"][kept], y[kept], cells[kept], random) if both else None,
        tuple(tested),
        ridge,
    )


def baseline_columns(history: History) -> dict[str, list[int]]:
    """Which columns of what is known each baseline may use."""
    simple = len(LEARNED) + history.names.index(history.simple)
    learned = LEARNED.index("last rate"), LEARNED.index("mean rate")
    return dict(
        zip(BASELINES, ([learned[0]], [learned[1]], [], [simple, simple + len(history.names)]), strict=True)
    )


def learned_before(history: History, season: int, ridge: float, columns: list[int] | None = None) -> Model:
    """The model of rows before a season, each with what was known before its own."""
    known, effort, found = [], [], []
    for earlier in range(1, season):
        rows = history.effort[earlier] > 0
        values = history.known_before(earlier)[rows]
        known.append(values if columns is None else values[:, columns])
        effort.append(history.effort[earlier][rows])
        found.append(history.found[earlier][rows])
    return fit(np.vstack(known), np.concatenate(effort), np.concatenate(found), ridge)


def predicted(history: History, season: int, model: Model, columns: list[int] | None = None) -> Floats:
    """The probability (cells,) of a find in a season with the efforts to be expected."""
    known = history.known_before(season)
    known = known if columns is None else known[:, columns]
    found: Floats = np.mean(
        [model.predict(known, effort) for effort in history.efforts_expected(season)], axis=0
    )
    return found


def chosen_ridge(history: History, season: int) -> float:
    """The ridge that would have predicted the season before this one best."""
    before = season - 1
    rows = history.effort[before] > 0
    losses = [
        log_loss(
            predicted(history, before, learned_before(history, before, ridge))[rows],
            history.found[before][rows],
        )
        for ridge in RIDGES
    ]
    return RIDGES[int(np.argmin(losses))]
