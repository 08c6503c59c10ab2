"""A view in Darwin Core terms, for every file and service that speaks Darwin Core.

Called by exports (archives, tables, services), which add the terms of their own subject. The texts are
English, as the aggregators expect; pages use the codes of the statements instead.
"""

from __future__ import annotations

from amur.disclosure.statements import Statement
from amur.disclosure.views import View


def location_terms(view: View) -> dict[str, str | float]:
    """The Darwin Core location, event date and generalisation terms of a view.

    A term without a value is left out: no coordinate of a withheld place is ever given, not even 0.
    Raises ValueError for a view that is withheld as a whole, because such a record is not exported.
    """
    if view.withheld:
        raise ValueError("a withheld record has no line in an export")
    terms: dict[str, str | float] = {}
    place = view.place
    if place is not None and place.longitude is not None and place.latitude is not None:
        terms["decimalLongitude"] = place.longitude
        terms["decimalLatitude"] = place.latitude
        terms["geodeticDatum"] = "EPSG:4326"
        if place.uncertainty_m is not None:
            terms["coordinateUncertaintyInMeters"] = place.uncertainty_m
        if place.precision_degrees is not None:
            terms["coordinatePrecision"] = place.precision_degrees
    if view.time is not None:
        terms["eventDate"] = view.time
    fields = tuple(value for value in view.fields.values() if isinstance(value, Statement))
    for term, statements in (
        ("dataGeneralizations", view.generalisations),
        ("informationWithheld", (*view.reasons, *fields)),
    ):
        text = " ".join(dict.fromkeys(one.english for one in statements))
        if text:
            terms[term] = text
    return terms
