"""Saying who it is, and taking it back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from amur.portal.animals.queries import rows_for
from amur.portal.identity import actions, queries
from amur.portal.identity.models import Encounter, IdentityStatement
from amur.portal.identity.seeing import encounter_or_404, person_of, private
from amur.portal.identity.views import review_page
from amur.portal.offices.policies import Subject, Verb, may


@require_POST
@private
def say(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Store what the person says; leads on to the next encounter, or back where it could not be said."""
    person = person_of(request)
    row = encounter_or_404(request, uuid, Verb.CHANGE)
    verdict = request.POST.get("verdict", "")
    if verdict not in IdentityStatement.Verdict.values:
        raise Http404
    animal = None
    if wanted := request.POST.get("animal"):
        animal = rows_for(person).filter(uuid=_uuid(wanted)).first()
        if animal is None:
            raise Http404
    other: Encounter | None = None
    if also := request.POST.get("also"):
        other = encounter_or_404(request, _uuid(also), Verb.CHANGE)
    try:
        actions.speak(row, verdict, person, animal, name=request.POST.get("name", "")[:120], also=other)
    except actions.Unfit as unfit:
        return review_page(request, row, str(unfit), status=422)
    if verdict == IdentityStatement.Verdict.DIFFERENT:
        return redirect(reverse("identity-encounter", kwargs={"uuid": row.uuid}))
    following = queries.next_for(person, row)
    if following is None:
        return redirect(queue_of(row))
    return redirect(reverse("identity-encounter", kwargs={"uuid": following.uuid}))


def queue_of(row: Encounter) -> str:
    """The address of the queue that an encounter is in."""
    return f"{reverse('identity')}?office={row.project.office.key}&species={row.species.replace(' ', '+')}"


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@require_POST
@private
def retract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back what was said: one's own, or anybody's for those who may delete camera records."""
    person = person_of(request)
    rows = IdentityStatement.objects.select_related("encounter__project__office")
    row = rows.filter(uuid=uuid).first()
    if row is None or not may(person, Verb.CHANGE, Subject.CAMERAS, row.encounter.project.office_id):
        raise Http404
    if row.said_by_id != person.pk and not may(
        person, Verb.DELETE, Subject.CAMERAS, row.encounter.project.office_id
    ):
        raise Http404
    actions.retract(row, person)
    return redirect(reverse("identity-encounter", kwargs={"uuid": row.encounter.uuid}))
