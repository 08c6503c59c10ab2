"""Title and notes of results in the offices' editing pages; everything else comes from a run."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.population.models import PopulationResult


class ResultViewSet(OfficeViewSet):
    model = PopulationResult
    form = OfficeForm
    icon = "group"
    name = "population"
    url_prefix = "population"
    menu_order = 203
    menu_label = _("How many animals")  # type: ignore[assignment]  # lazy: said in each reader's language
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "species_key", "created", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["is_published"]
    # Editors see results, and nothing of the surveys behind them.
    inspect_view_fields: ClassVar[list[str]] = [
        "names", "notes", "key", "species_key", "period_start", "period_end", "simulated", "created",
        "is_published",
    ]  # fmt: skip
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldPanel("notes"),
        FieldRowPanel([FieldPanel("key", read_only=True)]),
    ]
