"""Title and notes of results in the offices' editing pages; everything else comes from a run."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet


class ResultViewSet(OfficeViewSet):
    model = ConnectivityResult
    form = OfficeForm
    icon = "link"
    name = "connectivity"
    url_prefix = "connectivity"
    menu_order = 202
    menu_label = _("Connectivity")  # type: ignore[assignment]  # lazy: said in each reader's language
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "raster", "created", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldPanel("notes"),
        FieldRowPanel([FieldPanel("key", read_only=True)]),
    ]
