"""Known individuals in the offices' editing pages; places and dates leave only through the gate."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from amur.portal.animals.models import Animal
from amur.portal.areas.queries import known_key
from amur.portal.editing.fields import SourcesField
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.species.queries import species_choices


class AnimalForm(OfficeForm):
    """A known individual; its species is chosen from the list, so that the gate knows its taxon."""

    species_key = forms.ChoiceField(label=_("Species"))
    sources = SourcesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        species = self.fields["species_key"]
        if isinstance(species, forms.ChoiceField):
            species.choices = species_choices(self.for_user)

    def clean_release_area_key(self) -> str:
        return known_key(self.cleaned_data["release_area_key"])


class AnimalViewSet(OfficeViewSet):
    model = Animal
    form = AnimalForm
    icon = "user"
    name = "animals"
    url_prefix = "animals"
    menu_order = 220
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "species_key", "sex", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["species_key", "sex", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("species_key"), FieldPanel("sex")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("found_on"), FieldPanel("released_on")]),
                FieldRowPanel([FieldPanel("release_area_key"), FieldPanel("event_kind")]),
                FieldPanel("found_text"),
                FieldPanel("fate"),
            ],
            heading=_("Rescue, release, fate"),
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
