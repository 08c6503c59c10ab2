"""Mail that comes back: for good it ends the subscription, for now the third time does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from amur.portal.newsletter.command import Noted, take_bounces
from amur.portal.newsletter.models import Delivery, Issue, Subscriber

SPEC = importlib.util.spec_from_file_location(
    "reports", Path(__file__).parents[2] / "formats" / "test_bounces.py"
)
assert SPEC is not None and SPEC.loader is not None
REPORTS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(REPORTS)


def returned(token: str, status: str) -> bytes:
    made: bytes = REPORTS.report(status=status, to=f"bounces+{token}@centre.example")
    return made


@pytest.fixture
def delivery(published: Any, reader: Any) -> Delivery:
    return Delivery.objects.create(issue=published, subscriber=reader("a@example.org"), state="sent")


def test_a_hard_bounce_ends_the_subscription_and_deletes_the_address(delivery: Delivery) -> None:
    assert take_bounces(returned(delivery.token, "5.1.1")) == Noted(1, 0, 0)
    row = Subscriber.objects.get()
    assert (row.state, row.address) == ("bounced", "")
    delivery.refresh_from_db()
    assert delivery.state == "bounced"


def test_the_same_report_twice_counts_once(delivery: Delivery) -> None:
    for _ in range(5):
        take_bounces(returned(delivery.token, "4.2.2"))
    row = Subscriber.objects.get()
    assert (row.state, row.soft_bounces) == ("confirmed", 1)


def test_the_third_soft_bounce_ends_the_subscription(cast: Any, delivery: Delivery) -> None:
    reader = Subscriber.objects.get()
    take_bounces(returned(delivery.token, "4.2.2"))
    for quarter in (2, 3):
        issue = Issue.objects.create(office=cast.ours, year=2023, quarter=quarter)
        assert Subscriber.objects.get().state == "confirmed"
        again = Delivery.objects.create(issue=issue, subscriber=reader, state="sent")
        take_bounces(returned(again.token, "4.2.2"))
    assert Subscriber.objects.get().state == "bounced"


def test_a_report_about_nothing_of_ours_changes_nothing(delivery: Delivery) -> None:
    assert take_bounces(returned("f" * 40, "5.1.1")) == Noted(0, 0, 1)
    assert Subscriber.objects.get().state == "confirmed"
