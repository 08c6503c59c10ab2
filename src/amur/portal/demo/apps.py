from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Loads the demonstration content."""

    name = "amur.portal.demo"
    verbose_name = _("Demonstration")
