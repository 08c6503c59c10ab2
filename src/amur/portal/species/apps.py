from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpeciesConfig(AppConfig):
    """The species the programme works for."""

    name = "amur.portal.species"
    verbose_name = _("Species")

    def ready(self) -> None:
        from amur.portal.release.actions import follow
        from amur.portal.species.records import SPECIES

        follow(SPECIES)

        from amur.portal.search.registry import register
        from amur.portal.species.searching import SEARCHED

        register(SEARCHED)
