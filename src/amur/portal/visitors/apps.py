from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    """Counts of visits without cookies, and the visitors' own choices."""

    name = "amur.portal.visitors"
    verbose_name = _("Visitors")

    def ready(self) -> None:
        from amur.portal.search.signals import searched
        from amur.portal.visitors import actions

        searched.connect(actions.searched, dispatch_uid="visitors-searches")
