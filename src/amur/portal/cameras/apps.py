from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CamerasConfig(AppConfig):
    """Camera traps: what stood where and when, its pictures, and what they show."""

    name = "amur.portal.cameras"
    verbose_name = _("Camera traps")
