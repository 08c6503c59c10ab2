from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    """Counts of visits without cookies, and the visitors' own choices."""

    name = "amur.portal.visitors"
    verbose_name = _("Visitors")
