"""The lists of readers: one a language, kept at the office that runs the language.

An answer never tells whether an address is known. An address is stored only while its owner wants the
newsletter, or for a week until the owner says so; what stays afterwards is `mark`, a keyed hash, so that an
address that left is not taken in again by an import.
"""

import datetime
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.newsletter.models import Delivery, Subscriber, random_token
from amur.portal.offices.models import Office
from amur.portal.release.memory import remembered

State = Subscriber.State
EACH_HOUR: Final = 120  # letters that sign-ups may cause in an hour, all addresses together
AGAIN: Final = datetime.timedelta(hours=1)  # one letter an hour for one address
PENDING: Final = datetime.timedelta(days=7)
SOFT_LIMIT: Final = 3


class TooMany(Exception):
    """More sign-ups in this hour than the house sends letters for."""


@remembered
def offices() -> Mapping[Language, int]:
    """The office that runs each language; English, which all share, is at the one that runs Russian."""
    found: dict[Language, int] = {}
    rows = list(Office.objects.order_by("key").values_list("pk", "languages"))
    for code in LANGUAGES:
        keeping = [pk for pk, languages in rows if code in languages]
        if keeping:
            found[code] = keeping[0]
    others = [found[code] for code in ("ru", "zh-hans", "mn") if code in found]
    if "en" not in found and others:
        found["en"] = others[0]
    return found


def mark_of(address: str, language: str) -> str:
    """The keyed hash of an address in a list; large and small letters are the same person."""
    text = f"newsletter|{language}|{address.strip().casefold()}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def ask(address: str, language: Language) -> None:
    """Somebody asks for the newsletter: a letter with the way to confirm will follow.

    Raises ValidationError for what is no address, LookupError without an office that runs the language,
    TooMany when the hour's letters are used up. Says nothing of whether the address was known.
    """
    address = address.strip()
    validate_email(address)
    office = offices().get(language)
    if office is None:
        raise LookupError(language)
    now = timezone.now()
    if Subscriber.objects.filter(asked_at__gt=now - AGAIN).count() >= EACH_HOUR:
        raise TooMany
    with transaction.atomic():
        row, _new = Subscriber.objects.get_or_create(
            mark=mark_of(address, language), defaults={"language": language, "office_id": office}
        )
        # One conditional UPDATE: of two requests at the same moment one causes a letter.
        waited = Q(asked_at__isnull=True) | Q(asked_at__lt=now - AGAIN)
        same = Subscriber.objects.filter(waited, pk=row.pk)
        if row.state == State.CONFIRMED:
            same.update(asked_at=now, mail_due=True)
        else:
            same.update(
                asked_at=now, mail_due=True, address=address, state=State.PENDING, office_id=office,
                ended_at=None, soft_bounces=0,
            )  # fmt: skip


def confirm(token: str) -> Subscriber | None:
    """The owner of an address wants the newsletter; None for a token that leads to nobody."""
    row = Subscriber.objects.filter(token=token, state__in=[State.PENDING, State.CONFIRMED]).first()
    if row is not None and row.state == State.PENDING:
        Subscriber.objects.filter(pk=row.pk, state=State.PENDING).update(
            state=State.CONFIRMED, confirmed_at=timezone.now(), mail_due=False
        )
    return row


def leave(token: str) -> None:
    """The owner of an address wants nothing more: all that is personal goes. Any token is answered alike."""
    _empty(Subscriber.objects.filter(token=token).first(), State.UNSUBSCRIBED)


def remove(address: str, offices_of_person: "list[int] | None") -> int:
    """An office takes an address off at its owner's wish; gives from how many lists. None is all offices."""
    marks = [mark_of(address, code) for code in LANGUAGES]
    rows = Subscriber.objects.filter(mark__in=marks, state__in=[State.PENDING, State.CONFIRMED])
    if offices_of_person is not None:
        rows = rows.filter(office__in=offices_of_person)
    found = list(rows)
    for row in found:
        _empty(row, State.UNSUBSCRIBED)
    return len(found)


def _empty(row: Subscriber | None, state: Subscriber.State) -> None:
    if row is None or row.state == State.UNSUBSCRIBED:
        return
    with transaction.atomic():
        Delivery.objects.filter(subscriber=row, state=Delivery.State.WAITING).delete()
        Subscriber.objects.filter(pk=row.pk).update(
            state=state, address="", token=random_token(), mail_due=False, asked_at=None, confirmed_at=None,
            ended_at=timezone.now(),
        )  # fmt: skip


def note_bounce(token: str, *, hard: bool) -> bool:
    """A letter with this token came back; gives whether it was one of ours.

    A hard one ends the subscription at once, the third soft one in a row does.
    """
    delivery = Delivery.objects.select_related("subscriber").filter(token=token).first()
    row = delivery.subscriber if delivery else Subscriber.objects.filter(token=token).first()
    if row is None:
        return False
    if delivery is not None:
        claimed = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.BOUNCED)
        if not claimed.update(state=Delivery.State.BOUNCED):
            return True  # the same report again
    if row.state not in {State.PENDING, State.CONFIRMED}:
        return True
    Subscriber.objects.filter(pk=row.pk).update(soft_bounces=F("soft_bounces") + 1)
    row.refresh_from_db(fields=["soft_bounces"])
    if hard or row.soft_bounces >= SOFT_LIMIT:
        _empty(row, State.BOUNCED)
    return True


def expire() -> int:
    """Delete sign-ups that nobody confirmed in a week; gives how many."""
    old = Subscriber.objects.filter(state=State.PENDING, asked_at__lt=timezone.now() - PENDING)
    deleted, _models = old.delete()
    return deleted


def counts(office_keys: "list[int] | None") -> list[tuple[str, dict[str, int]]]:
    """How many readers each list has by state, for the offices of a person; None is all offices."""
    rows = Subscriber.objects.all()
    if office_keys is not None:
        rows = rows.filter(office__in=office_keys)
    found: dict[str, dict[str, int]] = {}
    for row in rows.values("language", "state").annotate(count=Count("pk")):
        found.setdefault(row["language"], {})[row["state"]] = row["count"]
    return [(code, found[code]) for code in LANGUAGES if code in found]


def take_in(addresses: "list[str]", language: Language) -> dict[str, int]:
    """Addresses of an older list: each gets the letter that asks to confirm. All or nothing, repeatable.

    Who is known here, has left or cannot be reached is passed over. Raises ValidationError naming each line
    that is no address, LookupError without an office that runs the language.
    """
    office = offices().get(language)
    if office is None:
        raise LookupError(language)
    problems = [f"{number}: {text}" for number, text in enumerate(addresses, 1) if not _is_address(text)]
    if problems:
        raise ValidationError(problems)
    counted = {"added": 0, "known": 0}
    long_ago = timezone.now() - AGAIN  # an import uses up nothing of what sign-ups may cause in this hour
    with transaction.atomic():
        for address in addresses:
            _row, new = Subscriber.objects.get_or_create(
                mark=mark_of(address, language),
                defaults={
                    "language": language, "office_id": office, "address": address.strip(), "mail_due": True,
                    "asked_at": long_ago,
                },
            )  # fmt: skip
            counted["added" if new else "known"] += 1
    return counted


def _is_address(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True
