from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolsConfig(AppConfig):
    """Ranger patrols: where people went, how far and how long, and what they found."""

    name = "amur.portal.patrols"
    verbose_name = _("Patrols")

    def ready(self) -> None:
        from amur.portal.patrols import work
        from amur.portal.runs.kinds import register

        register(work.KIND)
