from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Every change, append-only and hash-chained."""

    name = "amur.portal.audit"
    verbose_name = _("Audit log")
