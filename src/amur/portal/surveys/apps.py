from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Camera surveys of the offices: chosen deployments and rules, and the numbers that follow from them."""

    name = "amur.portal.surveys"
    verbose_name = _("Camera surveys")

    def ready(self) -> None:
        from amur.portal.release.actions import follow
        from amur.portal.runs.kinds import register
        from amur.portal.search.registry import register as register_search
        from amur.portal.surveys.records import NUMBERS
        from amur.portal.surveys.searching import SEARCHED
        from amur.portal.surveys.work import KIND

        follow(NUMBERS)
        register(KIND)
        register_search(SEARCHED)
