from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """Publications."""

    name = "amur.portal.library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from amur.portal.library.records import PUBLICATIONS
        from amur.portal.release.actions import follow

        follow(PUBLICATIONS)

        from amur.portal.library.searching import SEARCHED
        from amur.portal.search.registry import register

        register(SEARCHED)
