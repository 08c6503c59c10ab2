from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    """Translation as work: what is to be translated, by whom, and how far it is."""

    name = "amur.portal.translations"
    verbose_name = _("Translations")

    def ready(self) -> None:
        from amur.portal.runs.kinds import register
        from amur.portal.translations import signals
        from amur.portal.translations.machine import MACHINE_KIND

        signals.connect()
        register(MACHINE_KIND)
