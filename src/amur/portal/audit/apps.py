from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Every change, append-only and hash-chained."""

    name = "amur.portal.audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        from amur.portal.audit import followed, signals

        followed.follow_all()
        signals.connect()
