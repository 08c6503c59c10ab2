"""From tables of repeated visits to occupancy or abundance; what the data cannot tell is withheld."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.abundance.output import Outputs, Results, Row, require_folders, short, tell_and_write
from amur.commands.abundance.plots import Plot, intervals
from amur.commands.jobs.page import section, table
from amur.commands.jobs.running import Say, reading, tell
from amur.formats.abundance.sites import Columns, read_distance_counts, read_sites
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress, part
from amur.science.abundance import distance_counts
from amur.science.abundance.counts import LINKS
from amur.science.abundance.estimates import Estimate
from amur.science.abundance.occupancy import Model, OccupancyFit, fit
from amur.science.abundance.sampling import Floats
from amur.science.abundance.search import Maximum

NAMES = {
    "psi": _("share of occupied sites"),
    "lam": _("animals per site"),
    "p": _("chance of detection on a visit"),
    "size": _("size of the negative binomial"),
    "zeros": _("share of extra zeros"),
}
NOTHING = Estimate(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Job:
    """What is fitted to what.

    With `breaks` (metres) the columns are intervals of distance at sites of a `kind`, and `length` names the
    column of lengths in a unit of so many `metres`.
    """

    data: Path
    model: Model
    columns: Columns = field(default_factory=Columns)
    profile: bool = False
    breaks: tuple[float, ...] = ()
    kind: str = "line"
    length: str = ""
    metres: float = 1.0
    key: distance_counts.CountKey = "half-normal"
    outputs: Outputs = field(default_factory=Outputs)


def run_occupancy(job: Job, say: Say, progress: Progress) -> int:
    """Fit the model and tell what it says; returns the exit status. Raises `Problem`."""
    require_folders(job.outputs)
    progress(0.0, _("reading"))
    if job.breaks:
        return _run_distance_counts(job, say, progress)
    with reading():
        read = read_sites(job.data, job.columns)
    tell(read.notes, say)
    sites = read.sites
    if job.model.kind != "nmixture" and sites.largest > 1:
        say(_("note: counts above 1 are taken as detections."))
        sites = replace(sites, counts=np.where(sites.seen, np.minimum(sites.counts, 1), np.nan))
    inner = part(progress, 0.05, 0.9)
    try:
        found = fit(sites, job.model, progress=lambda done, _stage: inner(done, _("searching the maximum")))
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    progress(0.9, _("profile intervals"))
    profiles = _profiles(found, every=job.profile)
    progress(1.0, _("done"))
    rows = list(_rows(found))
    withheld = {name for name in found.model.parameters if not found.estimable(name)}
    method = {
        "method": f"{job.model.kind}, maximum likelihood",
        "formulas": job.model.formulas or "constant",
        "mixture": job.model.mixture,
        "sites": len(sites.counts),
        "visits": int(found.sites.seen.sum()),
        "sites_with_detections": int(found.sites.detected.sum()),
        "largest_number": found.largest or None,
        "change_when_doubled": found.change,
    }
    results = Results(
        _("Repeated visits: {name}").format(name=job.data.stem),
        method,
        rows,
        _fit_of(found.maximum, withheld, profiles),
        [_line(found.maximum)],
        [*_pictures(found), _coefficients(found.maximum, withheld, profiles)],
        read.notes,
        _warnings(found, profiles),
    )
    tell_and_write(results, job.outputs, say)
    return 0 if found.maximum.converged else 1


def _rows(found: OccupancyFit) -> Iterator[Row]:
    for name in found.model.parameters:
        told = found.mean(name) if found.estimable(name) else NOTHING
        yield Row(name, NAMES[name], told)
    if found.model.kind != "occupancy":
        told = found.expected_number if found.estimable("lam") else NOTHING
        yield Row("number", _("animals at all sites"), told)


def _profiles(found: OccupancyFit, *, every: bool) -> dict[str, tuple[float, float]]:
    """Profile intervals of all coefficients, or of those whose parameter is withheld."""
    profiles = {}
    for label in found.maximum.labels:
        if every or not found.estimable(label.partition(".")[0]):
            try:
                profiles[label] = found.profile(label)
            except ValueError:
                continue
    return profiles


def _warnings(found: OccupancyFit, profiles: dict[str, tuple[float, float]]) -> list[str]:
    told = []
    if not found.maximum.converged:
        told.append(_("the search did not end at a maximum; do not use these estimates."))
    if not found.sufficient:
        told.append(
            _(
                "K = {largest} does not suffice: with larger sums the likelihood rises on. The data cannot "
                "tell many animals that are hardly seen from fewer that are; use another model."
            ).format(largest=found.largest)
        )
    for name in found.model.parameters:
        if found.estimable(name):
            continue
        text = _("{parameter} is not identifiable and withheld").format(parameter=NAMES[name])
        low, high = profiles.get(name, (-math.inf, math.inf))
        ends = [_end(name, end) for end in (low, high)]
        if math.isfinite(low) and not math.isfinite(high):
            text += "; " + _("by its profile at least {value}").format(value=short(ends[0]))
        elif math.isfinite(high) and not math.isfinite(low):
            text += "; " + _("by its profile at most {value}").format(value=short(ends[1]))
        told.append(text + ".")
    return told


def _end(name: str, value: float) -> float:
    if not math.isfinite(value):
        return value
    return math.exp(value) if LINKS[name] == "log" else 1 / (1 + math.exp(-value))


def _line(found: Maximum) -> str:
    return _("log-likelihood {value}, AIC {aic}").format(
        value=f"{found.log_likelihood:.4f}", aic=f"{found.aic:.3f}"
    )


def _fit_of(found: Maximum, withheld: set[str], profiles: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """The coefficients as plain values; those of parameters that are `withheld` are None."""
    return {
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "converged": found.converged,
        "coefficients": [
            {
                "name": label,
                "estimate": value,
                "se": se,
                "profile": list(profiles[label]) if label in profiles else None,
            }
            for label, value, se in _told(found, withheld)
        ],
    }


def _told(found: Maximum, withheld: set[str]) -> Iterator[tuple[str, float, float]]:
    """Label, estimate and standard error of each coefficient, NaN where they are withheld."""
    for label, value, se in zip(found.labels, found.beta.tolist(), found.se.tolist(), strict=True):
        hidden = label.partition(".")[0] in withheld
        yield (label, math.nan, math.nan) if hidden else (label, value, se)


def _coefficients(found: Maximum, withheld: set[str], profiles: dict[str, tuple[float, float]]) -> str:
    rows = []
    for label, value, se in _told(found, withheld):
        ends = profiles.get(label)
        shown = "" if ends is None else f"{short(ends[0])} – {short(ends[1])}"
        rows.append([label, short(value), short(se), shown])
    titles = [_("coefficient"), _("estimate"), _("SE"), _("profile interval")]
    return section(_("Coefficients on the scale of their links"), table(titles, rows))


def _pictures(found: OccupancyFit) -> Iterator[str]:
    """Each parameter along each of its numbers, the other covariates at their means; else estimates alone."""
    drawn = False
    for name in found.model.parameters[:2]:
        known = {**found.sites.covariates, **found.sites.visit_covariates}
        terms = found.linear.formulas.get(name, ())
        for covariate in dict.fromkeys(variable for term in terms for variable in term.variables):
            values = known[covariate]
            if found.estimable(name) and values.dtype.kind in "fiu":
                at = np.linspace(float(values.min()), float(values.max()), 61)
                try:
                    curves = found.response(name, covariate, at)
                except ValueError:
                    continue
                drawn = True
                yield _response(name, covariate, at, curves)
    state = found.model.parameters[0]
    if not drawn and found.estimable(state):
        each = found.mean(state)
        rows = [(NAMES[state], each.estimate, each.lower, each.upper)]
        yield intervals(_("Estimate with its 95 % interval"), NAMES[state], rows)


def _response(name: str, covariate: str, at: Floats, curves: tuple[Floats, Floats, Floats]) -> str:
    """A curve with its limits, and a table of some of its places."""
    value, low, high = curves
    title = _("{what} along {covariate}, with 95 % limits").format(what=NAMES[name], covariate=covariate)
    plot = Plot(title, covariate, NAMES[name], (float(at[0]), float(at[-1])), float(high.max()))
    plot.curve(at, value)
    plot.curve(at, low, dashed=True)
    plot.curve(at, high, dashed=True)
    some = range(0, len(at), 15)
    cells = [[short(float(each[k])) for each in (at, value, low, high)] for k in some]
    return plot.figure() + table([covariate, _("estimate"), _("lower"), _("upper")], cells)


def _run_distance_counts(job: Job, say: Say, progress: Progress) -> int:
    with reading():
        read = read_distance_counts(
            job.data, job.breaks, job.kind, job.columns.visits, job.length, job.metres
        )
    tell(read.notes, say)
    inner = part(progress, 0.05, 0.95)
    try:
        found = distance_counts.fit(
            read.counts,
            job.model.formulas,
            job.key,
            progress=lambda done, _stage: inner(done, _("searching the maximum")),
        )
    except ValueError as error:
        raise Problem(_("The model cannot be fitted: {reason}.").format(reason=error)) from error
    progress(1.0, _("done"))
    method = {
        "method": "hierarchical distance sampling, maximum likelihood",
        "formulas": job.model.formulas or "constant",
        "key": job.key,
        "breaks_m": list(job.breaks),
        "samples": job.kind,
        "sites": len(read.counts.counts),
    }
    density = found.density()
    told = density if found.maximum.converged and density.upper < 1e4 * density.lower else NOTHING
    withheld = set() if told is density else {"D"}
    warnings = [] if told is density else [
        _("{parameter} is not identifiable and withheld").format(parameter=_("density")) + "."
    ]  # fmt: skip
    results = Results(
        _("Counts by distance: {name}").format(name=job.data.stem),
        method,
        [Row("density", _("density"), told, "per km²")],
        _fit_of(found.maximum, withheld, {}),
        [_line(found.maximum)],
        [_coefficients(found.maximum, withheld, {})],
        read.notes,
        warnings,
    )
    tell_and_write(results, job.outputs, say)
    return 0 if found.maximum.converged else 1
