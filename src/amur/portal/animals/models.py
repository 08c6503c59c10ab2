"""Known individuals: one passport for life, under which every subject of the centre finds the animal.

What is said of an animal through time (sex, age class, status), who is whose mother, under which names
offices know it, that two passports are one animal (merge) or one is two (split): all are statements of
somebody. None is overwritten, each can be taken back; `folding` makes the current view of those that stand.
Places and dates of an animal leave only through the gate.
"""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.facts.models import Confidence
from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField

if TYPE_CHECKING:
    from amur.portal.offices.models import Office


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")


class Status(models.TextChoices):
    """What is known of the animal's life."""

    ALIVE = "alive", pgettext_lazy("animal", "alive")
    PRESUMED = "presumed-alive", pgettext_lazy("animal", "presumed alive")
    DEAD = "dead", pgettext_lazy("animal", "dead")
    CAPTIVE = "captive", pgettext_lazy("animal", "in captivity")
    UNKNOWN = "unknown", pgettext_lazy("animal", "unknown")


class AgeClass(models.TextChoices):
    CUB = "cub", _("cub")
    SUBADULT = "subadult", _("subadult")
    ADULT = "adult", _("adult")


class Animal(models.Model):
    """One animal, known by name or number.

    `passport` is its identifier in the programme; rows of two offices that are one animal share it. `sex`,
    `status` and `status_on` are the current answers of the statements about it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    passport = models.CharField(_("passport"), max_length=24, null=True, editable=False, db_index=True)
    species_key = models.CharField(_("key of the species"), max_length=120)
    names = MultilingualField(_("names"), blank=False)
    sex = models.CharField(_("sex"), max_length=6, blank=True, choices=Sex.choices)
    status = models.CharField(_("status"), max_length=14, choices=Status.choices, default=Status.UNKNOWN)
    status_on = models.CharField(_("status as of"), max_length=10, blank=True, validators=[reduced_date])
    born_from = models.PositiveSmallIntegerField(_("born not before the year"), null=True, blank=True)
    born_to = models.PositiveSmallIntegerField(_("born not after the year"), null=True, blank=True)
    found_on = models.CharField(_("found on"), max_length=10, blank=True, validators=[reduced_date])
    found_text = MultilingualField(_("how it was found"))
    released_on = models.CharField(_("released on"), max_length=10, blank=True, validators=[reduced_date])
    release_area_key = models.CharField(_("key of the area of release"), max_length=120, blank=True)
    fate = MultilingualField(_("fate"))
    event_kind = models.CharField(_("kind of event"), max_length=40, blank=True)
    portrait_key = models.CharField(_("key of the portrait among the files"), max_length=120, blank=True)
    confidence = models.CharField(_("confidence"), max_length=16, choices=Confidence.choices)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    notes = MultilingualField(_("notes"))
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("animal")
        verbose_name_plural = _("animals")
        ordering = ("species_key", "key")
        constraints = (
            models.UniqueConstraint(fields=("office", "passport"), name="an_office_has_a_passport_once"),
            models.CheckConstraint(
                condition=Q(born_from=None) | Q(born_to=None) | Q(born_from__lte=models.F("born_to")),
                name="years_of_birth_are_in_order",
            ),
        )

    def __str__(self) -> str:
        return str(self.names) or self.key


class Passport(models.Model):
    """A number given to an animal, here or by another centre. It stays when the animal's row goes."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    species_key = models.CharField(_("key of the species"), max_length=120)
    elsewhere = models.BooleanField(_("given by another centre"), default=False)
    given = models.DateTimeField(_("given"), auto_now_add=True)

    class Meta:
        verbose_name = _("passport")
        verbose_name_plural = _("passports")
        ordering = ("number",)

    def __str__(self) -> str:
        return self.number


class Statement(models.Model):
    """What somebody said and may take back. It is never changed otherwise."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    said_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("said by")
    )
    said = models.DateTimeField(_("said"), auto_now_add=True)
    reason = models.TextField(_("reason"), blank=True)
    retracted = models.DateTimeField(_("taken back"), null=True)
    retracted_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("taken back by")
    )

    class Meta:
        abstract = True

    @property
    def stands(self) -> bool:
        """Whether it has not been taken back."""
        return self.retracted is None


class Trait(Statement):
    """Something about an animal on a day, a month or a year: its sex, its age class, its status."""

    class Kind(models.TextChoices):
        SEX = "sex", _("sex")
        AGE = "age", _("age class")
        STATUS = "status", _("status")

    class Certainty(models.TextChoices):
        CERTAIN = "certain", _("certain")
        PROBABLE = "probable", _("probable")
        POSSIBLE = "possible", _("possible")

    animal = models.ForeignKey(Animal, models.CASCADE, related_name="traits", verbose_name=_("animal"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    value = models.CharField(_("value"), max_length=14)
    on = models.CharField(_("as of"), max_length=10, blank=True, validators=[reduced_date])
    certainty = models.CharField(
        _("certainty"), max_length=8, choices=Certainty.choices, default=Certainty.CERTAIN
    )

    class Meta:
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        ordering = ("animal", "pk")

    @property
    def value_name(self) -> str:
        """The value in words."""
        words: dict[str, type[models.TextChoices]] = {"sex": Sex, "age": AgeClass, "status": Status}
        return str(words[self.kind](self.value).label)

    @property
    def office(self) -> "Office":
        """Whose statement it is."""
        return self.animal.office


class Family(Statement):
    """That one animal is the cub of another one."""

    mother = models.ForeignKey(Animal, models.CASCADE, related_name="cub_links", verbose_name=_("mother"))
    cub = models.ForeignKey(Animal, models.CASCADE, related_name="mother_links", verbose_name=_("cub"))
    certainty = models.CharField(
        _("certainty"), max_length=8, choices=Trait.Certainty.choices, default=Trait.Certainty.CERTAIN
    )

    class Meta:
        verbose_name = _("mother and cub")
        verbose_name_plural = _("mothers and cubs")
        ordering = ("pk",)

    @property
    def office(self) -> "Office":
        """Whose statement it is."""
        return self.cub.office


class HomeName(Statement):
    """How an office calls the animal at home: a code or a name. Names of others are kept, not overwritten.

    `of_office` is null where the house has no office in this centre; `house` then names it.
    """

    animal = models.ForeignKey(Animal, models.CASCADE, related_name="home_names", verbose_name=_("animal"))
    of_office = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("office")
    )
    house = models.CharField(_("house, if it has no office here"), max_length=200, blank=True)
    name = models.CharField(_("name or code"), max_length=120)

    class Meta:
        verbose_name = _("home name")
        verbose_name_plural = _("home names")
        ordering = ("animal", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def office(self) -> "Office":
        """Whose statement it is."""
        return self.animal.office


class Change(Statement):
    """That two passports are one animal, or that one passport was two animals.

    Merge: `animal` is `into`. Split: the identifications in `moved` (UUIDs of encounters) are `into`, not
    `animal`.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("merge")
        SPLIT = "split", _("split")

    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    animal = models.ForeignKey(Animal, models.CASCADE, related_name="changes", verbose_name=_("animal"))
    into = models.ForeignKey(Animal, models.CASCADE, related_name="changes_into", verbose_name=_("into"))
    moved = models.JSONField(_("identifications that move"), default=list, blank=True)

    class Meta:
        verbose_name = _("merge or split")
        verbose_name_plural = _("merges and splits")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(animal=models.F("into")), name="a_change_has_two_animals"),
        )

    @property
    def office(self) -> "Office":
        """Whose statement it is."""
        return self.animal.office
