from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolQueriesConfig(AppConfig):
    """Questions to patrols: a measure by groups of what filters mean, as table, chart and map."""

    name = "amur.portal.patrol_queries"
    verbose_name = _("Questions to patrols")

    def ready(self) -> None:
        from amur.portal.patrol_queries import hotspot_work, work
        from amur.portal.runs.kinds import register

        register(work.KIND)
        register(hotspot_work.KIND)
