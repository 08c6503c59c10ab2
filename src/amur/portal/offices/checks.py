"""System checks of the ways in: `check --deploy`, and about accounts `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from amur.portal.offices.models import Person

DEMO_IN_PUBLIC = "offices.E001"
DEMO_LEFT_OVER = "offices.W002"


def connect() -> None:
    """Register the checks. Called when the app is ready."""
    checks.register(demo_is_private, checks.Tags.security, deploy=True)
    checks.register(demo_accounts_are_gone, checks.Tags.database)


def demo_is_private(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Demonstration accounts have no second factor and one printed password: never on a public address."""
    if not (settings.AMUR_DEMO and settings.AMUR_HTTPS):
        return []
    return [
        checks.Error(
            "AMUR_DEMO and AMUR_HTTPS are both on: anybody with the demonstration password could log in.",
            hint="Set AMUR_DEMO=0 wherever visitors come by https.",
            id=DEMO_IN_PUBLIC,
        )
    ]


def demo_accounts_are_gone(
    app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Demonstration accounts left in an office's database cannot log in, yet they should go."""
    if settings.AMUR_DEMO or not databases:
        return []
    if Person._meta.db_table not in connection.introspection.table_names():
        return []  # nothing is migrated yet
    left = sorted(Person.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    if not left:
        return []
    return [
        checks.Warning(
            f"Demonstration accounts are active in this database: {', '.join(left)}.",
            hint="They cannot log in while AMUR_DEMO is off. Deactivate or delete them before going public.",
            id=DEMO_LEFT_OVER,
        )
    ]
