"""The verbs of the known individuals: passports, traits, kin, home names, merges and splits.

Everything said can be taken back with `retract`; nothing is overwritten.
"""

import re
import secrets
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from amur.portal.animals.models import Animal, Change, Family, HomeName, Passport, Statement, Status, Trait
from amur.portal.animals.queries import current, members, traits
from amur.portal.animals.signals import changed
from amur.portal.audit.actions import batch
from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText, Translation
from amur.portal.languages.text import Status as TextStatus
from amur.portal.offices.models import Office, Person
from amur.portal.species.queries import scientific_name

SHAPE: Final = re.compile(r"AMUR-[A-Z]{3}-\d{4,8}")
DIGITS: Final = 6
"""Drawn by lot, so that a number tells neither how many animals are known nor since when."""


class Unfit(ValueError):
    """Something that cannot be said; the text tells a person why."""


def new_animal(office: Office, species_key: str, name: str = "", language: Language = "en") -> Animal:
    """A new passport of an office, not published, with its number in the programme.

    Without a name it is called by that number.
    """
    with batch():
        animal = Animal.objects.create(
            key=f"animal-{secrets.token_hex(6)}",
            office=office,
            species_key=species_key,
            names=_named(name or "?", language),
            confidence="high",
            is_published=False,
        )
        number = give_passport(animal)
        if not name:
            animal.names = _named(number, language)
            animal.save(update_fields=["names"])
    return animal


def _named(name: str, language: Language) -> MultilingualText:
    return MultilingualText(language, {language: Translation(name, TextStatus.REVIEWED)})


def species_letters(scientific: str) -> str:
    """The three letters of a species in a passport's number.

    >>> species_letters("Panthera tigris altaica"), species_letters("Lynx lynx")
    ('PTA', 'LLY')
    """
    words = scientific.split()
    letters = "".join(word[0] for word in words[:3]) if len(words) > 2 else words[0][0] + words[-1][:2]
    return letters.upper().ljust(3, "X")


def give_passport(animal: Animal) -> str:
    """Give an animal its number in the programme; one that has a number keeps it."""
    if animal.passport:
        return animal.passport
    letters = species_letters(scientific_name(animal.species_key) or animal.species_key)
    with batch():
        while True:
            number = f"AMUR-{letters}-{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            try:
                with transaction.atomic():
                    Passport.objects.create(number=number, species_key=animal.species_key)
            except IntegrityError:
                continue
            animal.passport = number
            animal.save(update_fields=["passport"])
            return number


def share_passport(animal: Animal, number: str, person: Person | None = None) -> str | None:
    """Let an animal bear the number of the same animal in another office or centre; gives its former number.

    The former number stays known as a home name. Raises Unfit for what is no number, for one of another
    species, and for one that another animal of the office bears.
    """
    if not SHAPE.fullmatch(number):
        raise Unfit(_("“%(number)s” is no passport; write one such as AMUR-PTA-012345.") % {"number": number})
    with batch():
        others = Animal.objects.filter(passport=number).exclude(pk=animal.pk)
        if others.filter(office=animal.office).exists():
            raise Unfit(_("Another animal of the office bears this passport; merge the two first."))
        known, _made = Passport.objects.get_or_create(
            number=number, defaults={"species_key": animal.species_key, "elsewhere": True}
        )
        if known.species_key != animal.species_key:
            raise Unfit(_("This passport belongs to an animal of another species."))
        former = animal.passport
        if former and former != number:
            name_at_home(animal, former, person, office=animal.office)
        animal.passport = number
        animal.save(update_fields=["passport"])
    return former


def restore_passport(animal: Animal, number: str | None) -> None:
    """Give an animal the number back that it bore before it shared another one's."""
    animal.passport = number
    animal.save(update_fields=["passport"])


def say(
    animal: Animal,
    kind: str,
    value: str,
    person: Person | None,
    *,
    on: str = "",
    certainty: str = Trait.Certainty.CERTAIN,
    reason: str = "",
) -> Trait:
    """Say something of an animal: its sex, age class or status, as of a day.

    Raises ValueError for what is no kind or no value of it, and ValidationError for what is no date.
    """
    with batch():
        trait = Trait(
            animal=animal, kind=kind, value=value, on=on, certainty=certainty, reason=reason, said_by=person
        )
        trait.value_name  # noqa: B018  # raises ValueError for a value that the kind does not have
        trait.clean_fields(exclude=("uuid", "said_by", "retracted", "retracted_by"))
        _keep_entered(animal, current(animal))
        trait.save()
        refresh(animal)
    return trait


def _keep_entered(*animals: Animal) -> None:
    """Make statements of what was entered by hand, so that statements alone decide from now on."""
    for animal in animals:
        entered = [(Trait.Kind.SEX, animal.sex, "")]
        if animal.status != Status.UNKNOWN:
            entered.append((Trait.Kind.STATUS, animal.status, animal.status_on))
        for kind, value, on in entered:
            if value and not Trait.objects.filter(animal=animal, kind=kind).exists():
                Trait.objects.create(animal=animal, kind=kind, value=value, on=on)


def refresh(animal: Animal) -> None:
    """Bring the current answers in an animal's row up to its standing statements."""
    head = current(animal)
    latest: dict[str, Trait] = {}
    for trait in traits(head):
        latest.setdefault(trait.kind, trait)
    sex, status = latest.get(Trait.Kind.SEX), latest.get(Trait.Kind.STATUS)
    head.sex = sex.value if sex else ""
    head.status = status.value if status else Status.UNKNOWN
    head.status_on = status.on if status else ""
    head.save()


def name_at_home(
    animal: Animal, name: str, person: Person | None, *, office: Office | None = None, house: str = ""
) -> HomeName:
    """Note how an office, or a house without one here, calls an animal. What is there is not noted again."""
    known = HomeName.objects.filter(animal=animal, of_office=office, house=house, name=name, retracted=None)
    return known.first() or HomeName.objects.create(
        animal=animal, of_office=office, house=house, name=name, said_by=person
    )


def is_cub_of(
    cub: Animal, mother: Animal, person: Person | None, *, certainty: str = "certain", reason: str = ""
) -> Family:
    """Say who is whose cub. Raises Unfit for animals of two species, for oneself and for a circle."""
    if cub.species_key != mother.species_key or cub.office_id != mother.office_id:
        raise Unfit(_("Mother and cub are animals of one species in one office."))
    seen, waiting = set(members(current(cub))), [current(mother).pk]
    if waiting[0] in seen:
        raise Unfit(_("An animal cannot be its own mother."))
    while waiting:
        above = Family.objects.filter(cub=waiting.pop(), retracted=None).values_list("mother", flat=True)
        if seen & set(above):
            raise Unfit(_("The mother is a descendant of the cub."))
        waiting.extend(above)
    return Family.objects.create(cub=cub, mother=mother, said_by=person, certainty=certainty, reason=reason)


def merge(animal: Animal, into: Animal, person: Person | None, reason: str = "") -> Change:
    """Say that two passports are one animal. Raises Unfit when they are one already or cannot be."""
    if animal.office_id != into.office_id or animal.species_key != into.species_key:
        raise Unfit(_("Only animals of one species in one office can be merged."))
    if current(animal).pk == current(into).pk:
        raise Unfit(_("The two are one animal already."))
    return _change(Change(kind=Change.Kind.MERGE, animal=animal, into=into, said_by=person, reason=reason))


def split(
    animal: Animal, into: Animal, identifications: list[str], person: Person | None, reason: str = ""
) -> Change:
    """Say that some identifications of an animal (UUIDs of encounters) are another one. Raises Unfit."""
    if animal.office_id != into.office_id or animal.species_key != into.species_key:
        raise Unfit(_("Only animals of one species in one office can be split from each other."))
    if not identifications:
        raise Unfit(_("Choose the visits that show the other animal."))
    return _change(
        Change(
            kind=Change.Kind.SPLIT,
            animal=animal,
            into=into,
            moved=sorted(identifications),
            said_by=person,
            reason=reason,
        )
    )


def _change(change: Change) -> Change:
    with batch():
        for one in (change.animal, change.into):
            _keep_entered(one, current(one))
        change.save()
        _follow(change)
    return change


def _follow(change: Change) -> None:
    """Bring up to date what hangs on a merge or a split: both rows, and who listens."""
    for one in (change.animal, change.into):
        one.refresh_from_db()
        refresh(one)
        one.refresh_from_db()
        one.save()  # what is released of it may change
    changed.send(sender=Change, office=change.animal.office)


def retract(statement: Statement, person: Person | None) -> None:
    """Take back what was said; what was taken back stays so."""
    if not statement.stands:
        return
    with batch():
        statement.retracted, statement.retracted_by = timezone.now(), person
        statement.save(update_fields=["retracted", "retracted_by"])
        if isinstance(statement, Trait):
            refresh(statement.animal)
        if isinstance(statement, Change):
            _follow(statement)
