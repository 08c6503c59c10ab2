"""The run "patrols.report": a report, or the feedback sheets of patrols, as files. All or nothing."""

import datetime
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES, as_language
from amur.portal.newsletter.fonts import FontsMissing
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.patrol_reports import reporting, sheets, store
from amur.portal.patrol_reports.blocks import Page
from amur.portal.patrol_reports.models import Report
from amur.portal.patrol_reports.sums import days_between, standing_patrols
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run

NAME: Final = "patrols.report"
STAGES: Final = {
    "measure": _("Summing up the effort"),
    "finds": _("Counting finds"),
    "map": _("Drawing the map"),
    "sheets": _("Writing the sheets"),
    "files": _("Making the files"),
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as a run stores them. Raises ValueError naming the parameter that is wrong."""
    try:
        start, end = (datetime.date.fromisoformat(str(given.get(name))) for name in ("start", "end"))
    except ValueError as wrong:
        raise ValueError("start, end: days such as 2026-03-01 are needed") from wrong
    if end < start:
        raise ValueError("end: it is before the start")
    if given.get("language") not in LANGUAGES:
        raise ValueError("language: it is none of the centre's")
    if given.get("kind") not in Report.Kind.values:
        raise ValueError("kind: report or sheets")
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "language": given["language"],
        "kind": given["kind"],
        "patrol": str(given.get("patrol") or ""),
    }


def _work(task: Task) -> Outcome:
    run, office = task.run, task.run.office
    if office is None:
        raise ValueError(f"run {run.uuid} has no office")
    if run.owner is not None and not may(run.owner, Verb.ADD, Subject.PATROLS, office):
        raise Refused([{"code": "no-right", "severity": "error"}])
    done = Report.objects.filter(run=run.uuid).first()
    if done is None:  # else the process was lost between storing and saying so
        try:
            done = _made(task, office)
        except FontsMissing as missing:
            raise Refused([{"code": "fonts-missing", "severity": "error"}]) from missing
    return Outcome({"report": str(done.uuid)})


def _made(task: Task, office: Office) -> Report:
    from amur.portal.patrol_reports import documents, typesetting  # typesetter and fonts are large

    given = task.run.parameters
    start, end = (datetime.date.fromisoformat(given[name]) for name in ("start", "end"))
    is_report = given["kind"] == Report.Kind.REPORT
    with translation.override(given["language"]):
        pages = [_report(task, office, start, end)] if is_report else _sheets(task, office, start, end)
        task.progress(0.7, "files")
        title = pages[0].title if len(pages) == 1 else translated("Feedback on patrols")
        pdf = store.keep(typesetting.as_pdf(pages, title), "pdf")
        task.progress(0.9, "files")
        docx = store.keep(documents.as_docx(pages[0]), "docx") if is_report else ""
    with transaction.atomic():
        report = Report.objects.create(
            office=office,
            kind=given["kind"],
            run=task.run.uuid,
            start=start,
            end=end,
            language=as_language(given["language"]),
            made_by=task.run.owner,
            pdf=pdf,
            docx=docx,
        )
        task.require_own()
    return report


def _report(task: Task, office: Office, start: datetime.date, end: datetime.date) -> Page:
    maker = str(task.run.owner) if task.run.owner is not None else "–"
    return reporting.report(office, start, end, maker, timezone.localdate(), task.progress)


def _sheets(task: Task, office: Office, start: datetime.date, end: datetime.date) -> list[Page]:
    """A sheet for each patrol with a day in the period, or for the one that is meant."""
    patrols = standing_patrols(office).select_related("office").order_by("start", "pk")
    meant = task.run.parameters["patrol"]
    if meant:
        patrols = patrols.filter(uuid=meant)
    else:
        days = days_between(office, start, end)
        patrols = patrols.filter(pk__in=days.order_by().values("leg__patrol"))
    chosen = list(patrols)
    if not chosen:
        raise Refused([{"code": "nothing", "severity": "error"}])
    pages = []
    for number, patrol in enumerate(chosen):
        task.progress(0.7 * number / len(chosen), "sheets")
        pages.append(sheets.sheet(patrol))
    return pages


def _address(run: Run) -> str:
    made = (run.result or {}).get("report")
    return reverse("patrol-reports-report", kwargs={"uuid": made}) if made else reverse("patrol-reports")


KIND: Final = Kind(
    NAME, _("Report of patrols"), Subject.PATROLS, _work, checked, address=_address, stages=STAGES
)
