"""Camera-trap records of the offices, in the terms of Camtrap DP: project, station, deployment, media, event,
observation. Everything here is raw: seen only with a right of the owning office, released only by the gate.

Observations are statements and never overwritten: an `Act` (a review, an import, a run of a detector) makes
some and ends others, and can be undone by another act. What stands now has `ended` null and is `accepted`.
Instants are UTC; `Deployment.time_zone` is the zone of the place. Null is unknown. Codes are the identifiers
of the packages that came in (deploymentID, mediaID, …), unique inside their project; `uuid` is ours.
"""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amur.portal.languages.fields import MultilingualField
from amur.portal.offices.models import valid_time_zone


class CameraProject(models.Model):
    """A study with camera traps of one office. `package` keeps the metadata of an imported package.

    `event_gap_s` is the pause that ends a sequence of pictures; `opinions_needed` says how many people must
    agree on what a sequence shows. Published means that the gate may let a summary out, never rows.
    """

    class Design(models.TextChoices):
        SIMPLE_RANDOM = "simpleRandom", _("simple random")
        SYSTEMATIC_RANDOM = "systematicRandom", _("systematic random")
        CLUSTERED_RANDOM = "clusteredRandom", _("clustered random")
        EXPERIMENTAL = "experimental", _("experimental")
        TARGETED = "targeted", _("targeted")
        OPPORTUNISTIC = "opportunistic", _("opportunistic")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    notes = MultilingualField(_("notes"))
    time_zone = models.CharField(_("time zone"), max_length=40, validators=[valid_time_zone])
    sampling_design = models.CharField(
        _("sampling design"), max_length=20, blank=True, choices=Design.choices
    )
    event_gap_s = models.PositiveIntegerField(_("pause that ends a sequence, seconds"), default=120)
    opinions_needed = models.PositiveSmallIntegerField(_("people who must agree on a sequence"), default=1)
    package = models.JSONField(_("metadata of the package"), default=dict, blank=True)
    is_published = models.BooleanField(_("public"), default=False)
    summary = models.JSONField(_("what the public sees"), default=dict, blank=True)
    simulated = models.BooleanField(_("simulated"), default=False)
    created = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("camera project")
        verbose_name_plural = _("camera projects")
        ordering = ("key",)

    def __str__(self) -> str:
        return str(self.names) or self.key


class Station(models.Model):
    """A place with cameras, under the code that the team uses. `zone` is a zone of the disclosure rules."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        CameraProject, models.CASCADE, related_name="stations", verbose_name=_("project")
    )
    code = models.CharField(_("code"), max_length=120)
    name = models.CharField(_("name"), max_length=200, blank=True)
    place = models.PointField(_("place"), srid=4326, null=True)
    uncertainty_m = models.FloatField(_("uncertainty, metres"), null=True, blank=True)
    zone = models.CharField(_("zone"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ("project", "code")
        constraints = (
            models.UniqueConstraint(fields=("project", "code"), name="a_station_code_stands_once"),
        )

    def __str__(self) -> str:
        return self.code


class Deployment(models.Model):
    """A camera at a station from `start` to `end`; its place may differ from the station's by some metres."""

    class Feature(models.TextChoices):
        ROAD_PAVED = "roadPaved", _("paved road")
        ROAD_DIRT = "roadDirt", _("dirt road")
        TRAIL_HIKING = "trailHiking", _("hiking trail")
        TRAIL_GAME = "trailGame", _("game trail")
        ROAD_UNDERPASS = "roadUnderpass", _("road underpass")
        ROAD_OVERPASS = "roadOverpass", _("road overpass")
        ROAD_BRIDGE = "roadBridge", _("road bridge")
        CULVERT = "culvert", _("culvert")
        BURROW = "burrow", _("burrow")
        NEST_SITE = "nestSite", _("nest site")
        CARCASS = "carcass", _("carcass")
        WATER_SOURCE = "waterSource", _("water source")
        FRUITING_TREE = "fruitingTree", _("fruiting tree")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        CameraProject, models.CASCADE, related_name="deployments", verbose_name=_("project")
    )
    station = models.ForeignKey(
        Station, models.PROTECT, related_name="deployments", verbose_name=_("station")
    )
    code = models.CharField(_("code"), max_length=120)
    place = models.PointField(_("place"), srid=4326, null=True)
    uncertainty_m = models.FloatField(_("uncertainty, metres"), null=True, blank=True)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    time_zone = models.CharField(_("time zone of the place"), max_length=40, validators=[valid_time_zone])
    setup_by = models.CharField(_("set up by"), max_length=200, blank=True)
    camera_id = models.CharField(_("camera"), max_length=120, blank=True)
    camera_model = models.CharField(_("model of the camera"), max_length=200, blank=True)
    delay_s = models.PositiveIntegerField(_("delay between pictures, seconds"), null=True, blank=True)
    height_m = models.FloatField(_("height of the camera, metres"), null=True, blank=True)
    depth_m = models.FloatField(_("depth of the camera, metres"), null=True, blank=True)
    tilt = models.SmallIntegerField(_("tilt, degrees"), null=True, blank=True)
    heading = models.SmallIntegerField(_("heading, degrees from north"), null=True, blank=True)
    detection_distance_m = models.FloatField(_("farthest detection, metres"), null=True, blank=True)
    timestamp_issues = models.BooleanField(_("times are doubtful"), null=True, blank=True)
    bait_use = models.BooleanField(_("bait or lure"), null=True, blank=True)
    feature = models.CharField(_("feature of the place"), max_length=20, blank=True, choices=Feature.choices)
    habitat = models.CharField(_("habitat"), max_length=200, blank=True)
    groups = models.TextField(_("groups"), blank=True)
    tags = models.TextField(_("tags"), blank=True)
    comments = models.TextField(_("comments"), blank=True)
    extra = models.JSONField(_("cells that only the package knows"), default=dict, blank=True)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        ordering = ("project", "code")
        constraints = (
            models.UniqueConstraint(fields=("project", "code"), name="a_deployment_code_stands_once"),
        )

    def __str__(self) -> str:
        return self.code


class Outage(models.Model):
    """A time in which a camera stood but did not work."""

    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="outages", verbose_name=_("deployment")
    )
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        ordering = ("deployment", "start")


class Act(models.Model):
    """Something done to observations or times, in one go: who, when, of what kind; undone as one, too.

    An act that undoes another one ends what that made, and makes anew what that ended.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        REVIEW = "review", _("review")
        DETECTION = "detection", _("detector")
        CLOCK = "clock", _("correction of a clock")
        IDENTITY = "identity", _("identification")
        UNDO = "undo", _("undoing")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(CameraProject, models.CASCADE, related_name="acts", verbose_name=_("project"))
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


class Event(models.Model):
    """A sequence of pictures of one deployment, as one visit is seen.

    `state` is what a review made of it, kept up to date by the acts: a queue is one look into an index.
    """

    class State(models.TextChoices):
        UNREVIEWED = "unreviewed", pgettext_lazy("sequence", "not looked at")
        OPINION = "opinion", pgettext_lazy("sequence", "waits for another opinion")
        CONFLICT = "conflict", pgettext_lazy("sequence", "people disagree")
        UNCERTAIN = "uncertain", pgettext_lazy("sequence", "uncertain")
        REVIEWED = "reviewed", pgettext_lazy("sequence", "reviewed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        CameraProject, models.CASCADE, related_name="+", db_index=False, verbose_name=_("project")
    )
    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="events", verbose_name=_("deployment")
    )
    code = models.CharField(_("code"), max_length=120)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UNREVIEWED)

    class Meta:
        verbose_name = pgettext_lazy("camera", "sequence")
        verbose_name_plural = pgettext_lazy("camera", "sequences")
        ordering = ("deployment", "start", "pk")
        constraints = (models.UniqueConstraint(fields=("project", "code"), name="an_event_code_stands_once"),)
        indexes = (models.Index(fields=("project", "state", "id"), name="events_by_state"),)


class Media(models.Model):
    """A picture or a recording. `captured` is the corrected instant, `recorded` what the camera's clock said.

    The bytes lie in `store` under `sha256`; null where only the row came in, as from most packages.
    """

    class Method(models.TextChoices):
        ACTIVITY = "activityDetection", _("by movement")
        TIME_LAPSE = "timeLapse", _("at fixed times")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        CameraProject, models.CASCADE, related_name="+", db_index=False, verbose_name=_("project")
    )
    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="media", db_index=False, verbose_name=_("deployment")
    )
    event = models.ForeignKey(
        Event,
        models.SET_NULL,
        related_name="media",
        null=True,
        verbose_name=pgettext_lazy("camera", "sequence"),
    )
    code = models.CharField(_("code"), max_length=120)
    captured = models.DateTimeField(_("time"))
    recorded = models.DateTimeField(_("time by the camera's clock"), null=True)
    method = models.CharField(_("taken"), max_length=18, blank=True, choices=Method.choices)
    path = models.TextField(_("path"))
    is_public = models.BooleanField(_("public in the package"), default=False)
    name = models.CharField(_("file name"), max_length=255, blank=True)
    media_type = models.CharField(_("media type"), max_length=60)
    exif = models.JSONField(_("what the camera wrote"), null=True, blank=True)
    favourite = models.BooleanField(_("favourite"), null=True, blank=True)
    comments = models.TextField(_("comments"), blank=True)
    extra = models.JSONField(_("cells that only the package knows"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 of the original"), max_length=64, null=True, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), null=True)
    width = models.PositiveIntegerField(_("width, pixels"), null=True)
    height = models.PositiveIntegerField(_("height, pixels"), null=True)
    duration_s = models.FloatField(_("duration, seconds"), null=True)
    phash = models.BigIntegerField(_("perceptual hash"), null=True)
    infrared = models.BooleanField(_("taken in infrared light"), null=True)

    class Meta:
        verbose_name = _("picture or recording")
        verbose_name_plural = _("pictures and recordings")
        ordering = ("deployment", "captured", "pk")
        constraints = (
            models.UniqueConstraint(fields=("project", "code"), name="a_media_code_stands_once"),
            models.UniqueConstraint(fields=("project", "sha256"), name="a_picture_is_in_a_project_once"),
        )
        indexes = (
            # With all that the library looks for: a walk in the order of time reads nothing else.
            models.Index(fields=("project", "captured", "id", "event", "name"), name="media_by_time"),
            models.Index(fields=("deployment", "captured", "id"), name="media_by_deployment"),
        )


class Observation(models.Model):
    """One statement about what a picture or a whole sequence shows, with all fields of Camtrap DP.

    `made` and `ended` are the acts that began and ended it. Media level and event level describe the same
    animals: never add them up.
    """

    class Level(models.TextChoices):
        MEDIA = "media", pgettext_lazy("observation", "picture")
        EVENT = "event", pgettext_lazy("observation", "sequence")

    class Type(models.TextChoices):
        ANIMAL = "animal", _("animal")
        HUMAN = "human", _("human")
        VEHICLE = "vehicle", _("vehicle")
        BLANK = "blank", pgettext_lazy("picture", "blank")
        UNKNOWN = "unknown", pgettext_lazy("observation", "cannot be told")
        UNCLASSIFIED = "unclassified", pgettext_lazy("observation", "not looked at")

    class Status(models.TextChoices):
        SUGGESTED = "suggested", pgettext_lazy("observation", "suggested by a machine")
        OPINION = "opinion", pgettext_lazy("observation", "opinion of one person")
        ACCEPTED = "accepted", pgettext_lazy("observation", "accepted")

    class Stage(models.TextChoices):
        ADULT = "adult", _("adult")
        SUBADULT = "subadult", _("subadult")
        JUVENILE = "juvenile", _("juvenile")

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Method(models.TextChoices):
        HUMAN = "human", pgettext_lazy("classified", "by a person")
        MACHINE = "machine", pgettext_lazy("classified", "by a machine")

    class Setup(models.TextChoices):
        SETUP = "setup", _("setting up")
        CALIBRATION = "calibration", _("calibration")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(
        CameraProject, models.CASCADE, related_name="+", db_index=False, verbose_name=_("project")
    )
    deployment = models.ForeignKey(
        Deployment, models.CASCADE, related_name="observations", verbose_name=_("deployment")
    )
    media = models.ForeignKey(
        Media, models.CASCADE, related_name="observations", null=True, verbose_name=_("picture or recording")
    )
    event = models.ForeignKey(
        Event,
        models.SET_NULL,
        related_name="observations",
        null=True,
        verbose_name=pgettext_lazy("camera", "sequence"),
    )
    code = models.CharField(_("code"), max_length=120)
    start = models.DateTimeField(_("start"))
    end = models.DateTimeField(_("end"))
    level = models.CharField(_("level"), max_length=5, choices=Level.choices)
    type = models.CharField(_("type"), max_length=12, choices=Type.choices)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.ACCEPTED)
    setup_type = models.CharField(_("setup"), max_length=11, blank=True, choices=Setup.choices)
    scientific_name = models.CharField(_("scientific name"), max_length=120, blank=True)
    count = models.PositiveIntegerField(_("count"), null=True, blank=True)
    life_stage = models.CharField(_("life stage"), max_length=8, blank=True, choices=Stage.choices)
    sex = models.CharField(_("sex"), max_length=6, blank=True, choices=Sex.choices)
    behaviour = models.CharField(_("behaviour"), max_length=200, blank=True)
    individual = models.CharField(_("individual, as the source calls it"), max_length=120, blank=True)
    position_radius_m = models.FloatField(_("distance to the camera, metres"), null=True, blank=True)
    position_angle = models.FloatField(_("angle to the camera's axis, degrees"), null=True, blank=True)
    speed_m_s = models.FloatField(_("speed, metres per second"), null=True, blank=True)
    box_left = models.FloatField(_("left side of the box, share of the width"), null=True, blank=True)
    box_top = models.FloatField(_("upper side of the box, share of the height"), null=True, blank=True)
    box_width = models.FloatField(_("width of the box, share of the width"), null=True, blank=True)
    box_height = models.FloatField(_("height of the box, share of the height"), null=True, blank=True)
    method = models.CharField(_("classified"), max_length=7, blank=True, choices=Method.choices)
    classified_by = models.CharField(_("classified by"), max_length=200, blank=True)
    classified_at = models.DateTimeField(_("classified at"), null=True, blank=True)
    probability = models.FloatField(_("certainty"), null=True, blank=True)
    tags = models.TextField(_("tags"), blank=True)
    comments = models.TextField(_("comments"), blank=True)
    extra = models.JSONField(_("cells that only the package knows"), null=True, blank=True)
    made = models.ForeignKey(Act, models.PROTECT, related_name="made", verbose_name=_("made by"))
    ended = models.ForeignKey(
        Act,
        models.PROTECT,
        related_name="ended",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("ended by"),
    )

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ("deployment", "start", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("project", "code"),
                condition=models.Q(ended=None),
                name="an_observation_code_stands_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("project", "type", "scientific_name", "start", "media", "event", "ended"),
                condition=models.Q(ended=None),
                name="observations_by_species",
            ),
            models.Index(
                fields=("project", "id"),
                condition=models.Q(ended=None, status="opinion"),
                name="opinions_that_stand",
            ),
            models.Index(
                fields=("project", "individual"),
                condition=models.Q(ended=None) & ~models.Q(individual=""),
                name="observations_by_individual",
            ),
            models.Index(
                fields=("ended",), condition=models.Q(ended__isnull=False), name="observations_that_ended"
            ),
        )
