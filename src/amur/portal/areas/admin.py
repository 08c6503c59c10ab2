"""The register in the offices' editing pages: areas, transboundary units, designations."""

from functools import cache
from typing import Any, ClassVar, cast

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup

from amur.portal.areas.forms import AreaForm, MemberForm, UnitForm
from amur.portal.areas.models import Area, Designation, TransboundaryUnit
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.panels import RowsPanel
from amur.portal.editing.viewsets import PUBLISHED, NumberColumn, OfficeViewSet


class AreaFilters(WagtailFilterSet):
    """By country, kind, status, designation, IUCN category, accuracy, confidence, publication."""

    country = django_filters.CharFilter(label=_("Country code"), method="in_country")

    class Meta:
        model = Area
        fields = (
            "kind",
            "status",
            "designation",
            "iucn_category",
            "geometry_accuracy",
            "confidence",
            "is_published",
        )

    def in_country(self, rows: "QuerySet[Area]", _name: str, value: str) -> "QuerySet[Area]":
        # In Python, because SQLite cannot look into a list in JSON.
        wanted = value.strip().upper()
        return rows.filter(pk__in=[row.pk for row in rows if wanted in row.countries])


class AreaViewSet(OfficeViewSet):
    model = Area
    form = AreaForm
    icon = "site"
    name = "areas"
    url_prefix = "areas"
    filterset_class = AreaFilters
    list_display: ClassVar[list[Any]] = [
        "__str__",
        "kind",
        "status",
        NumberColumn("area_ha", label=_("Area, ha"), sort_key="area_ha"),
        "office",
        PUBLISHED,
    ]
    ordering = "key"
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("kind")]),
                FieldRowPanel([FieldPanel("countries"), FieldPanel("status")]),
                FieldPanel("designation"),
                FieldPanel("parent"),
                FieldPanel("region"),
            ],
            heading=_("What and where"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("area_ha"), FieldPanel("area_confidence")]),
                FieldPanel("area_note"),
                FieldPanel("area_sources"),
            ],
            heading=_("Size"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("iucn_category"), FieldPanel("established")]),
                FieldPanel("iucn_basis"),
                FieldPanel("legal_act"),
                FieldPanel("purpose"),
            ],
            heading=_("Law and purpose"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("longitude"), FieldPanel("latitude")]),
                FieldPanel("boundary"),
                FieldPanel("geometry_accuracy"),
            ],
            heading=_("Place"),
        ),
        MultiFieldPanel(
            [FieldPanel("groups"), FieldPanel("candidate_groups"), FieldPanel("restricted_groups")],
            heading=_("Networks and lists"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("confidence"),
                FieldPanel("sources"),
                FieldPanel("notes"),
                FieldPanel("is_published"),
            ],
            heading=_("Evidence and publication"),
        ),
    ]


@cache
def area_form() -> type[AreaForm]:
    """The form of the editing page, for the API to change areas by the same rules."""
    return cast(type[AreaForm], AreaViewSet().get_form_class())


class UnitViewSet(OfficeViewSet):
    model = TransboundaryUnit
    form = UnitForm
    icon = "link"
    name = "units"
    url_prefix = "units"
    list_display: ClassVar[list[Any]] = ["__str__", "type_code", "date", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["type_code", "confidence", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("type_code"), FieldPanel("whc_id")]),
                FieldPanel("type"),
            ],
            heading=_("What"),
        ),
        MultiFieldPanel(
            [FieldPanel("date"), FieldPanel("date_note"), FieldPanel("place")], heading=_("Agreement")
        ),
        RowsPanel(
            "members",
            [FieldRowPanel([FieldPanel("area"), FieldPanel("status")]), FieldPanel("sources")],
            heading=_("Members"),
            label=_("Member"),
            form=MemberForm,
            help_text=_("A candidate is a guess of the office and is never shown outside it."),
        ),
        MultiFieldPanel([FieldPanel("members_declared"), FieldPanel("pairs")], heading=_("As declared")),
        MultiFieldPanel(
            [
                FieldPanel("confidence"),
                FieldPanel("sources"),
                FieldPanel("notes"),
                FieldPanel("is_published"),
            ],
            heading=_("Evidence and publication"),
        ),
    ]


class DesignationViewSet(OfficeViewSet):
    model = Designation
    form = OfficeForm
    icon = "tag"
    name = "designations"
    url_prefix = "designations"
    list_display: ClassVar[list[str]] = ["__str__", "key", "country", "iucn_category"]
    list_filter: ClassVar[list[str]] = ["country"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("country"), FieldPanel("iucn_category")]),
    ]


class RegisterGroup(ViewSetGroup):
    menu_label = _("Areas")
    menu_icon = "site"
    menu_order = 200
    items = (AreaViewSet, UnitViewSet, DesignationViewSet)
