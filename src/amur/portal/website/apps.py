from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """What the public meets."""

    name = "amur.portal.website"
    verbose_name = _("Website")

    def ready(self) -> None:
        from amur.portal.search.registry import register
        from amur.portal.website import searching, signals

        signals.connect()
        register(searching.SEARCHED)
        searching.connect()
