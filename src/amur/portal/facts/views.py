"""Public pages of the facts: all of them by subject, and how one of them is known."""

import uuid as uuids
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from amur.portal.facts.figures import figure
from amur.portal.facts.queries import facts_by_key
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, current_language, show

# The kinds of records that a fact can be about; other subjects have a name of their kind alone.
RECORDS: Final = ("species", "area", "connectivity", "population")


@public
def facts(request: HttpRequest) -> HttpResponse:
    """Every released fact, grouped by what it is about."""
    return show(
        request,
        "facts/facts.html",
        title=_("Facts"),
        description=_("Every figure of this site with its interval, its method and its source"),
        section="facts",
        links=addresses("facts"),
        groups=_by_subject,
    )


@public
def fact(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """How a fact is known, and what contradicts it."""
    row = get_object_or_404(released("fact"), uuid=uuid)
    subject = released(RECORDS).filter(key=row.fields["subject_key"]).first()
    return show(
        request,
        "facts/fact.html",
        title=figure(row.fields, current_language()),
        description=_("How this figure is known, and what contradicts it"),
        section="facts",
        links=addresses("fact", lambda language: {"uuid": uuid}),
        fact=row,
        subject=subject,
        contradicting=list(facts_by_key(tuple(row.fields["contradicts"])).values()),
    )


def _by_subject() -> list[tuple[str, Released | None, list[Released]]]:
    """The facts of each subject with its kind and its own record."""
    rows = sorted(released("fact"), key=lambda one: (one.subject, one.sort))
    subjects = {one.key: one for one in released(RECORDS)}
    return [
        (subject.split(":", 1)[0], subjects.get(subject.split(":", 1)[1]), list(found))
        for subject, found in groupby(rows, key=lambda one: one.subject)
    ]
