from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CamerasConfig(AppConfig):
    """Camera traps: what stood where and when, its pictures, and what they show."""

    name = "amur.portal.cameras"
    verbose_name = _("Camera traps")

    def ready(self) -> None:
        from amur.portal.cameras import exports_work, packages_work
        from amur.portal.cameras.actions import also_undo
        from amur.portal.cameras.models import Act
        from amur.portal.cameras.records import PROJECTS
        from amur.portal.cameras.searching import SEARCHED
        from amur.portal.cameras.taking import restore
        from amur.portal.release.actions import follow
        from amur.portal.runs.kinds import register
        from amur.portal.search.registry import register as register_search

        also_undo(Act.Kind.IMPORT, restore)
        also_undo(Act.Kind.UNDO, restore)
        follow(PROJECTS)
        register(packages_work.KIND)
        register(exports_work.KIND)
        register_search(SEARCHED)
