"""A result as its page and files tell it: the answer first, then diagnosis, models, parameters."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import Language
from amur.portal.languages.dates import written
from amur.portal.languages.numbers import number
from amur.portal.languages.text import MultilingualText
from amur.portal.population import drawing, records
from amur.portal.population.queries import Shown
from amur.portal.species.queries import species_names

PARAMETERS: Final = {
    "D": _("density D, per 100 km²"),
    "lambda0": _("hazard at the centre, lambda0"),
    "g0": _("chance at the centre, g0"),
    "sigma": _("sigma, metres"),
    "z": _("steepness z"),
    "a0": _("a0, hectares"),
    "pmix": _("share of the class"),
}
GRAVITIES: Final = {
    "refuse": _("cannot be told"),
    "warning": _("doubtful"),
    "note": _("to know"),
}
# Advice of the command line that names an option, as the pages say it.
ADVICE: Final = {
    "seen-once": _(
        "Have these identified again by a second person, and let the run ask two detections of each animal."
    ),
    "ghosts-likely": _(
        "Review the animals seen once; report the density with two detections of each animal beside "
        "the other."
    ),
    "sexes-pooled": _("Add the model in which detection and range differ between two classes of animals."),
    "buffer-bias": _("Give the files again with a buffer of {needed} m."),
    "buffer-narrow": _("Give the files again with a buffer of {needed} m."),
}
HIDDEN_MATTER: Final = _("Some animals moved farther between detections than is likely.")
HIDDEN_ADVICE: Final = _("The office checks the identification of these pictures.")


def context_of(shown: Shown, language: Language) -> dict[str, Any]:
    """What page and report of a result show."""
    fields = shown.fields
    cells = drawing.cells_of(fields)
    return {
        "shown": shown,
        "fields": fields,
        "species": species_names(language).get(fields["species"], fields["species"]),
        "period": _period(fields, language),
        "answers": [_answer(one) for one in fields["answers"]],
        "several": len(fields["answers"]) > 1,
        "withheld": any(one["density"] is None for one in fields["answers"]),
        "findings": [finding(one, _identities(shown)) for one in fields["findings"]],
        "models": fields["models"],
        "estimates": [_estimate(one) for one in fields["estimates"]],
        "curve": drawing.curve(fields["curves"], language),
        "curves": [
            {
                "place": place,
                "level": level_words(one["level"]) or gettext("all animals"),
                "rows": _every(one),
            }
            for place, one in enumerate(fields["curves"])
        ],
        "cells": cells,
        "degrees": number(float(fields["cell_degrees"]), language) if cells else "",
        "bounds": drawing.bounds_of(cells) if cells else [],
        "legend": drawing.legend(fields, language),
    }


def finding(one: Mapping[str, Any], identities: Mapping[str, str]) -> dict[str, Any]:
    """A finding in words; `identities` are the names of individuals by number, for their own office."""
    from amur.portal.population.findings import figure, told
    from amur.science.capture.finding import Finding

    about = {"gravity": one["gravity"], "label": GRAVITIES[one["gravity"]]}
    if one["code"] in records.PRIVATE and not one["values"]:
        return {**about, "what": HIDDEN_MATTER, "advice": HIDDEN_ADVICE}
    values = {name: float("inf") if value is None else value for name, value in one["values"].items()}
    if "individual" in values:
        values["individual"] = identities.get(str(values["individual"]), values["individual"])
    what, advice = told(Finding(one["code"], one["gravity"], values, tuple(one["withheld"])), gettext)
    if one["code"] in ADVICE:
        advice = str(ADVICE[one["code"]]).format_map({name: figure(value) for name, value in values.items()})
    return {**about, "what": what, "advice": advice}


def _identities(shown: Shown) -> dict[str, str]:
    """The names of individuals by the numbers that the analysis gave them, for a survey of one's own."""
    if shown.result is None or shown.result.survey is None:
        return {}
    if not any("individual" in one["values"] for one in shown.fields["findings"]):
        return {}
    from amur.portal.population import files

    try:
        survey = files.read(shown.result.survey.sha256)
    except files.Gone:
        return {}
    numbers: dict[str, str] = {}
    for session in survey.sessions:
        for one in session.captures.ids:
            if one not in numbers.values():
                numbers[str(len(numbers) + 1)] = one
    return numbers


def level_words(level: str) -> str:
    """A level of a parameter such as "session = 2, h2 = F" in words."""
    words = {"session": pgettext("sampling", "session"), "h2": gettext("class")}
    parts = [part.partition(" = ") for part in level.split(", ") if part]
    return ", ".join(f"{words.get(name, name)} {value}" for name, _equal, value in parts)


def _answer(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "countries": [region for region in one["regions"] if region["kind"] == "country"],
        "areas": [
            {**region, "name": MultilingualText.from_json(region["names"])}
            for region in one["regions"]
            if region["kind"] == "area"
        ],
    }


def _estimate(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "name": PARAMETERS.get(one["parameter"], one["parameter"]),
        "of": level_words(one["level"]),
    }


def _every(curve: dict[str, Any]) -> list[tuple[float, float, float, float]]:
    """Every fourth point of a curve: distance in km, chance, band."""
    rows = zip(curve["distance"], curve["chance"], curve["low"], curve["high"], strict=True)
    return [(away / 1000, chance, low, high) for away, chance, low, high in list(rows)[::4]]


def _period(fields: Mapping[str, Any], language: Language) -> str:
    start, end = written(fields["period_start"], language), written(fields["period_end"], language)
    return start if start == end else f"{start} – {end}"


def rows(fields: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All figures for a spreadsheet: session, figure, region, unit, estimate, lower, upper."""
    found: list[tuple[Any, ...]] = []

    def add(session: str, name: str, region: str, unit: str, values: Mapping[str, Any] | None) -> None:
        values = values or {}
        found.append(
            (session, name, region, unit, *(values.get(one) for one in ("estimate", "lower", "upper")))
        )

    for one in fields["answers"]:
        add(one["session"], "density", "", "individuals per 100 km2", one["density"])
        add(one["session"], "number", "", "individuals", one["number"])
        for region in one["regions"]:
            add(one["session"], "number", region["key"], "individuals", region["number"])
        if "twice" in one:
            add(
                one["session"],
                "density, two detections",
                "",
                "individuals per 100 km2",
                one["twice"]["density"],
            )
    for one in fields["estimates"]:
        unit = {"D": "individuals per 100 km2", "sigma": "m", "a0": "ha"}.get(one["parameter"], "")
        add("", one["parameter"], one["level"], unit, one if one["estimable"] else None)
    for west, south, east, north, density in fields["cells"]:
        add(
            "",
            "density of a cell",
            f"{west} {south} {east} {north}",
            "individuals per 100 km2",
            {"estimate": density},
        )
    return found
