"""The page for auditors: the log of their office, read-only, with filters and a CSV of what is shown."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView

from amur.portal.audit.actions import record
from amur.portal.audit.models import PROGRAMME, AuditEntry
from amur.portal.audit.queries import offices_to_read, readable


class LogFilter(WagtailFilterSet):
    """Narrow the log down."""

    chain = django_filters.ChoiceFilter(label=_("Office"), empty_label=_("All"))
    actor = django_filters.CharFilter(label=_("Who"), lookup_expr="icontains")
    action = django_filters.CharFilter(label=_("Action contains"), lookup_expr="icontains")
    kind = django_filters.CharFilter(label=_("Kind of record contains"), lookup_expr="icontains")
    object_key = django_filters.CharFilter(label=_("Record"), lookup_expr="icontains")
    object_uuid = django_filters.UUIDFilter(label=_("Identifier of the record"))
    since = django_filters.DateFilter(
        label=_("From (UTC)"),
        field_name="time",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("To (UTC)"),
        field_name="time",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["chain"].extra["choices"] = chains_of(self.request.user)


def chains_of(person: Any) -> list[tuple[str, str]]:
    """The chains somebody may read, with the names of their offices."""
    offices = [(str(office.uuid), str(office)) for office in offices_to_read(person)]
    return [*offices, (PROGRAMME, str(_("the programme")))] if offices else []


class LogView(ReportView):
    """The list of entries, newest first."""

    page_title = _("Audit log")
    header_icon = "history"
    index_url_name = "audit_log"
    index_results_url_name = "audit_log_results"
    model = AuditEntry
    filterset_class = LogFilter
    is_searchable = False
    default_ordering = "-time"
    list_export = (
        "chain",
        "sequence",
        "time",
        "actor",
        "actor_uuid",
        "action",
        "kind",
        "object_key",
        "object_uuid",
        "changes_text",
        "previous",
        "hash",
    )
    columns = (
        DateColumn("time", label=_("Time"), sort_key="time"),
        Column("actor", label=_("Who")),
        Column("action", label=_("Action")),
        Column("object_key", label=_("Record")),
        Column("told", label=_("Changes"), accessor=lambda entry: told(entry)),
        Column("sequence", label=_("Number in the chain")),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not offices_to_read(request.user):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        if self.is_export:
            asked = {name: value for name, value in request.GET.items() if value}
            record("audit.log.export", kind="audit.auditentry", changes={"asked": asked})
        return response

    def get_base_queryset(self) -> QuerySet[AuditEntry]:
        return readable(self.request.user)

    def get_filename(self) -> str:
        return "audit-log"


def told(entry: AuditEntry) -> str:
    """An entry's changes as one short line: `area_ha: 5 → 6; status: designated → planned`."""
    parts = []
    for name, change in entry.changes.items():
        old_and_new = isinstance(change, list) and len(change) == 2
        parts.append(f"{name}: {change[0]} → {change[1]}" if old_and_new else f"{name}: {change}")
    line = "; ".join(parts)
    return line if len(line) <= 400 else f"{line[:400]}…"
