"""The newsletter in the offices' editing pages: issues, their desk (preview, publish, send), the lists."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.widgets.button import HeaderButton

from amur.portal.editing.forms import policy_of
from amur.portal.editing.panels import RowsPanel
from amur.portal.editing.viewsets import (
    PUBLISHED,
    OfficeEditView,
    OfficeIndexView,
    OfficeInspectView,
    OfficeViewSet,
)
from amur.portal.languages.codes import LANGUAGES, OWN_NAMES, Language, as_language, is_language
from amur.portal.newsletter import actions, letters, lists, queries
from amur.portal.newsletter.forms import IssueForm, ItemForm
from amur.portal.newsletter.models import Delivery, Issue, Subscriber
from amur.portal.newsletter.views import show_edition
from amur.portal.offices.models import Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where, standing

private = cache_control(private=True, no_store=True)


class WithDesk:
    """A view of one issue with the way to its desk."""

    object: Issue

    @cached_property
    def header_buttons(self) -> list[Any]:
        desk = HeaderButton(
            _("Preview, publish, send"),
            url=reverse("newsletter-desk", args=[self.object.uuid]),
            icon_name="mail",
        )
        return [*super().header_buttons, desk]  # type: ignore[misc]  # of Wagtail's view


class IssueEditView(WithDesk, OfficeEditView):
    """The form of an issue."""


class IssueInspectView(WithDesk, OfficeInspectView):
    """An issue to read."""


class IssueIndexView(OfficeIndexView):
    """The list, with the way to the readers."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        found = list(super().header_buttons)
        if senders(self.request.user):
            found.append(
                HeaderButton(_("Readers and sending"), url=reverse("newsletter-lists"), icon_name="group")
            )
        return found


class IssueViewSet(OfficeViewSet):
    model = Issue
    form = IssueForm
    index_view_class = IssueIndexView
    edit_view_class = IssueEditView
    inspect_view_class = IssueInspectView
    icon = "mail"
    name = "newsletter"
    url_prefix = "newsletter"
    menu_order = 240
    add_to_admin_menu = True
    search_fields = ("number", "intro")
    inspect_view_fields_exclude: ClassVar[list[str]] = ["id", "files"]
    list_display: ClassVar[list[Any]] = ["__str__", "year", "quarter", "office", PUBLISHED]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldRowPanel([FieldPanel("year"), FieldPanel("quarter")]),
        FieldPanel("intro"),
        RowsPanel(
            "items",
            [FieldPanel("what"), FieldPanel("heading")],
            heading=_("Stories, in order"),
            label=_("Story"),
            form=ItemForm,
        ),
    ]


def senders(person: Any) -> list[Any]:
    """The offices to whose lists a person may send."""
    return list(offices_where(person, Verb.PUBLISH, Subject.NEWSLETTER))


def _issue(request: HttpRequest, uuid: UUID) -> Issue:
    """An issue of the person's office, or a published one for those who send. Raises Http404."""
    row: Issue = get_object_or_404(Issue.objects.select_related("office"), uuid=uuid)
    if policy_of(Issue).may(request.user, Verb.VIEW, row) or (row.is_published and senders(request.user)):
        return row
    raise Http404


def _person(request: HttpRequest) -> Person:
    """Who is logged in. Raises PermissionDenied."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def desk(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What an issue looks like in four languages, and what can be done with it now."""
    row = _issue(request, uuid)
    editions = [queries.edition_of_row(row, code) for code in LANGUAGES]
    offices = senders(request.user)
    return render(
        request,
        "newsletter/admin/desk.html",
        {
            "issue": row,
            "rows": [
                {
                    "edition": one,
                    "name": OWN_NAMES[one.language],
                    "own": sum(not story.fallback for story in one.told),
                    "fallback": sum(story.fallback for story in one.told),
                    "withdrawn": len(one.stories) - len(one.told),
                    "file": queries.file_of(row.number, one.language) if row.is_published else None,
                }
                for one in editions
            ],
            "may_publish": not row.is_published
            and may(request.user, Verb.PUBLISH, Subject.NEWSLETTER, row.office_id),
            "may_edit": policy_of(Issue).user_has_permission_for_instance(request.user, "change", row),
            "mail_is_ready": letters.is_ready(),
            "offices": [(office, _readers(row, office)) for office in offices] if row.is_published else [],
        },
    )


def _readers(issue: Issue, office: Any) -> dict[str, int]:
    """How many of an office's readers wait for an issue, and how its deliveries stand."""
    confirmed = Subscriber.objects.filter(office=office, state=Subscriber.State.CONFIRMED)
    found = {
        one["state"]: one["count"]
        for one in Delivery.objects.filter(issue=issue, subscriber__office=office)
        .values("state")
        .annotate(count=Count("pk"))
    }
    without = confirmed.exclude(deliveries__issue=issue).count()
    return {**found, "to_send": without + found.get(Delivery.State.WAITING, 0)}


@require_safe
@private
def preview(request: HttpRequest, uuid: UUID, language: str) -> HttpResponse:
    """The page of an issue as a reader of a language would get it now."""
    row = _issue(request, uuid)
    if not is_language(language):
        raise Http404
    links: dict[Language, str] = {
        code: reverse("newsletter-preview", args=[row.uuid, code]) for code in LANGUAGES
    }
    with translation.override(language):
        edition = queries.edition_of_row(row, as_language(language))
        return show_edition(request, edition, links, is_draft=not row.is_published)


@require_POST
def publish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish an issue; a run makes its files."""
    row = _issue(request, uuid)
    if not may(request.user, Verb.PUBLISH, Subject.NEWSLETTER, row.office_id):
        raise PermissionDenied
    try:
        run = actions.publish(row, _person(request))
    except actions.NothingToRead:
        messages.error(
            request, gettext("No story of this issue can be read; choose at least one that is published.")
        )
    else:
        if run is not None:
            messages.success(request, gettext("The issue is published; its PDF files are being made."))
    return redirect("newsletter-desk", uuid)


@require_POST
def send(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send a published issue to the lists of an office of the person."""
    row = _issue(request, uuid)
    office = next((one for one in senders(request.user) if str(one.uuid) == request.POST.get("office")), None)
    if office is None or not row.is_published:
        raise PermissionDenied
    try:
        run = actions.send(row, office, _person(request))
    except actions.NoMail:
        messages.error(
            request,
            gettext("No mail server is set up here. The operator sets EMAIL_URL; see docs/newsletter.md."),
        )
        return redirect("newsletter-desk", uuid)
    return redirect("run", uuid=run.uuid)


class RemoveForm(forms.Form):
    """An address whose owner asked an office to be taken off."""

    address = forms.EmailField(label=_("E-mail address"))


def readers(request: HttpRequest) -> HttpResponse:
    """How many readers the lists have, issues to send, and taking an address off; no address is shown."""
    offices = senders(request.user)
    if not offices:
        raise PermissionDenied
    keys = None if standing(request.user).unlimited else [office.pk for office in offices]
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lists.remove(form.cleaned_data["address"], keys)
        messages.success(request, gettext("If the address was on your lists, it is deleted now."))
        return redirect("newsletter-lists")
    return render(
        request,
        "newsletter/admin/lists.html",
        {
            "form": form,
            "counts": [(OWN_NAMES[as_language(code)], counted) for code, counted in lists.counts(keys)],
            "issues": Issue.objects.filter(is_published=True)[:12],
            "mail_is_ready": letters.is_ready(),
        },
    )


URLS = [
    path("newsletter-lists/", readers, name="newsletter-lists"),
    path("newsletter-desk/<uuid:uuid>/", desk, name="newsletter-desk"),
    path("newsletter-desk/<uuid:uuid>/publish/", publish, name="newsletter-publish"),
    path("newsletter-desk/<uuid:uuid>/send/", send, name="newsletter-send"),
    path("newsletter-desk/<uuid:uuid>/preview/<str:language>/", preview, name="newsletter-preview"),
]
