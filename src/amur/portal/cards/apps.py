from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """Memory cards of camera traps on their way into the centre."""

    name = "amur.portal.cards"
    verbose_name = _("Memory cards")

    def ready(self) -> None:
        from amur.portal.cards.work import KIND
        from amur.portal.runs.kinds import register

        register(KIND)
