"""Species in the offices' editing pages."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from amur.portal.editing.fields import MappingField, NamesField, SourcesField, language_code
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.species.models import Species


def address_part(word: str) -> str:
    """Refuse what cannot stand in an address."""
    if slugify(word, allow_unicode=True) != word:
        raise ValidationError(
            _("“%(word)s” cannot be an address; write small letters, digits and hyphens"),
            params={"word": word},
        )
    return word


class SpeciesForm(OfficeForm):
    """A species with its further names and its addresses."""

    other_names = NamesField(help_text=_("One name a line: language, colon, name, such as ru: тигр"))
    slugs = MappingField(
        check=language_code,
        convert=address_part,
        help_text=_("One language a line, such as en: amur-tiger. Empty: made from the names."),
    )
    sources = SourcesField()


class SpeciesViewSet(OfficeViewSet):
    model = Species
    form = SpeciesForm
    name = "species"
    url_prefix = "species"
    icon = "tag"
    menu_order = 210
    add_to_admin_menu = True
    search_fields = ("key", "names", "scientific_name")
    list_display: ClassVar[list[Any]] = [
        "__str__",
        "scientific_name",
        "iucn_status",
        "sensitivity",
        PUBLISHED,
    ]
    list_filter: ClassVar[list[str]] = ["role", "iucn_status", "sensitivity", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("scientific_name"), FieldPanel("position")]),
                FieldPanel("role"),
                FieldRowPanel([FieldPanel("iucn_status"), FieldPanel("iucn_scope")]),
                FieldPanel("other_names"),
                FieldPanel("slugs"),
            ],
            heading=_("What it is"),
        ),
        MultiFieldPanel(
            [FieldPanel("sensitivity"), FieldPanel("sensitivity_reason")],
            heading=_("How finely places may be told"),
        ),
        FieldPanel("profile"),
        MultiFieldPanel(
            [FieldPanel("confidence"), FieldPanel("sources"), FieldPanel("is_published")],
            heading=_("Evidence and publication"),
        ),
    ]
