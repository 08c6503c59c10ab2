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
        from amur.portal.areas.layers import AREAS as AREA_LAYER
        from amur.portal.areas.layers import UNITS as UNIT_LAYER

        signals.connect()
        layers.register(UNIT_LAYER)
        layers.register(AREA_LAYER)
