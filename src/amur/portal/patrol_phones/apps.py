from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolPhonesConfig(AppConfig):
    """Phones with SMART Mobile that send patrols here, as they would to SMART Connect."""

    name = "amur.portal.patrol_phones"
    verbose_name = _("Phones of patrols")
