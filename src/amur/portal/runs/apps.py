from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RunsConfig(AppConfig):
    """Long work and computed figures with their inputs."""

    name = "amur.portal.runs"
    verbose_name = _("Runs")
