from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnimalsConfig(AppConfig):
    """Known individuals."""

    name = "amur.portal.animals"
    verbose_name = _("Animals")

    def ready(self) -> None:
        from amur.portal.animals.records import ANIMALS
        from amur.portal.release.actions import follow

        follow(ANIMALS)
