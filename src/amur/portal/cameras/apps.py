from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CamerasConfig(AppConfig):
    """Camera traps: what stood where and when, its pictures, and what they show."""

    name = "amur.portal.cameras"
    verbose_name = _("Camera traps")

    def ready(self) -> None:
        from amur.portal.cameras.actions import also_undo
        from amur.portal.cameras.models import Act
        from amur.portal.cameras.taking import restore

        also_undo(Act.Kind.IMPORT, restore)
        also_undo(Act.Kind.UNDO, restore)
