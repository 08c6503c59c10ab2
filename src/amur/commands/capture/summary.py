"""What came out of a fit as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from amur.commands.capture.results import COLUMNS, PER_100_KM2
from amur.portal.operations.problems import _

WHOLE = 1_000
"""From here on decimals are not shown."""
STATISTICS = {
    "animals seen": _("individuals seen"),
    "detections": _("detections"),
    "share of animals seen once": _("share of individuals seen once"),
    "detectors for each animal": _("detectors for each individual"),
    "dispersion of detections over animals": _("detections over individuals, variance by mean"),
    "dispersion of detections over detectors": _("detections over detectors, variance by mean"),
}


def summary_of(results: Mapping[str, Any]) -> Iterator[str]:
    """The lines for the terminal: data, table, density, and what to think of it."""
    for row in results["derived"]:
        yield _(
            "session {session}: individuals {individuals}, detections {detections}, detectors {detectors}, "
            "occasions {occasions}; mask of {points} points, {area} km²"
        ).format(
            session=row["session"],
            individuals=row["individuals"],
            detections=row["detections"],
            detectors=row["detectors"],
            occasions=row["occasions"],
            points=row["mask_points"],
            area=f"{row['mask_area_km2']:.4g}",
        )
    yield from parameter_lines(results)
    for row in results["derived"]:
        yield _("session {session}: {density} animals per 100 km², {number} in the mask").format(
            session=row["session"], density=ranged(row["D_per_100_km2"]), number=ranged(row["number"])
        )
    if results.get("goodness"):
        yield ""
        yield goodness_title(results["goodness"])
        yield from aligned(goodness_table(results["goodness"]))
        yield ""
    yield from diagnosis_lines(results)


def parameter_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """How well the model fits, and its parameters."""
    yield _("log-likelihood {value}, AIC {aic}, AICc {aicc}").format(
        value=_fixed(results["log_likelihood"], 4),
        aic=_fixed(results["aic"], 2),
        aicc=_fixed(results["aicc"], 2),
    )
    yield ""
    yield from aligned(table_of(results))
    yield ""


def table_of(results: Mapping[str, Any]) -> list[list[str]]:
    """The parameters with their intervals, in words, under titles."""
    of_years = "years" in results
    names = {
        "D": _("D in the first year, animals per 100 km²") if of_years else _("D, animals per 100 km²"),
        "sigma": _("sigma, m"),
        "a0": _("a0, ha"),
        "pmix": _("share of the class"),
        "phi": _("phi, survival"),
        "f": _("f, recruits for each animal"),
        "lambda": _("lambda, growth"),
        "move": _("move, m"),
    }
    rows = [["", _("estimate"), _("SE"), _("lower"), _("upper")]]
    for row in results["real"]:
        factor = PER_100_KM2 if row["parameter"] == "D" else 1.0
        name = names.get(row["parameter"], row["parameter"])
        label = f"{name} ({row['level']})" if row["level"] else name
        values = [None if row[column] is None else row[column] * factor for column in COLUMNS]
        rows.append([label, *(short(value) for value in values)])
    return rows


def goodness_table(found: Mapping[str, Any]) -> list[list[str]]:
    """The table in words, under titles."""
    titles = ["", _("observed"), _("simulated"), _("lower"), _("upper"), "p"]
    return [
        titles,
        *(
            [
                STATISTICS[row["statistic"]],
                *(short(row[name]) for name in ("observed", "simulated", "low", "high", "p")),
            ]
            for row in found["statistics"]
        ),
    ]


def goodness_title(found: Mapping[str, Any]) -> str:
    """What the table is."""
    return _("Goodness of fit by {count} simulated surveys; 95 % of them lie between lower and upper").format(
        count=found["simulated_surveys"]
    )


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, the first column to the left."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells])


def short(value: float | None) -> str:
    """A number of four digits, a dash for what is withheld or unknown.

    >>> short(12345.6), short(0.0123456), short(None)
    ('12346', '0.01235', '—')
    """
    if value is None:
        return "—"
    return f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.4g}"


def ranged(row: Mapping[str, float | None]) -> str:
    """An estimate with its interval."""
    return f"{short(row['estimate'])} ({short(row['lower'])}–{short(row['upper'])})"


def _fixed(value: float | None, digits: int) -> str:
    return "∞" if value is None else f"{value:.{digits}f}"


def word_of(gravity: str) -> str:
    """The word before a finding."""
    return {"refuse": _("refused"), "warning": _("warning")}.get(gravity, _("note"))


def diagnosis_lines(results: Mapping[str, Any]) -> Iterator[str]:
    """What to think of the estimates, and what to do."""
    for finding in results["diagnosis"]:
        yield f"{word_of(finding['gravity'])}: {finding['text']} {finding['advice']}"
