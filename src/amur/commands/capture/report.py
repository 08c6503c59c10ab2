"""The page about a fit: density, what to think of it, detection, the buffer, a map, the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from amur.commands.capture.curves import Curve, drawn
from amur.commands.capture.results import HECTARES_PER_KM2, PER_100_KM2, detectors_of
from amur.commands.capture.summary import (
    goodness_table,
    goodness_title,
    ranged,
    short,
    table_of,
    word_of,
)
from amur.commands.jobs.page import paragraph, picture, section, table, write_page
from amur.portal.operations.problems import _
from amur.science.capture import Fit, conditional_density
from amur.science.capture.data import Floats, Session
from amur.science.capture.derived import jacobian, mean_density
from amur.science.capture.masking import spacing_of
from amur.science.capture.real import Z
from amur.science.capture.truncation import reach_of, sigma_of, truncation

CURVE_POINTS = 60
SHOWN = 7
"""Rows of the table beside a curve."""
LONGEST_MAP = 400
"""Cells of the longer side of a map."""


def write_report(path: Path, found: Fit, results: Mapping[str, Any]) -> Path:
    """Write the page. What is withheld is withheld on it, too; places of animals are not on it."""
    return write_page(path, _("How many animals: spatial capture-recapture"), _parts(found, results))


def _parts(found: Fit, results: Mapping[str, Any]) -> Iterator[str]:
    withheld = any("withheld" in row for row in results["derived"])
    yield section(_("Density"), _densities(results["derived"]))
    yield section(_("What to think of it"), diagnosis_table(results["diagnosis"]))
    yield section(_("Parameters"), parameters_table(results))
    sessions = range(len(found.survey.sessions))
    if "sigma" not in {row["parameter"] for row in results["real"] if "withheld" in row}:
        curves = [part for k in sessions if (part := detection_of(found, k))]
        # Sessions without differences have one curve.
        yield section(_("Detection"), *dict.fromkeys(curves))
        if not withheld:
            yield section(_("Density and the width of the buffer"), *(_buffer(found, k) for k in sessions))
            yield section(_("Where density is"), *(_map(found, k) for k in sessions))
    if results.get("goodness"):
        titles, *rows = goodness_table(results["goodness"])
        yield section(
            _("Goodness of fit"), paragraph(goodness_title(results["goodness"])), table(titles, rows)
        )
    yield section(_("Data"), *(data_of(session) for session in found.survey.sessions))
    yield section(_("Method"), _method(results))


def _densities(rows: Sequence[Mapping[str, Any]]) -> str:
    titles = [_("session"), _("animals per 100 km²"), _("animals in the mask"), _("individuals seen")]
    lines = [
        [row["session"], ranged(row["D_per_100_km2"]), ranged(row["number"]), str(row["individuals"])]
        for row in rows
    ]
    return table(titles, lines) + paragraph(
        _("In brackets: 95 % interval. — is withheld; the diagnosis says why.")
    )


def diagnosis_table(findings: Sequence[Mapping[str, Any]]) -> str:
    """Findings with what to do."""
    if not findings:
        return paragraph(_("Nothing was found that makes the estimates doubtful."))
    lines = [[word_of(one["gravity"]), one["text"], one["advice"]] for one in findings]
    return table([_("gravity"), _("what is the matter"), _("what to do")], lines, text=True)


def parameters_table(results: Mapping[str, Any]) -> str:
    """The parameters, and how well the model fits."""
    titles, *rows = table_of(results)
    fitness = _("log-likelihood {value}, AIC {aic}, AICc {aicc}").format(
        value=short(results["log_likelihood"]), aic=short(results["aic"]), aicc=short(results["aicc"])
    )
    return table(titles, rows) + paragraph(fitness)


def detection_of(found: Fit, session: int) -> str:
    """The chance (or hazard) of detection by distance, with its 95 % band."""
    state = found.likelihood.state(found.beta, session)
    function, names = found.model.detection_function, found.model.detection_parameters
    if state.searched:
        return ""
    away = np.linspace(0, reach_of(found, session), CURVE_POINTS)
    first = [found.likelihood.designs.by_parameter[name].matrices[session] for name in names]

    def logged(beta: Floats) -> Floats:
        values = []
        for name, matrix in zip(names, first, strict=True):
            linear = float(
                matrix.reshape(-1, matrix.shape[-1])[0] @ beta[found.likelihood.designs.slices[name]]
            )
            values.append(1 / (1 + np.exp(-linear)) if found.model.link(name) == "logit" else np.exp(linear))
        if found.model.by_a0:
            values[0] = values[0] * PER_100_KM2 / (2 * np.pi * values[1] ** 2)
        return np.log(np.maximum(function.at(away, *values), 1e-300))

    middle = logged(found.beta)
    slopes = jacobian(found, logged)
    spread = np.sqrt(np.maximum(np.einsum("ip,pq,iq->i", slopes, found.covariance, slopes), 0))
    most = 0.0 if function.probability else np.inf
    low, high = np.exp(middle - Z * spread), np.exp(np.minimum(middle + Z * spread, most))
    name = _("chance of detection") if function.probability else _("hazard of detection")
    curve = Curve(away, np.exp(middle), _("metres from the centre"), name, low, high)
    title = _(
        "{name} by a detector on an occasion, with its 95 % band; the first level of all factors"
    ).format(name=name[0].upper() + name[1:])
    rows = [
        [short(away[k]), short(float(np.exp(middle[k]))), short(float(low[k])), short(float(high[k]))]
        for k in np.linspace(0, CURVE_POINTS - 1, SHOWN).astype(int)
    ]
    return drawn(curve, title) + table([_("metres"), _("estimate"), _("lower"), _("upper")], rows)


def _buffer(found: Fit, session: int) -> str:
    """Density against the width of the buffer, with the width there is and the one that is enough."""
    here = found.survey.sessions[session]
    if here.distances is not None:
        return paragraph(_("Least-cost distances end with the mask: the curve cannot be drawn."))
    end, sigma = truncation(found, session), sigma_of(found, session)
    shown = end.widths >= sigma
    widths, densities = end.widths[shown], PER_100_KM2 * end.densities[shown]
    marks = [(end.width, _("the mask"))]
    curve = Curve(widths, densities, _("buffer, metres"), _("animals per 100 km²"), marks=marks)
    title = _("Session {session}: density against the width of the buffer").format(session=end.session)
    rows = [
        [short(float(widths[k])), short(float(densities[k]))]
        for k in np.linspace(0, widths.size - 1, min(SHOWN, widths.size)).astype(int)
    ]
    sentence = _("The mask ends {width} m from the nearest detector; its bias is {bias} %.").format(
        width=short(end.width), bias=f"{100 * end.bias:.2g}"
    )
    return drawn(curve, title) + table([_("metres"), _("animals per 100 km²")], rows) + paragraph(sentence)


def _map(found: Fit, session: int) -> str:
    """The density of the model where it varies, else given who was seen, with the detectors."""
    state = found.likelihood.state(found.beta, session)
    here = found.survey.sessions[session]
    varies = not found.model.conditional and bool(found.model.formulas.get("D"))
    density = mean_density(state) if varies else conditional_density(found, session)
    image, step = _raster(here, PER_100_KM2 * density)
    what = (
        _("Session {session}: density by the model, animals per 100 km²; dark squares are detectors")
        if varies
        else _(
            "Session {session}: density given who was seen, animals per 100 km²; dark squares are detectors"
        )
    ).format(session=here.name)
    low, middle, high = (short(PER_100_KM2 * float(value)) for value in np.quantile(density, [0, 0.5, 1]))
    rows = [[low, middle, high, short(here.mask.area / HECTARES_PER_KM2), short(step)]]
    titles = [_("least"), _("middle"), _("most"), _("mask, km²"), _("cell, m")]
    warning = "" if varies else paragraph(_("It shows where animals were found, and is no map of habitat."))
    return picture(what, image) + table(titles, rows) + warning


def _raster(session: Session, density: Floats) -> tuple[Floats, float]:
    """Density (rows, columns) from north to south with detectors above all of it, and the side of a cell."""
    points = session.mask.points
    low, high = points.min(axis=0), points.max(axis=0)
    step = max(spacing_of(session), float((high - low).max()) / LONGEST_MAP)
    columns, rows = (np.rint((high - low) / step).astype(int) + 1).tolist()
    total, count = np.zeros((rows, columns)), np.zeros((rows, columns))
    column, row = np.rint((points - low) / step).astype(int).T
    np.add.at(total, (rows - 1 - row, column), density)
    np.add.at(count, (rows - 1 - row, column), 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        image = total / count
    if session.detectors.quadrature is None:
        places = np.rint((session.detectors.positions - low) / step).astype(int)
        inside = ((places >= 0) & (places < (columns, rows))).all(axis=1)
        image[rows - 1 - places[inside, 1], places[inside, 0]] = 1.15 * np.nanmax(density)
    return image, step


def data_of(session: Session) -> str:
    """Effort and captures: of the session, and how often animals were seen."""
    captures, detectors = session.captures, session.detectors
    seen = np.bincount(captures.individual, captures.count, captures.animals).astype(int)
    by_detector = np.bincount(captures.detector, captures.count, detectors.count)
    about = [
        [_("session"), session.name],
        [_("detectors"), str(detectors_of(session))],
        [_("occasions"), str(detectors.occasions)],
        [_("effort, all detectors and occasions"), short(float(detectors.effort.sum()))],
        [_("individuals"), str(captures.animals)],
        [_("detections"), str(int(captures.count.sum()))],
        [_("detectors with detections"), str(int((by_detector > 0).sum()))],
    ]
    values, animals = np.unique(seen, return_counts=True)
    often = [[str(value), str(count)] for value, count in zip(values.tolist(), animals.tolist(), strict=True)]
    return table([_("what"), _("how many")], about, text=True) + table(
        [_("times seen"), _("individuals")], often
    )


def _method(results: Mapping[str, Any]) -> str:
    method = results["method"]
    rows = [
        [_("program"), results["program"]],
        [_("estimation"), method["estimation"]],
        [_("likelihood"), method["likelihood"]],
        [_("number of animals"), method["distribution"]],
        [_("detectors"), method["detector"]],
        [_("detection function"), method["detection_function"]],
        [_("model"), ", ".join(name + formula for name, formula in method["model"].items())],
        [_("distances"), method["distances"]],
        [_("habitat"), results.get("habitat") or "—"],
        [_("counted"), results.get("counted") or _("all individuals of the file")],
    ]
    return table([_("what"), _("value")], rows, text=True)
