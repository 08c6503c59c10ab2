"""Offices, legal notices and people in the editing pages: kept by the administrator of each office."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.base import ViewSetGroup

from amur.portal.editing.viewsets import OfficeViewSet
from amur.portal.offices.forms import PEOPLE, OfficeItselfForm, PersonForm
from amur.portal.offices.models import LegalNotice, Office, OfficeName, Person


class OfficeItselfViewSet(OfficeViewSet):
    model = Office
    form = OfficeItselfForm
    icon = "home"
    name = "offices"
    url_prefix = "offices"
    list_display: ClassVar[list[str]] = ["__str__", "city", "country", "time_zone"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldPanel("city"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("country"), FieldPanel("time_zone")]),
        FieldPanel("languages"),
        FieldPanel("logo"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("longitude"), FieldPanel("latitude")]),
                FieldPanel("position_accuracy"),
            ],
            heading=_("Place"),
        ),
        FieldPanel("sources"),
    ]


class LegalNoticeViewSet(OfficeViewSet):
    model = LegalNotice
    icon = "warning"
    name = "notices"
    url_prefix = "notices"
    search_fields = ("text",)
    list_display: ClassVar[list[str]] = ["__str__", "office", "valid_from", "valid_to"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("scope"), FieldPanel("age_mark")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


class OfficeNameViewSet(OfficeViewSet):
    model = OfficeName
    icon = "tag"
    name = "office-names"
    url_prefix = "office-names"
    search_fields = ("names",)
    list_display: ClassVar[list[str]] = ["__str__", "office", "valid_from", "valid_to"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldPanel("logo"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


class PersonViewSet(OfficeViewSet):
    model = Person
    form = PersonForm
    policy = PEOPLE
    icon = "group"
    name = "people"
    url_prefix = "people"
    search_fields = ("username", "first_name", "last_name")
    list_display: ClassVar[list[str]] = ["__str__", "username", "office", "is_active", "last_login"]
    list_filter: ClassVar[list[str]] = ["is_active"]
    ordering = "username"
    inspect_view_fields: ClassVar[list[str]] = [
        "username",
        "first_name",
        "last_name",
        "email",
        "office",
        "memberships",
        "is_active",
        "last_login",
    ]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldRowPanel([FieldPanel("username"), FieldPanel("email")]),
        FieldRowPanel([FieldPanel("first_name"), FieldPanel("last_name")]),
        FieldPanel("roles"),
        FieldPanel("new_password"),
        FieldPanel("is_active"),
    ]


class OfficeGroup(ViewSetGroup):
    menu_label = _("Office")
    menu_icon = "home"
    menu_order = 300
    items = (OfficeItselfViewSet, OfficeNameViewSet, LegalNoticeViewSet, PersonViewSet)
