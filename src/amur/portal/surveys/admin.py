"""Title and notes of numbers in the offices' editing pages; everything else comes from a run."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.surveys.models import SurveyNumbers


class NumbersViewSet(OfficeViewSet):
    model = SurveyNumbers
    form = OfficeForm
    icon = "table"
    name = "surveys"
    url_prefix = "surveys"
    menu_order = 204
    menu_label = _("Camera surveys")  # type: ignore[assignment]  # lazy: said in each reader's language
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "created", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["is_published"]
    inspect_view_fields: ClassVar[list[str]] = [
        "names", "notes", "key", "period_start", "period_end", "simulated", "created", "is_published",
    ]  # fmt: skip
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldPanel("notes"),
        FieldRowPanel([FieldPanel("key", read_only=True)]),
    ]
