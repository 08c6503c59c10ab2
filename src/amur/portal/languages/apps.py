from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LanguagesConfig(AppConfig):
    """Texts in four languages, their addresses, dates and numbers as each language writes them."""

    name = "amur.portal.languages"
    verbose_name = _("Languages")
