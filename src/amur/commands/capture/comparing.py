"""`amur capture compare`: a table of models by Akaike's criterion from the JSON of their fits."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from amur.commands.capture.results import COLUMNS
from amur.commands.capture.summary import aligned, ranged, short
from amur.commands.jobs.running import Say
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.capture.comparing import PARTS, averaged, supported
from amur.science.capture.real import Estimate

NEEDED = ("fingerprint", "log_likelihood", "parameters", "individuals", "derived", "method")
# Why models that differ in a part cannot be compared, by the words of the fingerprint.
REASONS = {
    "captures": _("they are of other captures"),
    "detectors or effort": _("their detectors or effort differ"),
    "mask": _("their masks differ"),
    "handling of occasions (collapsed or kept)": _(
        "one has its occasions added up and the other has not; fit both with --keep-occasions"
    ),
    "likelihood (full or conditional)": _("one likelihood is full and the other conditional"),
    "distribution of numbers": _("the number of animals has other distributions"),
    "covariate of the classes": _("their classes come from other covariates"),
    "detections asked of an animal": _("one asks for two detections of an animal"),
    "distribution of counts": _("their counts have other distributions"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A model in the table: `delta` is the criterion above the best one, `weight` its share of support."""

    name: str
    model: str
    parameters: int
    log_likelihood: float
    aic: float
    aicc: float | None
    delta: float
    weight: float
    converged: bool
    density: Mapping[str, float | None]


def run_compare(
    paths: Sequence[Path],
    say: Say,
    criterion: Literal["aicc", "aic"],
    output: Path | None,
    table: Path | None,
) -> int:
    """Compare fits and say which are supported. Raises `Problem`, also where they cannot be compared."""
    fits = _read(paths)
    _check(fits)
    rows = ranked(fits, criterion)
    averages = _averages(rows, fits)
    for line in aligned(_lines(rows, criterion)):
        say(line)
    say("")
    for session, average in averages.items():
        say(
            _("session {session}: {density} animals per 100 km², averaged over the models").format(
                session=session, density=ranged(_values(average))
            )
        )
    best = rows[0]
    if not best.converged:
        say(_("warning: the best model did not converge; its place says nothing."))
    if output is not None:
        whole = {
            "criterion": criterion,
            "models": [{**_plain(row), "density_per_100_km2": dict(row.density)} for row in rows],
            "averaged_D_per_100_km2": [
                {"session": session, **_values(average)} for session, average in averages.items()
            ],
        }
        _write(output, json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
        say(_("Results: {path}").format(path=output))
    if table is not None:
        _write(table, _csv(rows))
        say(_("Results: {path}").format(path=table))
    return 0


def _read(paths: Sequence[Path]) -> dict[str, dict[str, Any]]:
    fits: dict[str, dict[str, Any]] = {}
    for path in paths:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise Problem(_("There is no file {path}.").format(path=path)) from error
        except (OSError, ValueError) as error:
            raise Problem(_("{path} cannot be read: {reason}.").format(path=path, reason=error)) from error
        missing = [name for name in NEEDED if not isinstance(found, dict) or name not in found]
        if missing:
            raise Problem(
                _("{path} is no result of “amur capture fit --json”: it has no “{name}”.").format(
                    path=path, name=missing[0]
                )
            )
        if found["log_likelihood"] is None:
            raise Problem(_("{path} has no likelihood.").format(path=path))
        fits[path.stem if path.stem not in fits else str(path)] = found
    return fits


def _check(fits: Mapping[str, Mapping[str, Any]]) -> None:
    names = list(fits)
    first = fits[names[0]]["fingerprint"]
    for name in names[1:]:
        for part in PARTS:
            if fits[name]["fingerprint"].get(part) != first.get(part):
                raise Problem(
                    _("{first} and {other} cannot be compared: {reason}.").format(
                        first=names[0], other=name, reason=REASONS[part]
                    )
                )


def ranked(fits: Mapping[str, Mapping[str, Any]], criterion: Literal["aicc", "aic"]) -> list[Row]:
    """The models, best first."""
    scores = {name: _score(found, criterion) for name, found in fits.items()}
    weights = supported(scores)
    best = min(scores.values())
    return [
        Row(
            name,
            _model(fits[name]),
            fits[name]["parameters"],
            fits[name]["log_likelihood"],
            fits[name]["aic"],
            fits[name]["aicc"],
            0.0 if scores[name] == best else scores[name] - best,
            weights[name],
            fits[name]["convergence"]["converged"],
            fits[name]["derived"][0]["D_per_100_km2"],
        )
        for name in sorted(fits, key=lambda name: scores[name])
    ]


def _score(found: Mapping[str, Any], criterion: str) -> float:
    return math.inf if found[criterion] is None else float(found[criterion])


def _model(found: Mapping[str, Any]) -> str:
    method = found["method"]
    formulas = " ".join(name + formula for name, formula in method["model"].items())
    return f"{method['detection_function']} {formulas}"


def _averages(rows: Sequence[Row], fits: Mapping[str, Mapping[str, Any]]) -> dict[str, Estimate]:
    """Density by session over the models that tell it."""
    found = {}
    for k, derived in enumerate(fits[rows[0].name]["derived"]):
        parts, weights = [], []
        for row in rows:
            values = fits[row.name]["derived"][k]["D_per_100_km2"]
            if None not in (values["estimate"], values["se"]):
                parts.append(
                    Estimate("D", "", *(math.nan if values[c] is None else values[c] for c in COLUMNS))
                )
                weights.append(row.weight)
        if parts and sum(weights) > 0:
            found[derived["session"]] = averaged(parts, [weight / sum(weights) for weight in weights])
    return found


def _values(row: Estimate) -> dict[str, float | None]:
    return {name: getattr(row, name) for name in COLUMNS}


def _plain(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "model": row.model,
        "parameters": row.parameters,
        "log_likelihood": row.log_likelihood,
        "aic": row.aic,
        "aicc": row.aicc,
        "delta": row.delta if math.isfinite(row.delta) else None,
        "weight": row.weight,
        "converged": row.converged,
    }


def _lines(rows: Sequence[Row], criterion: str) -> list[list[str]]:
    delta = "ΔAICc" if criterion == "aicc" else "ΔAIC"
    titles = ["", _("parameters"), _("log-likelihood"), "AIC", "AICc", delta, _("weight"), _("D per 100 km²")]
    lines = [titles]
    for row in rows:
        name = f"{row.name}: {row.model}" if row.converged else f"{row.name}: {row.model} (!)"
        figures = [
            f"{row.log_likelihood:.3f}",
            f"{row.aic:.2f}",
            "—" if row.aicc is None else f"{row.aicc:.2f}",
        ]
        share = [f"{row.delta:.2f}", f"{row.weight:.3f}", short(row.density["estimate"])]
        lines.append([name, str(row.parameters), *figures, *share])
    return lines


def _csv(rows: Sequence[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*_plain(rows[0]), *(f"D_per_100_km2_{name}" for name in COLUMNS)])
    for row in rows:
        cells = [*_plain(row).values(), *(row.density[name] for name in COLUMNS)]
        writer.writerow(["" if cell is None else cell for cell in cells])
    return buffer.getvalue()


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
