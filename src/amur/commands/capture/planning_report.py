"""What a design promises, in words and on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from amur.commands.jobs.page import bullets, files_of, paragraph, picture, section, table, write_page
from amur.portal.operations.problems import _
from amur.science.capture.data import Detectors, Floats, Mask
from amur.science.capture.detection import SQUARE_METRES
from amur.science.capture.planning import Doubt, Expected, hazards
from amur.science.capture.rehearsal import Performance
from amur.science.capture.simulate import Truth

SUBCELLS = 5
"""Along the side of a cell of the map, so that a camera is a dot."""


@dataclass(frozen=True, slots=True)
class Plans:
    """What is known of a layout."""

    expected: Expected
    performance: Performance | None
    findings: Sequence[Doubt]
    cost: float


def expectation_lines(plan: Expected) -> Iterator[str]:
    """Expected numbers as lines."""
    yield _(
        "expected: individuals {animals}, detections {detections}, recaptures {recaptures}, "
        "at further detectors {spatial}"
    ).format(
        animals=f"{plan.animals:.1f}",
        detections=f"{plan.detections:.1f}",
        recaptures=f"{plan.recaptures:.1f}",
        spatial=f"{plan.spatial_recaptures:.1f}",
    )
    yield _("relative standard error of density: about {rse} %").format(rse=f"{100 * plan.rse:.0f}")


def performance_lines(found: Performance) -> Iterator[str]:
    """Outcomes of simulations as lines."""
    yield _("simulated surveys: {fitted} fitted, {failed} not").format(
        fitted=found.fitted, failed=found.failed
    )
    if not found.fitted:
        yield _("warning: no simulated survey could be fitted; such a survey tells nothing about density.")
        return
    yield _(
        "bias of density {bias} %, relative standard error {rse} % (the fits say {said} %), coverage of the "
        "95 % interval {coverage} %"
    ).format(
        bias=f"{100 * found.bias:+.1f}",
        rse=f"{100 * found.rse:.0f}",
        said=f"{100 * found.estimated_rse:.0f}",
        coverage=f"{100 * found.coverage:.0f}",
    )


def finding_text(finding: Doubt) -> str:
    """A finding as a sentence with what to do."""
    return {
        "imprecise": _(
            "the standard error will be about {value} of the density; a survey should reach {wanted}. Add "
            "cameras, days or area."
        ),
        "few-animals": _(
            "about {value} individuals will be detected; below {wanted} there is no density to trust. Cover "
            "more area."
        ),
        "few-spatial": _(
            "about {value} recaptures at further cameras are expected, {wanted} are the least that tell "
            "sigma. Set cameras closer together."
        ),
        "small-array": _(
            "the array is {value} m across and a home range {wanted} m; sigma cannot be told. Spread the "
            "cameras wider."
        ),
        "dense": _(
            "cameras stand {value} m apart; about {wanted} m would detect more individuals with the same "
            "effort."
        ),
        "sparse": _(
            "cameras stand {value} m apart, so that few individuals are detected at two; about {wanted} m "
            "would be right."
        ),
        "narrow-mask": _(
            "the mask reaches {value} m beyond the cameras; {wanted} m (4 sigma) are needed where there is "
            "habitat."
        ),
    }[finding.code].format(value=_short(finding.value), wanted=_short(finding.wanted))


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def write_report(
    path: Path, detectors: Detectors, mask: Mask, truth: Truth, plans: Plans, files: Sequence[Path]
) -> Path:
    """Write the page of a design."""
    plan, performance = plans.expected, plans.performance
    rows = [
        [_("cameras"), str(detectors.count)],
        [_("camera days"), f"{detectors.effort.sum():.0f}"],
        [_("density, animals per 100 km²"), f"{1e4 * float(np.mean(truth.density)):.3g}"],
        [_("sigma, m"), f"{truth.sigma:.0f}"],
        [_("expected individuals"), f"{plan.animals:.1f}"],
        [_("expected detections"), f"{plan.detections:.1f}"],
        [_("expected recaptures"), f"{plan.recaptures:.1f}"],
        [_("expected recaptures at further detectors"), f"{plan.spatial_recaptures:.1f}"],
        [_("relative standard error of density"), f"{100 * plan.rse:.0f} %"],
    ]
    if plans.cost:
        rows.append([_("cost"), f"{plans.cost:,.0f}"])
    found = bullets(finding_text(finding) for finding in plans.findings)
    parts = [
        section(_("What to expect"), table([_("what"), _("value")], rows)),
        section(_("Simulated surveys"), bullets(performance_lines(performance))) if performance else "",
        section(_("What is doubtful"), found) if plans.findings else "",
        section(
            _("Map"),
            picture(
                _("chance of an animal to be detected; light dots are cameras"), _map(detectors, mask, truth)
            ),
        ),
        paragraph(
            _(
                "The standard error is 1 / √ of the smaller of the numbers of individuals and of recaptures, "
                "an approximation that simulations check."
            )
        ),
        files_of(files),
    ]
    return write_page(path, _("Design of a camera survey"), parts)


def _map(detectors: Detectors, mask: Mask, truth: Truth) -> Floats:
    """The chance of detection over the mask (rows, cols), north up, with holes where cameras stand."""
    chance = -np.expm1(-(detectors.effort.sum(axis=1) @ hazards(detectors, mask, truth)))
    side = float(np.sqrt(mask.cell_area * SQUARE_METRES))
    low = mask.points.min(axis=0)
    column, row = np.rint((mask.points - low) / side).astype(np.int64).T
    values = np.full((row.max() + 1, column.max() + 1), np.nan)
    values[row, column] = chance
    fine = values.repeat(SUBCELLS, axis=0).repeat(SUBCELLS, axis=1)
    place = np.floor(((detectors.positions - low) / side + 0.5) * SUBCELLS).astype(np.int64)
    for across, along in product((-1, 0, 1), repeat=2):
        dots = place + np.array([across, along])
        inside = ((dots >= 0) & (dots < (fine.shape[1], fine.shape[0]))).all(axis=1)
        fine[dots[inside, 1], dots[inside, 0]] = np.nan
    return np.asarray(fine[::-1])
