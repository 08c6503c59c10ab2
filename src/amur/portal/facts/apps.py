from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    """Every number the public sees, with its source."""

    name = "amur.portal.facts"
    verbose_name = _("Facts")

    def ready(self) -> None:
        from amur.portal.facts.records import FACTS
        from amur.portal.release.actions import follow

        follow(FACTS)

        from amur.portal.facts.searching import SEARCHED
        from amur.portal.search.registry import register

        register(SEARCHED)
