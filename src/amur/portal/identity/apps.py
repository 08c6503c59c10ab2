from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    """Who is it: flanks of animals with marked coats, and what people say about whom they show."""

    name = "amur.portal.identity"
    verbose_name = _("Who is it")

    def ready(self) -> None:
        from amur.portal.animals.lives import register as register_lives
        from amur.portal.animals.signals import changed
        from amur.portal.identity import lives, unflanked
        from amur.portal.identity.work import KINDS
        from amur.portal.review import queues
        from amur.portal.runs.kinds import register

        for kind in KINDS:
            register(kind)
        register_lives(lives)
        queues.register(unflanked.QUEUE)
        changed.connect(_follow, dispatch_uid="identity-follows-merges")


def _follow(office: Any, **_: Any) -> None:
    from amur.portal.identity.actions import refresh_office

    refresh_office(office)
