"""Who is it: encounters with animals of marked coats, their flanks, what people say, what a search found.

An encounter is one animal in one sequence of pictures; the unit of which identity is spoken. What people say
is never overwritten, only taken back; `folding` makes the current view. Everything here is raw as the
pictures themselves: seen only with a right to camera records of the owning office.
"""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.animals.models import Statement

if TYPE_CHECKING:
    from amur.portal.offices.models import Office


class Encounter(models.Model):
    """One animal in one sequence. `species` is the binomial of its coat, such as Panthera tigris.

    `individual` is what the source of imported records calls it; `state` and `animal` are the current view of
    what people said (kept up to date by the actions), so that a queue is one look into an index.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("encounter", "open")
        SECOND = "second", pgettext_lazy("encounter", "waits for a second person")
        CONFLICT = "conflict", pgettext_lazy("encounter", "people disagree")
        KNOWN = "known", pgettext_lazy("encounter", "identified")
        UNTOLD = "untold", pgettext_lazy("encounter", "cannot be told")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        "cameras.CameraProject", models.CASCADE, related_name="+", verbose_name=_("camera project")
    )
    deployment = models.ForeignKey(
        "cameras.Deployment", models.CASCADE, related_name="+", verbose_name=_("deployment")
    )
    event = models.ForeignKey(
        "cameras.Event", models.SET_NULL, related_name="+", null=True, verbose_name=_("sequence")
    )
    species = models.CharField(_("species"), max_length=120)
    individual = models.CharField(_("individual, as the source calls it"), max_length=120, blank=True)
    number = models.PositiveSmallIntegerField(_("number in the sequence"), default=1)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    animal = models.ForeignKey(
        "animals.Animal",
        models.SET_NULL,
        related_name="encounters",
        null=True,
        editable=False,
        verbose_name=_("animal"),
    )
    gone = models.DateTimeField(_("its observations have ended"), null=True)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("encounter")
        verbose_name_plural = _("encounters")
        ordering = ("project", "start", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("event", "species", "individual", "number"),
                condition=~Q(event=None),
                name="an_encounter_stands_once",
            ),
        )
        indexes = (models.Index(fields=("project", "species", "state", "id"), name="encounters_by_state"),)


class Flank(models.Model):
    """A flank in a picture: its box (shares of width and height) and side, as somebody drew it.

    `features` is the SHA-256 of the file with what is compared, empty until they are taken; `problem` says
    why there are none. A flank that is drawn anew ends (`ended`) and another one begins.
    """

    class Side(models.TextChoices):
        LEFT = "left", pgettext_lazy("flank", "left")
        RIGHT = "right", pgettext_lazy("flank", "right")
        UNKNOWN = "unknown", pgettext_lazy("flank", "side not told")

    class Origin(models.TextChoices):
        PERSON = "person", pgettext_lazy("flank", "drawn by a person")
        DETECTOR = "detector", pgettext_lazy("flank", "box of a detector")
        WHOLE = "whole", pgettext_lazy("flank", "whole picture")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    encounter = models.ForeignKey(
        Encounter, models.CASCADE, related_name="flanks", verbose_name=_("encounter")
    )
    media = models.ForeignKey("cameras.Media", models.CASCADE, related_name="+", verbose_name=_("picture"))
    observation = models.ForeignKey(
        "cameras.Observation", models.SET_NULL, related_name="+", null=True, verbose_name=_("observation")
    )
    left = models.FloatField(_("left side of the box, share of the width"), default=0.0)
    top = models.FloatField(_("upper side of the box, share of the height"), default=0.0)
    width = models.FloatField(_("width of the box, share of the width"), default=1.0)
    height = models.FloatField(_("height of the box, share of the height"), default=1.0)
    side = models.CharField(_("side"), max_length=7, choices=Side.choices, default=Side.UNKNOWN)
    origin = models.CharField(_("origin of the box"), max_length=8, choices=Origin.choices)
    quality = models.FloatField(_("quality, 0 to 1"), null=True)
    points = models.PositiveIntegerField(_("features"), null=True)
    features = models.CharField(_("SHA-256 of the features"), max_length=64, blank=True)
    problem = models.CharField(_("why there are no features"), max_length=40, blank=True)
    drawn_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("drawn by")
    )
    created = models.DateTimeField(_("drawn"), auto_now_add=True)
    ended = models.DateTimeField(_("drawn anew"), null=True)

    class Meta:
        verbose_name = _("flank")
        verbose_name_plural = _("flanks")
        ordering = ("encounter", "media__captured", "pk")
        indexes = (models.Index(fields=("features",), name="flanks_by_features"),)


class IdentityStatement(Statement):
    """What somebody said of an encounter: it is this animal, it is not, it cannot be told, it is a new one.

    `evidence` holds what the person saw: rank, score, probability and whether it was calibrated, places of
    agreement. `blind`: said without knowing what others had said.
    """

    class Verdict(models.TextChoices):
        SAME = "same", pgettext_lazy("verdict", "is this animal")
        NEW = "new", pgettext_lazy("verdict", "is a new animal")
        DIFFERENT = "different", pgettext_lazy("verdict", "is not this animal")
        UNTOLD = "untold", pgettext_lazy("verdict", "cannot be told")

    class Source(models.TextChoices):
        REVIEW = "review", pgettext_lazy("identified", "by comparing pictures")
        IMPORT = "import", pgettext_lazy("identified", "by the source of the records")

    encounter = models.ForeignKey(
        Encounter, models.CASCADE, related_name="statements", verbose_name=_("encounter")
    )
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict.choices)
    animal = models.ForeignKey(
        "animals.Animal",
        models.CASCADE,
        related_name="identity_statements",
        null=True,
        verbose_name=_("animal"),
    )
    source = models.CharField(_("source"), max_length=6, choices=Source.choices, default=Source.REVIEW)
    blind = models.BooleanField(_("without knowing the other opinions"), default=False)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    class Meta:
        verbose_name = _("identification")
        verbose_name_plural = _("identifications")
        ordering = ("encounter", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="untold", animal=None) | (~Q(verdict="untold") & ~Q(animal=None)),
                name="an_identification_names_an_animal",
            ),
        )

    @property
    def office(self) -> "Office":
        """Whose statement it is."""
        return self.encounter.project.office


class GalleryState(models.Model):
    """The gallery of a species in an office: learned probabilities, suggestions, vectors beside it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.CASCADE, related_name="+", verbose_name=_("office"))
    species = models.CharField(_("species"), max_length=120)
    calibration = models.JSONField(_("calibration"), default=dict, blank=True)
    groups = models.JSONField(_("suggested groups"), default=list, blank=True)
    vectors = models.CharField(_("SHA-256 of the table of vectors"), max_length=64, blank=True)
    network = models.CharField(_("network that made the vectors"), max_length=200, blank=True)
    changed = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("gallery")
        verbose_name_plural = _("galleries")
        ordering = ("office", "species")
        constraints = (
            models.UniqueConstraint(fields=("office", "species"), name="a_gallery_of_a_species_stands_once"),
        )


class Search(models.Model):
    """What the last search for an encounter found: animals in order, with the places of agreement."""

    encounter = models.OneToOneField(
        Encounter, models.CASCADE, related_name="search", verbose_name=_("encounter")
    )
    run = models.ForeignKey("runs.Run", models.SET_NULL, related_name="+", null=True, verbose_name=_("run"))
    at = models.DateTimeField(_("time"), auto_now=True)
    compared = models.PositiveIntegerField(_("pictures compared"), default=0)
    new = models.FloatField(_("probability that the animal is new"), null=True)
    calibrated = models.BooleanField(_("calibrated"), default=False)
    candidates = models.JSONField(_("candidates"), default=list)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        ordering = ("encounter",)
