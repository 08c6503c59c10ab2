"""Tells Django that this subject is here, and what of it is released."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events, forums and what was agreed at them."""

    name = "amur.portal.events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from amur.portal.events.records import COMMITMENTS, EVENTS, SERIES
        from amur.portal.events.searching import SEARCHED
        from amur.portal.release.actions import follow
        from amur.portal.search.registry import register

        for adapter in (SERIES, EVENTS, COMMITMENTS):
            follow(adapter)
        register(SEARCHED)
