"""The Django app of the map."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MapsConfig(AppConfig):
    """Registered in settings as `amur.portal.maps`; it has no tables."""

    name = "amur.portal.maps"
    label = "maps"
    verbose_name = _("Map")
