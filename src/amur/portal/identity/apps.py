from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Who is it: flanks of animals with marked coats, and what people say about whom they show."""

    name = "amur.portal.identity"
    verbose_name = _("Who is it")
