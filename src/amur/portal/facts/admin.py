"""Facts and documents in the offices' editing pages."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup

from amur.portal.editing.fields import SourcesField
from amur.portal.editing.forms import OfficeForm, RowForm
from amur.portal.editing.panels import RowsPanel
from amur.portal.editing.viewsets import NumberColumn, OfficeViewSet
from amur.portal.facts.models import Document, Fact
from amur.portal.facts.units import KIND_NAMES, UNIT_NAMES
from amur.portal.release.actions import refresh


class FactForm(OfficeForm):
    """A figure with its interval; unit and kind come from the lists that pages have words for."""

    unit = forms.ChoiceField(label=_("Unit"), choices=lambda: list(UNIT_NAMES.items()))
    kind = forms.ChoiceField(label=_("Kind of figure"), choices=lambda: list(KIND_NAMES.items()))
    disputed_by = SourcesField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("period_start") or "", cleaned.get("period_end") or ""
        length = min(len(start), len(end))
        if length and end[:length] < start[:length]:
            self.add_error("period_end", _("The period ends before it begins."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day is before the first."))
        if self.instance.pk and self.instance in (cleaned.get("contradicts") or ()):
            self.add_error("contradicts", _("A fact cannot contradict itself."))
        for name in ("detection_low", "detection_high"):
            value = cleaned.get(name)
            if value is not None and not 0 <= value <= 1:
                self.add_error(name, ValidationError(_("A probability lies between 0 and 1.")))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        before = set(self.instance.contradicts.all()) if self.instance.pk else set()
        fact = super().save(commit=commit)
        if commit and "contradicts" in self.changed_data:
            # A contradiction holds on both sides, and is written after the row itself was released.
            for one in {fact, *before, *fact.contradicts.all()}:
                refresh(one)
        return fact


class FactViewSet(OfficeViewSet):
    model = Fact
    form = FactForm
    icon = "table"
    name = "facts"
    url_prefix = "facts"
    search_fields = ("key", "name", "subject_key", "place")
    list_display: ClassVar[list[Any]] = [
        "__str__",
        "subject_key",
        "period_start",
        NumberColumn("value", label=_("Value"), sort_key="value"),
        NumberColumn("low", label=_("Low"), sort_key="low"),
        NumberColumn("high", label=_("High"), sort_key="high"),
        "unit",
        "status",
        "office",
    ]
    list_filter: ClassVar[list[str]] = [
        "subject_kind",
        "subject_key",
        "unit",
        "status",
        "confidence",
        "is_published",
    ]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("subject_kind"), FieldPanel("subject_key")]),
                FieldPanel("name"),
            ],
            heading=_("What it is about"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("value"), FieldPanel("low"), FieldPanel("high")]),
                FieldRowPanel([FieldPanel("unit"), FieldPanel("kind"), FieldPanel("approximate")]),
            ],
            heading=_("Figure"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("period_start"), FieldPanel("period_end"), FieldPanel("area_key")]),
                FieldPanel("period_label"),
                FieldPanel("place"),
                FieldPanel("place_detail"),
            ],
            heading=_("When and where"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("method"),
                FieldRowPanel([FieldPanel("detection_low"), FieldPanel("detection_high")]),
            ],
            heading=_("Method"),
        ),
        RowsPanel(
            "citations",
            [FieldRowPanel([FieldPanel("document"), FieldPanel("page")])],
            heading=_("Sources"),
            label=_("Source"),
            form=RowForm,
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("status"), FieldPanel("confidence"), FieldPanel("is_published")]),
                FieldPanel("disputed_by"),
                FieldPanel("contradicts"),
                FieldPanel("notes"),
                FieldRowPanel([FieldPanel("retrieved"), FieldPanel("valid_from"), FieldPanel("valid_to")]),
            ],
            heading=_("Evidence and publication"),
        ),
    ]


class DocumentViewSet(OfficeViewSet):
    model = Document
    form = OfficeForm
    icon = "doc-full"
    name = "documents"
    url_prefix = "sources"
    search_fields = ("citation", "url")
    list_display: ClassVar[list[str]] = ["__str__", "url", "retrieved", "office"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("citation"),
        FieldRowPanel([FieldPanel("url"), FieldPanel("retrieved")]),
    ]


class FactsGroup(ViewSetGroup):
    menu_label = _("Facts")
    menu_icon = "table"
    menu_order = 230
    items = (FactViewSet, DocumentViewSet)
