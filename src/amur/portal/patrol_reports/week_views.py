"""The chief's week and the targets. For people of the office only."""

import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.offices.models import Office
from amur.portal.offices.policies import Verb
from amur.portal.offices.seeing import person_of
from amur.portal.patrol_reports import finds, telling
from amur.portal.patrol_reports import week as weeks
from amur.portal.patrol_reports.forms import TargetForm
from amur.portal.patrol_reports.models import Target
from amur.portal.patrol_reports.sums import days_between, progress_of
from amur.portal.patrols import measuring, queries
from amur.portal.patrols.seeing import office_or_404, private
from amur.portal.website.shell import addresses, show


def _today(office: Office) -> datetime.date:
    return timezone.localdate(timezone=ZoneInfo(office.time_zone))


@require_safe
@login_required
@private
def newest(request: HttpRequest) -> HttpResponse:
    """Leads to the first office of whoever asks."""
    office = queries.offices_for(request.user).order_by("pk").first()
    if office is None:
        raise Http404
    return redirect(reverse("patrol-week-of", kwargs={"uuid": office.uuid}))


@require_safe
@login_required
@private
def week(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A week of an office, such as `?week=2026-W10`; without one the last in which somebody was out."""
    office = office_or_404(request, uuid)
    today = _today(office)
    first, newest = weeks.first_and_newest(office, today)
    try:
        monday = weeks.monday_of(request.GET["week"]) if "week" in request.GET else newest
        last = monday + weeks.SIX_DAYS
    except (ValueError, OverflowError) as wrong:
        raise Http404 from wrong
    days = days_between(office, monday, last)
    out = weeks.out_on(days)
    iso = monday.isocalendar()
    links = addresses("patrol-week-of", lambda code: {"uuid": office.uuid})
    return show(
        request,
        "patrol_reports/week.html",
        title=_("Week %(number)s of %(year)s") % {"number": iso.week, "year": iso.year},
        section="patrols",
        links={code: f"{link}?week={weeks.written(monday)}" for code, link in links.items()},
        office=office,
        offices=queries.offices_for(request.user).order_by("pk"),
        period=telling.period(monday, last),
        before=weeks.written(monday - weeks.WEEK) if monday > first else "",
        after=weeks.written(monday + weeks.WEEK) if last < today else "",
        totals=measuring.totals(days),
        out=out,
        found=finds.found_on(office, days),
        without=weeks.without_way(days),
        flags=weeks.flags_of(out),
        recent=weeks.RECENT_DAYS,
        targets=weeks.targets_of(office, monday, min(last, today)),
        **weeks.areas_of(office, min(last, today)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def targets(request: HttpRequest) -> HttpResponse:
    """The targets of the offices with their progress, and the form of a new one."""
    person = person_of(request)
    offices = queries.offices_for(person)
    if not offices.exists():
        raise Http404
    may_add = queries.offices_for(person, Verb.ADD).exists()
    if request.method == "POST" and not may_add:
        raise Http404
    form = TargetForm(person, request.POST or None) if may_add else None
    if request.method == "POST" and form is not None and form.is_valid():
        form.save()
        return redirect(reverse("patrol-targets"))
    rows = Target.objects.filter(office__in=offices, ended=None).select_related("office")
    changes = set(queries.offices_for(person, Verb.CHANGE).values_list("pk", flat=True))
    return show(
        request,
        "patrol_reports/targets.html",
        title=_("Targets of patrols"),
        section="patrols",
        links=addresses("patrol-targets"),
        status=422 if request.method == "POST" else 200,
        form=form,
        targets=[progress_of(one, _today(one.office)) for one in rows],
        changes=changes,
    )


@require_POST
@login_required
@private
def end_target(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a target; it stays in the log."""
    offices = queries.offices_for(request.user, Verb.CHANGE)
    target = get_object_or_404(Target, uuid=uuid, office__in=offices, ended=None)
    target.ended = timezone.now()
    target.save(update_fields=["ended"])
    return redirect(reverse("patrol-targets"))
