"""The glossary in the editing pages."""

from typing import Any, ClassVar

from wagtail.admin.panels import FieldPanel, FieldRowPanel

from amur.portal.editing.fields import LinesField
from amur.portal.editing.forms import OfficeForm
from amur.portal.editing.viewsets import OfficeViewSet
from amur.portal.translations.models import Term


class TermForm(OfficeForm):
    """A term."""

    forbidden = LinesField()


class TermViewSet(OfficeViewSet):
    model = Term
    form = TermForm
    icon = "openquote"
    name = "glossary"
    url_prefix = "glossary"
    menu_order = 306
    add_to_admin_menu = True
    list_display: ClassVar[list[Any]] = ["__str__", "key", "note"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("names"),
        FieldRowPanel([FieldPanel("key")]),
        FieldPanel("forbidden"),
        FieldPanel("note"),
    ]
