"""Deletes the personal data of registrations when their time has come; meant for a daily timer."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from amur.portal.events.actions import forget


class Command(BaseCommand):
    help = "Delete the personal data of registrations whose event is long enough ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{forget(timezone.localdate())} registrations forgotten")
