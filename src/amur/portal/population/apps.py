from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PopulationConfig(AppConfig):
    """How many animals there are: spatial capture-recapture of the offices, alone and together."""

    name = "amur.portal.population"
    verbose_name = _("How many animals")

    def ready(self) -> None:
        from amur.portal.population.records import RESULTS
        from amur.portal.population.searching import SEARCHED
        from amur.portal.population.work import KIND
        from amur.portal.release.actions import follow
        from amur.portal.runs.kinds import register
        from amur.portal.search.registry import register as register_search

        follow(RESULTS)
        register(KIND)
        register_search(SEARCHED)
