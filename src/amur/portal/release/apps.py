from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleaseConfig(AppConfig):
    """What has left the house, as the gate of amur.disclosure let it."""

    name = "amur.portal.release"
    verbose_name = _("Release")
