from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding what is public, in four languages from one box."""

    name = "amur.portal.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from amur.portal.search import following

        following.connect()
