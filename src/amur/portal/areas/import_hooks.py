"""The way from the editing pages to the import: an entry of the menu, registered in `wagtail_hooks`."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from amur.portal.areas.import_forms import offices_for
from amur.portal.languages.codes import as_language
from amur.portal.offices.models import Person


class ImportItem(MenuItem):
    """Shown to those who may import, and leads to the page in the language of the editing pages."""

    def is_shown(self, request: object) -> bool:
        person = getattr(request, "user", None)
        return isinstance(person, Person) and offices_for(person).exists()

    def render_component(self, request: object) -> object:
        with translation.override(as_language(translation.get_language())):
            self.url = reverse("areas-import")
        return super().render_component(request)


def import_item() -> MenuItem:
    """The entry, beside the register."""
    return ImportItem(_("Import areas"), "", name="areas-import", icon_name="upload", order=201)
