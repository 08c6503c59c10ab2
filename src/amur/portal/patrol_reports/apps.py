from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolReportsConfig(AppConfig):
    """What patrols tell a chief: the week, plans, reports, feedback sheets."""

    name = "amur.portal.patrol_reports"
    verbose_name = _("Reports of patrols")

    def ready(self) -> None:
        from amur.portal.patrol_reports import work
        from amur.portal.runs.kinds import register

        register(work.KIND)
