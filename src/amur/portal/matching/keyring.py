"""The keys of offices, and the partners whose keys somebody has compared."""

from django.db import transaction
from django.utils import timezone

from amur.formats.errors import FormatError
from amur.formats.matching.keys import Card, Keys
from amur.portal.matching.models import OfficeKey, Partner
from amur.portal.matching.problems import Refused
from amur.portal.offices.models import Office, Person
from amur.portal.offices.sealing import cipher

PURPOSE = "matching"


def key_of(office: Office) -> OfficeKey | None:
    """The key of an office that is in use."""
    return OfficeKey.objects.filter(office=office, ended=None).first()


def make_key(office: Office) -> OfficeKey:
    """The key of an office, made when there is none."""
    with transaction.atomic():
        return key_of(office) or _new(office)


def renew_key(office: Office) -> OfficeKey:
    """A fresh key in the place of the one in use; partners have to compare its fingerprint again."""
    with transaction.atomic():
        for row in OfficeKey.objects.filter(office=office, ended=None):
            row.ended = timezone.now()
            row.save()
        fresh = _new(office)
        for partner in Partner.objects.filter(local=office, ended=None):
            partner.card = fresh.card
            partner.save()
    return fresh


def _new(office: Office) -> OfficeKey:
    keys = Keys.new()
    return OfficeKey.objects.create(
        office=office, card=keys.card.text, secret=cipher(PURPOSE).encrypt(keys.to_bytes())
    )


def secrets_of(office: Office) -> Keys:
    """The secret keys of an office. Raises Refused when it has none."""
    row = key_of(office)
    if row is None:
        raise Refused("no-own-key")
    return Keys.from_bytes(cipher(PURPOSE).decrypt(bytes(row.secret)))


def add_partner(office: Office, name: str, card: str) -> Partner:
    """Note the key of another office; it is used when `confirm` says that the fingerprint was compared.

    Raises Refused for what is no key.
    """
    try:
        text = Card.from_text(card).text
    except FormatError as error:
        raise Refused.by(error) from error
    same = Partner.objects.filter(office=office, card=text, ended=None).first()
    return same or Partner.objects.create(office=office, name=name, card=text)


def add_local_partner(office: Office, other: Office, person: Person | None) -> Partner:
    """An office of this centre as a partner. Its key is known here, so nobody has to compare it."""
    known = Partner.objects.filter(office=office, local=other, ended=None).first()
    return known or Partner.objects.create(
        office=office,
        name=str(other)[:200],
        local=other,
        card=make_key(other).card,
        confirmed_by=person,
        confirmed=timezone.now(),
    )


def confirm(partner: Partner, person: Person | None) -> None:
    """Somebody has compared the fingerprint with the other office."""
    partner.confirmed, partner.confirmed_by = timezone.now(), person
    partner.save()


def end_partner(partner: Partner) -> None:
    """Nothing is sent to this partner or taken from it any more."""
    partner.ended = timezone.now()
    partner.save()


def card_of(partner: Partner) -> Card:
    """The card of a partner to whom packages may go. Raises Refused before somebody has compared it."""
    if partner.confirmed is None or partner.ended is not None:
        raise Refused("not-confirmed")
    return Card.from_text(partner.card)
