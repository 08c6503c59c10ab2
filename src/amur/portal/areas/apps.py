from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AreasConfig(AppConfig):
    """Protected areas, buffer zones, corridors and transboundary units."""

    name = "amur.portal.areas"
    verbose_name = _("Areas")

    def ready(self) -> None:
        from amur.portal.areas.records import AREAS, UNITS
        from amur.portal.maps import layers
        from amur.portal.release.actions import follow

        follow(AREAS)
        follow(UNITS)

        from amur.portal.areas import signals
        from amur.portal.areas.exchange.importing import KINDS
        from amur.portal.areas.layers import REGISTER
        from amur.portal.areas.searching import SEARCHED
        from amur.portal.runs.kinds import register
        from amur.portal.search.registry import register as register_search

        for kind in KINDS:
            register(kind)
        register_search(SEARCHED)
        signals.connect()
        layers.register(REGISTER)
