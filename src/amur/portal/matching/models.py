"""Matching rounds of an office with another one: keys, partners, agreements, statements, joint animals.

Each office has its own rows, also when both live in this centre: nothing of one side's rows is read for the
other. Statements are never changed; everything else that is known of a round is folded from them
(`amur.formats.matching.views`). Contents (features, crops) are files named by their hash, see `files`.
"""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.formats.matching.keys import Card
from amur.portal.offices.models import Office
from amur.portal.release.entry import refuse_coordinates


class OfficeKey(models.Model):
    """The keys of an office: the card that partners get, and the secret half under the centre's key."""

    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    card = models.TextField(_("public key"))
    secret = models.BinaryField(_("secret key, sealed"))
    created = models.DateTimeField(_("made"), auto_now_add=True)
    ended = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("key of an office")
        verbose_name_plural = _("keys of offices")
        ordering = ("office", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("office",), condition=models.Q(ended=None), name="an_office_has_one_key"
            ),
        )

    @property
    def fingerprint(self) -> str:
        """What is read out to the partner."""
        return Card.from_text(self.card).fingerprint


class Partner(models.Model):
    """An office with which an office matches, and its key; nothing goes there before somebody confirmed it.

    `local` is the same office when it lives in this centre: then packages need no file.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    name = models.CharField(_("name of the other office"), max_length=200)
    local = models.ForeignKey(
        "offices.Office", models.PROTECT, related_name="+", null=True, verbose_name=_("office of this centre")
    )
    card = models.TextField(_("its public key"))
    confirmed_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("compared by")
    )
    confirmed = models.DateTimeField(_("fingerprint compared"), null=True)
    ended = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("partner of matching rounds")
        verbose_name_plural = _("partners of matching rounds")
        ordering = ("office", "name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def fingerprint(self) -> str:
        """What the partner reads out."""
        return Card.from_text(self.card).fingerprint


class Agreement(models.Model):
    """What the office lets a partner have for identification, by a signed text; else nothing.

    `flanks`: features of flanks; they are nearly pictures of the animals, hence a class of their own.
    `crops`: pictures of flanks of likely pairs. `verdicts`: verdicts of experts, passports, home names.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="agreements", verbose_name=_("partner"))
    code = models.CharField(_("number of the agreement"), max_length=80)
    version = models.PositiveIntegerField(_("version"), default=1)
    clause = models.CharField(_("clause"), max_length=80, blank=True)
    text_sha256 = models.CharField(_("SHA-256 of the signed text"), max_length=64)
    species = models.JSONField(_("species"), default=list)
    flanks = models.BooleanField(_("features of flanks"), default=False)
    crops = models.BooleanField(_("pictures of flanks of likely pairs"), default=False)
    verdicts = models.BooleanField(_("verdicts, passports and home names"), default=False)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"))
    revoked = models.DateTimeField(_("revoked"), null=True)
    entered_by = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("agreement on matching")
        verbose_name_plural = _("agreements on matching")
        ordering = ("office", "partner", "code", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("partner", "code", "version"), name="a_version_of_an_agreement_stands_once"
            ),
        )

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        refuse_coordinates(self, ("code", "clause"))


class Round(models.Model):
    """A round as one of its offices sees it: `uuid` is the same on both sides, `page` the address here."""

    class Role(models.TextChoices):
        ASKER = "asker", pgettext_lazy("matching", "we ask")
        ANSWERER = "answerer", pgettext_lazy("matching", "we answer")

    uuid = models.UUIDField(default=uuid4, editable=False)
    page = models.UUIDField(default=uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="rounds", verbose_name=_("partner"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    species = models.CharField(_("species"), max_length=120)
    acknowledged = models.PositiveIntegerField(_("own statements that the partner has"), default=0)
    created = models.DateTimeField(_("begun"), auto_now_add=True)

    class Meta:
        verbose_name = _("matching round")
        verbose_name_plural = _("matching rounds")
        ordering = ("-created", "pk")
        constraints = (
            models.UniqueConstraint(fields=("office", "uuid"), name="an_office_is_in_a_round_once"),
        )


class RoundFlank(models.Model):
    """Which flank of the office stands behind a random name in a round. It never leaves the house."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="flanks", verbose_name=_("round"))
    code = models.UUIDField(_("random name"), default=uuid4)
    flank = models.ForeignKey("identity.Flank", models.CASCADE, related_name="+", verbose_name=_("flank"))

    class Meta:
        verbose_name = _("flank in a round")
        verbose_name_plural = _("flanks in rounds")
        ordering = ("round", "code")
        constraints = (
            models.UniqueConstraint(fields=("round", "code"), name="a_name_in_a_round_stands_once"),
            models.UniqueConstraint(fields=("round", "flank"), name="a_flank_is_in_a_round_once"),
        )


class RoundStatement(models.Model):
    """A statement of either side as `amur.formats.matching.statements` defines it; never changed."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="statements", verbose_name=_("round"))
    role = models.CharField(_("side"), max_length=8, choices=Round.Role.choices)
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12)
    body = models.JSONField(_("content"), default=dict)
    previous = models.CharField(_("hash of the one before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)
    person = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("person")
    )
    at = models.DateTimeField(_("noted"), auto_now_add=True)

    class Meta:
        verbose_name = _("statement in a round")
        verbose_name_plural = _("statements in rounds")
        ordering = ("round", "role", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "role", "number"), name="a_number_of_a_side_stands_once"
            ),
        )


class PackageNote(models.Model):
    """That a package went out or came in, and what exactly was in it: kinds, counts, levels, clause."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="packages", verbose_name=_("round"))
    outgoing = models.BooleanField(_("sent"))
    number = models.PositiveIntegerField(_("number of the package"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    counts = models.JSONField(_("statements by kind"), default=dict)
    place_level = models.CharField(_("finest place"), max_length=12)
    time_level = models.CharField(_("finest time"), max_length=12)
    clause = models.CharField(_("agreement and clause"), max_length=200, blank=True)
    witness = models.CharField(_("head of the sender's log"), max_length=64, blank=True)
    person = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("person")
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("package of a round")
        verbose_name_plural = _("packages of rounds")
        ordering = ("round", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "outgoing", "number", "sha256"), name="a_package_is_noted_once"
            ),
        )

    @property
    def office(self) -> Office:
        """The office whose row it is: its log tells of it."""
        return self.round.office


class JointAnimal(models.Model):
    """An animal of the office that is also the partner's: both experts say so and both wrote one passport.

    `ended` when either side took it back. `former` is the passport that the animal bore before.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="joint", verbose_name=_("round"))
    request = models.UUIDField(_("flank of the asking side"))
    answer = models.UUIDField(_("flank of the answering side"))
    animal = models.ForeignKey(
        "animals.Animal", models.PROTECT, related_name="joint", verbose_name=_("animal")
    )
    passport = models.CharField(_("shared passport"), max_length=24)
    former = models.CharField(_("passport before"), max_length=24, null=True)
    home_name = models.ForeignKey(
        "animals.HomeName", models.SET_NULL, related_name="+", null=True, verbose_name=_("its name there")
    )
    begun = models.DateTimeField(_("begun"), auto_now_add=True)
    ended = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("joint animal")
        verbose_name_plural = _("joint animals")
        ordering = ("round", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "request", "answer"),
                condition=models.Q(ended=None),
                name="a_pair_is_joint_once",
            ),
        )

    @property
    def office(self) -> Office:
        """The office whose row it is: its log tells of it."""
        return self.round.office
