"""Patrols of the offices as SMART records them, and the data models that their observations follow.

Patrol › leg › leg day › waypoint › (group) › observation. Everything here is raw: seen only with a right of
the owning office. A patrol is never changed: an `Act` (an import, its undoing) begins some and ends others;
what stands has `ended` null. Instants are UTC; `Patrol.time_zone` is the zone of the place. Null is unknown.
`extra` keeps what a file says and no column does, so that it goes out as it came in (see `packing`).
"""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.languages.fields import MultilingualField
from amur.portal.offices.models import valid_time_zone


class Act(models.Model):
    """Something done to patrols and data models of an office, in one go; undone as one, too.

    `about` names what it `began` and `ended`, by identifier: undoing ends the first and lets the second
    stand again.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        PHONE = "phone", _("messages of a phone")
        UNDO = "undo", _("undoing")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    person = models.ForeignKey(
        "offices.Person", models.PROTECT, related_name="+", null=True, verbose_name=_("person")
    )
    at = models.DateTimeField(_("time"), auto_now_add=True)
    about = models.JSONField(_("about"), default=dict, blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, related_name="undone_by", null=True, verbose_name=_("undoes")
    )

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ("-pk",)


class DataModel(models.Model):
    """What may be observed: a version of the data model of an office. One of them stands."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    version = models.PositiveIntegerField(_("version"))
    languages = models.JSONField(_("languages"), default=list)
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    made = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended = models.ForeignKey(Act, models.PROTECT, related_name="+", null=True, verbose_name=_("ended by"))

    class Meta:
        verbose_name = _("data model")
        verbose_name_plural = _("data models")
        ordering = ("office", "-version")
        constraints = (
            models.UniqueConstraint(fields=("office", "version"), name="a_version_of_a_data_model_is_one"),
            models.UniqueConstraint(
                fields=("office",), condition=models.Q(ended=None), name="one_data_model_stands"
            ),
        )


class Named(models.Model):
    """Names in our four languages with the state of each, and those in further languages of the file."""

    names = MultilingualField(_("names"))
    other_names = models.JSONField(_("names in other languages"), default=dict, blank=True)

    class Meta:
        abstract = True


class Category(Named):
    """What can be observed. `path` is the whole key with dots, such as `animals.sign.dung.`"""

    model = models.ForeignKey(DataModel, models.CASCADE, related_name="categories")
    parent = models.ForeignKey("self", models.CASCADE, related_name="children", null=True)
    path = models.CharField(_("key"), max_length=1000)
    is_multiple = models.BooleanField(_("several at a place"), null=True)
    is_active = models.BooleanField(_("in use"), null=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("model", "path"), name="a_category_stands_once_in_a_model"),
        )


class Attribute(Named):
    """What can be said of an observation, with the numbers and texts that may be."""

    class Kind(models.TextChoices):
        TEXT = "TEXT", _("text")
        NUMERIC = "NUMERIC", _("number")
        BOOLEAN = "BOOLEAN", _("yes or no")
        LIST = "LIST", _("one of a list")
        MLIST = "MLIST", _("several of a list")
        TREE = "TREE", _("one of a tree")
        DATE = "DATE", _("date")
        TIME = "TIME", pgettext_lazy("attribute", "time of day")
        POSITION = "POSITION", _("position")
        LINE = "LINE", _("line")
        POLYGON = "POLYGON", _("polygon")

    model = models.ForeignKey(DataModel, models.CASCADE, related_name="attributes")
    key = models.CharField(_("key"), max_length=500)
    kind = models.CharField(_("type"), max_length=12, choices=Kind.choices)
    is_required = models.BooleanField(_("required"), null=True)
    least = models.FloatField(_("least"), null=True)
    most = models.FloatField(_("most"), null=True)
    pattern = models.TextField(_("pattern"), blank=True)
    aggregations = models.JSONField(_("ways to sum up"), default=list, blank=True)
    categories = models.ManyToManyField(Category, through="CategoryAttribute", related_name="attributes")

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("model", "key"), name="an_attribute_stands_once_in_a_model"),
        )


class CategoryAttribute(models.Model):
    """An attribute of a category and of those below it."""

    category = models.ForeignKey(Category, models.CASCADE, related_name="uses")
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="uses")
    is_active = models.BooleanField(_("in use"), null=True)

    class Meta:
        ordering = ("pk",)


class AttributeValue(Named):
    """A value of a list, or of a tree under its whole key."""

    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values")
    path = models.CharField(_("key"), max_length=1000)
    is_active = models.BooleanField(_("in use"), null=True)

    class Meta:
        verbose_name = _("value of an attribute")
        verbose_name_plural = _("values of attributes")
        ordering = ("pk",)


class Form(Named):
    """What SMART hands to its phones: a configurable model, or the words of patrols (teams, people …).

    One version of a code stands in an office. `content` is the whole document (see `packing`); `meanings`
    says what the identifiers in it stand for: kind, identifier, key, and of which attribute or field.
    """

    class Kind(models.TextChoices):
        FORM = "form", _("form")
        WORDS = "words", _("words of patrols")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    made = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended = models.ForeignKey(Act, models.PROTECT, related_name="+", null=True, verbose_name=_("ended by"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=500)
    format_version = models.CharField(_("version of the format"), max_length=8, blank=True)
    prefix = models.CharField(max_length=40, blank=True)
    content = models.JSONField(_("content"))
    meanings = models.JSONField(_("meanings of identifiers"), default=list)
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")
        ordering = ("kind", "code", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("office", "kind", "code"),
                condition=models.Q(ended=None),
                name="one_version_of_a_form_stands",
            ),
        )

    def __str__(self) -> str:
        return self.code


class KeyMapping(models.Model):
    """What a foreign key of an import means in the data model of an office; remembered for the next one.

    Observations keep the key of their file. `ours` is empty where nothing of ours is meant.
    """

    class Kind(models.TextChoices):
        CATEGORY = "category", _("category")
        ATTRIBUTE = "attribute", _("attribute")
        VALUE = "value", _("value of an attribute")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    foreign = models.CharField(_("foreign key"), max_length=1500)
    ours = models.CharField(_("our key"), max_length=1500, blank=True)

    class Meta:
        verbose_name = _("mapping of a key")
        verbose_name_plural = _("mappings of keys")
        ordering = ("kind", "foreign")
        constraints = (
            models.UniqueConstraint(
                fields=("office", "kind", "foreign"), name="a_foreign_key_is_mapped_once"
            ),
        )


class Patrol(models.Model):
    """A patrol, known by the code that SMART gave it; one version of it stands in an office.

    `track_file` names the file of fixes, `ledger` says what cleaning found in them (see `measuring`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    made = models.ForeignKey(Act, models.PROTECT, related_name="made", verbose_name=_("made by"))
    ended = models.ForeignKey(
        Act, models.PROTECT, related_name="ended", null=True, verbose_name=_("ended by")
    )
    code = models.CharField(_("code"), max_length=200)
    patrol_type = models.CharField(_("type of patrol"), max_length=60)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    time_zone = models.CharField(_("time zone of the place"), max_length=40, validators=[valid_time_zone])
    is_armed = models.BooleanField(_("armed"), null=True)
    station = models.CharField(_("station"), max_length=300, null=True)
    team = models.CharField(_("team"), max_length=300, null=True)
    mandate = models.CharField(_("mandate"), max_length=300, null=True)
    objective = models.TextField(_("objective"), null=True)
    comment = models.TextField(_("comment"), null=True)
    format_version = models.CharField(_("version of the format"), max_length=8)
    prefix = models.CharField(max_length=40)
    extra = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)
    track_file = models.CharField(_("file of fixes"), max_length=64, blank=True)
    ledger = models.JSONField(_("cleaning ledger"), default=list, blank=True)

    class Meta:
        verbose_name = _("patrol")
        verbose_name_plural = _("patrols")
        ordering = ("-start", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("office", "code"),
                condition=models.Q(ended=None),
                name="one_version_of_a_patrol_stands",
            ),
        )
        indexes = (models.Index(fields=("office", "start"), name="patrols_by_start"),)

    def __str__(self) -> str:
        return self.code


class Leg(models.Model):
    """A part of a patrol with one transport, one mandate and the same people."""

    patrol = models.ForeignKey(Patrol, models.CASCADE, related_name="legs")
    code = models.CharField(_("code"), max_length=200)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    transport = models.CharField(_("transport"), max_length=300, null=True)
    mandate = models.CharField(_("mandate"), max_length=300, null=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("leg")
        verbose_name_plural = _("legs")
        ordering = ("patrol", "pk")


class LegMember(models.Model):
    """A person of a leg with the roles there."""

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="members")
    employee_id = models.CharField(_("number of the employee"), max_length=200, null=True)
    given_name = models.CharField(_("given name"), max_length=200)
    family_name = models.CharField(_("family name"), max_length=200)
    is_leader = models.BooleanField(_("leader"), null=True)
    is_pilot = models.BooleanField(_("pilot"), null=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ("leg", "pk")


class LegDay(models.Model):
    """A local day of a leg. `kilometres` are those that count, `recorded_km` those that SMART wrote.

    `line` is the way that counts, without what the ledger took away.
    """

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    start = models.DateTimeField(_("start"), null=True)
    end = models.DateTimeField(_("end"), null=True)
    rest_minutes = models.FloatField(_("rest, minutes"), null=True)
    recorded_km = models.FloatField(_("kilometres by SMART"), null=True)
    kilometres = models.FloatField(_("kilometres"), null=True)
    line = models.MultiLineStringField(_("way"), srid=4326, null=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("day of a leg")
        verbose_name_plural = _("days of legs")
        ordering = ("leg", "pk")
        indexes = (models.Index(fields=("date",), name="leg_days_by_date"),)


class Waypoint(models.Model):
    """Where and when something was observed; without a place where the phone had no fix."""

    day = models.ForeignKey(LegDay, models.CASCADE, related_name="waypoints")
    code = models.CharField(_("code"), max_length=200)
    place = models.PointField(_("place"), srid=4326, null=True)
    at = models.DateTimeField(_("time"))
    direction = models.FloatField(_("direction, degrees"), null=True)
    distance_m = models.FloatField(_("distance, metres"), null=True)
    comment = models.TextField(_("comment"), null=True)
    extra = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("waypoint")
        verbose_name_plural = _("waypoints")
        ordering = ("day", "pk")


class Observation(models.Model):
    """What was observed: a category of the data model, as its file says it, with values.

    Observations of a waypoint with the same `group` belong together; null is without a group. `values` are
    those of `amur.formats.smart.patrol.Value`, in the order of the file.
    """

    waypoint = models.ForeignKey(Waypoint, models.CASCADE, related_name="observations")
    group = models.PositiveSmallIntegerField(_("group"), null=True)
    category = models.CharField(_("category"), max_length=1000)
    values = models.JSONField(_("values"), default=list, blank=True)
    extra = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("waypoint", "pk")


class Incident(models.Model):
    """Something that was observed outside patrols; one version of a code stands in an office.

    `content` is the whole document of SMART (see `packing`).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    made = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended = models.ForeignKey(Act, models.PROTECT, related_name="+", null=True, verbose_name=_("ended by"))
    code = models.CharField(_("code"), max_length=200)
    at = models.DateTimeField(_("time"))
    time_zone = models.CharField(_("time zone of the place"), max_length=40, validators=[valid_time_zone])
    place = models.PointField(_("place"), srid=4326, null=True)
    format_version = models.CharField(_("version of the format"), max_length=8)
    prefix = models.CharField(max_length=40, blank=True)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("office", "code"),
                condition=models.Q(ended=None),
                name="one_version_of_an_incident_stands",
            ),
        )

    def __str__(self) -> str:
        return self.code


class PhoneMessage(models.Model):
    """A message of a phone: what patrols and incidents are made of, in whatever order it came.

    `digest` is the SHA-256 of what it says; `content` is it without pictures and sounds. `patrol` and
    `counter` name its place in a patrol; a fix of a track names none and belongs to the patrol that its
    device was on. `waits` says why nothing is made of it (yet); "" where something is.
    """

    class Kind(models.TextChoices):
        PATROL = "patrol", _("patrol")
        TRACK = "track", _("fix of a track")
        INCIDENT = "incident", _("incident")
        OTHER = "other", _("something else")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    made = models.ForeignKey(Act, models.PROTECT, related_name="+", verbose_name=_("made by"))
    ended = models.ForeignKey(Act, models.PROTECT, related_name="+", null=True, verbose_name=_("ended by"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    device = models.CharField(_("device"), max_length=200, blank=True)
    patrol = models.CharField(_("patrol"), max_length=200, blank=True)
    leg = models.CharField(_("leg"), max_length=200, blank=True)
    counter = models.BigIntegerField(_("number"), null=True)
    event = models.CharField(_("event"), max_length=200, blank=True)
    root = models.CharField(_("belongs together"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"), null=True)
    begun = models.DateTimeField(_("start of the patrol"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)
    content = models.JSONField(_("content"))
    waits = models.CharField(_("why it waits"), max_length=40, blank=True)
    about = models.CharField(_("what it waits for"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message of a phone")
        verbose_name_plural = _("messages of phones")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("office", "digest"), condition=models.Q(ended=None), name="a_message_counts_once"
            ),
        )
        indexes = (
            models.Index(fields=("office", "patrol", "counter"), name="messages_by_patrol"),
            models.Index(fields=("office", "device", "at"), name="messages_by_device"),
            models.Index(fields=("office", "waits"), name="messages_that_wait"),
        )
