from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectivityConfig(AppConfig):
    """Where animals can pass: circuits and corridors between areas of the register."""

    name = "amur.portal.connectivity"
    verbose_name = _("Connectivity")

    def ready(self) -> None:
        from amur.portal.connectivity import signals
        from amur.portal.connectivity.records import RESULTS
        from amur.portal.connectivity.searching import SEARCHED
        from amur.portal.connectivity.work import KIND
        from amur.portal.release.actions import follow
        from amur.portal.runs.kinds import register
        from amur.portal.search.registry import register as register_search

        follow(RESULTS)
        register(KIND)
        register_search(SEARCHED)
        signals.connect()
