from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    """Who owns what, who may do what."""

    name = "amur.portal.offices"
    verbose_name = _("Offices and people")

    def ready(self) -> None:
        from amur.portal.offices import checks, sessions, signals
        from amur.portal.offices.records import OFFICES
        from amur.portal.release.actions import follow

        follow(OFFICES)
        signals.connect()
        sessions.connect()
        checks.connect()
