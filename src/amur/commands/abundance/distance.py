"""From tables of distances to a table of models, the best one's density, its curve and its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.abundance.output import Outputs, Results, Row, require_folders, short, tell_and_write
from amur.commands.abundance.plots import Plot
from amur.commands.jobs.page import paragraph, section, table
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.abundance.distances import Units, read_distances
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.science.abundance.adequacy import FEW, Adequacy, Intervals, cramer_von_mises, intervals
from amur.science.abundance.detection import KEYS, Curve, Key, Series
from amur.science.abundance.distance import (
    Compared,
    DistanceFit,
    DistanceSurvey,
    Kind,
    Model,
    compare,
    fit,
)
from amur.science.abundance.distance_density import Densities, densities
from amur.science.abundance.sampling import Form

POOR = 0.05
FEWEST = 60
"""Observations below which a detection function is hardly told (points need more)."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is fitted: `keys` with up to `adjustments` terms of the `series`, the best by AIC; or `orders`.

    Distances from `left` to `right` (0: the largest one) and `breaks` are in metres.
    """

    data: Path
    kind: Kind
    units: Units
    fraction: float = 1.0
    keys: tuple[Key, ...] = KEYS
    series: Series = "cosine"
    orders: tuple[int, ...] = ()
    adjustments: int = 0
    formula: str = "~1"
    left: float = 0.0
    right: float = 0.0
    breaks: tuple[float, ...] = ()
    form: Form | None = None
    outputs: Outputs = field(default_factory=Outputs)


def run_distance(job: Job, say: Say, progress: Progress) -> int:
    """Fit the models and tell the best one's density; returns the exit status. Raises `Problem`."""
    require_folders(job.outputs)
    progress(0.0, _("reading"))
    with reading():
        read = read_distances(job.data, job.kind, job.units, job.fraction)
    tell(read.notes, say)
    survey = read.survey
    try:
        fits, left_out = _fits(job, survey, part(progress, 0.05, 0.95))
        rows = compare(fits)
        best = rows[0].fit
        found = densities(best, job.form)
        bins = intervals(best)
        exact = None if best.model.breaks else cramer_von_mises(best)
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    progress(1.0, _("done"))
    warnings = [*left_out, *_warnings(best, found, bins, exact)]
    results = Results(
        _("Distance sampling: {name}").format(name=job.data.stem),
        _method(job, best, found),
        _rows(best, found),
        {"models": _models(rows), "goodness_of_fit": _tests(bins, exact), "regions": _regions(found)},
        [_line(row) for row in rows],
        [_curve(best, bins), _table(rows), _intervals(bins)],
        read.notes,
        warnings,
    )
    tell_and_write(results, job.outputs, say)
    return 0 if best.maximum.converged else 1


def _fits(
    job: Job, survey: DistanceSurvey, progress: Progress
) -> tuple[Mapping[str, DistanceFit], list[str]]:
    """The best model of each key by its name, and sentences about those that cannot be told from the data.

    A spike at distance 0 can make a likelihood as high as one likes: such models have no standard errors.
    """
    right = job.right or (job.breaks[-1] if job.breaks else float(survey.distance.max(initial=0.0)))
    left = job.breaks[0] if job.breaks and not job.left else job.left
    found: dict[str, DistanceFit] = {}
    base = Model("half-normal", right, left, job.series, (), "~1", job.breaks)
    reasons: list[ValueError] = []
    vague: dict[str, DistanceFit] = {}
    for number, key in enumerate(job.keys):
        progress(number / len(job.keys), _("fitting {key}").format(key=key))
        chosen = job.orders or None
        first = Curve.first_order(key, job.series)
        step = 1 if job.series == "cosine" else 2
        least = 1 if key == "uniform" else 0
        counts = range(least, max(job.adjustments, least) + 1) if chosen is None else [0]
        formula = "~1" if key == "uniform" else job.formula
        best: DistanceFit | None = None
        for count in counts:
            orders = chosen or tuple(first + step * k for k in range(count))
            try:
                one = fit(survey, replace(base, key=key, orders=orders, formula=formula))
            except ValueError as error:
                reasons.append(error)
                break
            if not (one.maximum.converged and np.isfinite(one.average_p.se)):
                vague[one.model.name] = one
                continue
            if best is not None and one.aic >= best.aic:
                break
            best = one
        if best is not None:
            found[best.model.name] = best
    if not (found or vague):
        raise reasons[0]
    told = [_("{model} is left out: the data cannot tell it.").format(model=name) for name in vague]
    return (found, told) if found else (vague, [])


def _method(job: Job, best: DistanceFit, found: Densities) -> dict[str, Any]:
    return {
        "method": "distance sampling, maximum likelihood",
        "samples": job.kind,
        "distance_unit": job.units.distance,
        "effort_unit": job.units.effort,
        "snapshot_seconds": job.units.snapshot or None,
        "truncation_m": [best.model.left, best.model.right],
        "breaks_m": list(best.model.breaks),
        "model": best.model.name,
        "variance_between_samples": found.form,
        "likelihood_unit": job.units.distance,
    }


def _rows(best: DistanceFit, found: Densities) -> list[Row]:
    effective = _("effective radius") if best.detection.point else _("effective half-width")
    rows = [Row("average_p", _("chance of detection"), best.average_p)]
    scale = best.effective / best.average_p.estimate
    if not best.detection.point:
        rows.append(Row("effective_half_width", effective, best.average_p.times(scale), "m"))
    for region in found.regions if len(found.regions) > 1 else ():
        rows.append(Row("density", _("density"), region.density, "per km²", region.name))
        if np.isfinite(region.area):
            rows.append(Row("number", _("number of animals"), region.number, "", region.name))
    rows.append(Row("density", _("density"), found.total.density, "per km²"))
    if np.isfinite(found.total.area):
        rows.append(Row("number", _("number of animals"), found.total.number))
    return rows


def _models(rows: tuple[Compared, ...]) -> list[dict[str, Any]]:
    return [
        {
            "model": row.name,
            "aic": row.fit.aic,
            "delta_aic": row.delta,
            "weight": row.weight,
            "log_likelihood": row.fit.maximum.log_likelihood,
            "observations": len(row.fit.detection.y),
            "average_p": row.fit.average_p.estimate,
            "average_p_se": row.fit.average_p.se,
            "converged": row.fit.maximum.converged,
            "held_from_rising": row.fit.constrained,
            "coefficients": [
                {"name": name, "estimate": float(value), "se": float(se)}
                for name, value, se in zip(
                    row.fit.maximum.labels, row.fit.maximum.beta, row.fit.maximum.se, strict=True
                )
            ],
        }
        for row in rows
    ]


def _tests(bins: Intervals, exact: Adequacy | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "chi_squared": {
            "statistic": bins.test.statistic,
            "degrees_of_freedom": bins.test.freedom,
            "p": bins.test.p,
            "ends_m": bins.ends.tolist(),
            "observed": bins.observed.tolist(),
            "expected": bins.expected.tolist(),
        }
    }
    if exact is not None:
        found["cramer_von_mises"] = {"statistic": exact.statistic, "p": exact.p}
    return found


def _regions(found: Densities) -> list[dict[str, Any]]:
    return [
        {
            "stratum": region.name,
            "area_km2": region.area,
            "samples": region.samples,
            "effort": region.effort,
            "covered_km2": region.covered,
            "observations": region.observations,
            "group_size": region.group_size,
            "share_of_variance_between_samples": region.rate_share,
        }
        for region in (*found.regions, *((found.total,) if len(found.regions) > 1 else ()))
    ]


def _line(row: Compared) -> str:
    return _("{model}: AIC {aic} (+{delta}), chance of detection {p} (SE {se})").format(
        model=row.name,
        aic=f"{row.fit.aic:.3f}",
        delta=f"{row.delta:.2f}",
        p=f"{row.fit.average_p.estimate:.4f}",
        se=short(row.fit.average_p.se),
    )


def _curve(best: DistanceFit, bins: Intervals) -> str:
    """The detection function over the observed numbers, scaled to the same area."""
    x = np.linspace(best.model.left, best.model.right, 120)
    y = best.predict(x)
    width = np.diff(bins.ends)
    heights = bins.observed / np.maximum(bins.expected, 1e-9)
    middle = (bins.ends[1:] + bins.ends[:-1]) / 2
    heights = heights * np.interp(middle, x, y) * (width > 0)
    high = float(max(1.0, heights.max(initial=0.0)))
    plot = Plot(
        _("Detection function, and what was observed over it"),
        _("distance, m"),
        _("chance of detection"),
        (best.model.left, best.model.right),
        high,
    )
    plot.bars(bins.ends.tolist(), heights.tolist())
    plot.curve(x, y)
    return section(_("Detection"), plot.figure())


def _table(rows: tuple[Compared, ...]) -> str:
    titles = [_("model"), "AIC", "ΔAIC", _("weight"), _("chance of detection"), _("SE")]
    cells = [
        [
            row.name,
            f"{row.fit.aic:.3f}",
            f"{row.delta:.2f}",
            f"{row.weight:.2f}",
            f"{row.fit.average_p.estimate:.4f}",
            short(row.fit.average_p.se),
        ]
        for row in rows
    ]
    return section(_("Models"), table(titles, cells))


def _intervals(bins: Intervals) -> str:
    titles = [_("from, m"), _("to, m"), _("observed"), _("expected")]
    ends = bins.ends.tolist()
    cells = [
        [short(low), short(high), f"{seen:.0f}", f"{expected:.1f}"]
        for low, high, seen, expected in zip(ends, ends[1:], bins.observed, bins.expected, strict=False)
    ]
    note = _("chi-squared {statistic} with {freedom} degrees of freedom, p = {p}").format(
        statistic=short(bins.test.statistic), freedom=bins.test.freedom, p=short(bins.test.p)
    )
    return section(_("Goodness of fit"), table(titles, cells), paragraph(note))


def _warnings(best: DistanceFit, found: Densities, bins: Intervals, exact: Adequacy | None) -> list[str]:
    told = []
    if not best.maximum.converged:
        told.append(_("the search did not end at a maximum; do not use these estimates."))
    if len(best.detection.y) < FEWEST:
        told.append(
            _("{count} observations are few for a detection function; {wanted} are wanted.").format(
                count=len(best.detection.y), wanted=FEWEST
            )
        )
    if best.constrained:
        told.append(_("the curve was held from rising with distance; look at the data near the line."))
    if best.detection.point and (best.detection.survey.parts < 1).any():
        told.append(
            _(
                "moments of one animal before a camera are not independent: AIC takes too winding curves and "
                "tests reject too often; the interval, which is between cameras, holds."
            )
        )
    p = bins.test.p if exact is None else exact.p
    if p < POOR and (exact is not None or bins.expected.min() >= FEW):
        told.append(
            _(
                "the curve does not describe the distances (p = {p}): try other truncation or intervals."
            ).format(p=short(p))
        )
    single = [region.name for region in found.regions if region.borrowed]
    if single:
        told.append(
            _("one sample only in {strata}; its variance is that of the other strata.").format(
                strata=", ".join(single)
            )
        )
    if not np.isfinite(found.total.density.upper):
        told.append(_("one sample makes no interval: repeat lines, points or cameras."))
    return told
