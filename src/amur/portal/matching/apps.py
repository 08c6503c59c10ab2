from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """Matching rounds: which animals two offices know both."""

    name = "amur.portal.matching"
    verbose_name = _("Animals across the border")

    def ready(self) -> None:
        from amur.portal.matching.work import KIND
        from amur.portal.runs.kinds import register

        register(KIND)
