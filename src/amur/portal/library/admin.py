"""Publications in the offices' editing pages."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from amur.portal.editing.fields import LinesField, SourcesField
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.languages.codes import LANGUAGES, OWN_NAMES
from amur.portal.library.models import Publication
from amur.portal.website.page_forms import use_choices


class PublicationForm(OfficeForm):
    """A publication."""

    authors = LinesField(
        help_text=_("One author a line: family name, given names. In the order of the title page.")
    )
    languages = forms.MultipleChoiceField(
        required=False,
        choices=[(code, OWN_NAMES[code]) for code in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )
    sources = SourcesField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        disabled = {name for name, field in self.fields.items() if field.disabled}
        use_choices(self)
        for name in disabled:
            self.fields[name].disabled = True


class PublicationViewSet(OfficeViewSet):
    model = Publication
    form = PublicationForm
    icon = "doc-full"
    name = "publications"
    url_prefix = "publications"
    menu_order = 235
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "type", "issued", "office", PUBLISHED]
    list_filter: ClassVar[list[str]] = ["type", "is_published"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("type"), FieldPanel("issued")]),
        FieldPanel("authors"),
        FieldPanel("annotation"),
        MultiFieldPanel(
            [
                FieldPanel("publisher"),
                FieldPanel("languages"),
                FieldRowPanel([FieldPanel("doi"), FieldPanel("isbn"), FieldPanel("licence")]),
            ],
            heading=_("Edition"),
        ),
        MultiFieldPanel(
            [FieldPanel("cover"), InlinePanel("files", [FieldPanel("file")])], heading=_("Files")
        ),
        MultiFieldPanel(
            [
                FieldPanel("module_key"),
                FieldPanel("countries"),
                FieldPanel("species_keys"),
                FieldPanel("area_keys"),
            ],
            heading=_("What it is about"),
        ),
        MultiFieldPanel(
            [FieldPanel("sources"), FieldPanel("is_published")], heading=_("Evidence and publication")
        ),
    ]
