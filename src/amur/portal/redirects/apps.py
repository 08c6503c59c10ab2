from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RedirectsConfig(AppConfig):
    """Addresses of older sites."""

    name = "amur.portal.redirects"
    verbose_name = _("Old addresses")
