"""What the log follows. A test holds that each model of the portal is followed or named here."""

from django.apps import apps
from django.db.models import Model

from amur.portal.audit.registry import follow

PORTAL = "amur.portal."

# Models of the portal that are not followed -> why.
NOT_FOLLOWED = {
    "audit.AuditEntry": "it is the log",
    "audit.ChainHead": "it is the head of the log",
    "cameras.Act": "append-only itself: the history of the next three",
    "cameras.Event": "made and changed by acts",
    "cameras.Media": "made and changed by acts",
    "cameras.Observation": "made and ended by acts, never changed",
    "identity.Encounter": "made of observations; its state follows from statements",
    "identity.Flank": "drawn anew, never changed but for what is computed of it",
    "identity.Search": "computed from flanks",
    "cards.CardFile": "receipts of a reading, kept with their card",
    "matching.RoundFlank": "a random name, never changed",
    "matching.RoundStatement": "append-only and chained itself",
    "patrols.Act": "append-only itself: the history of all that follows",
    "patrols.DataModel": "begun and ended by acts",
    "patrols.Category": "of a version of a data model, never changed",
    "patrols.CategoryAttribute": "of a version of a data model, never changed",
    "patrols.Attribute": "of a version of a data model, never changed",
    "patrols.AttributeValue": "of a version of a data model, never changed",
    "patrols.Patrol": "begun and ended by acts",
    "patrols.Leg": "of a patrol, never changed",
    "patrols.LegMember": "of a patrol, never changed",
    "patrols.LegDay": "of a patrol, never changed",
    "patrols.Waypoint": "of a patrol, never changed",
    "patrols.Observation": "of a patrol, never changed",
    "patrol_queries.KeptAnswer": "computed from patrols, never changed",
    "patrol_queries.TrackSummary": "computed from files of fixes",
    "patrols.Form": "begun and ended by acts",
    "patrols.Incident": "begun and ended by acts",
    "patrols.PhoneMessage": "begun and ended by acts",
    "patrol_phones.Delivery": "receipts of what phones sent, never changed but for what became of it",
    "review.Suggestion": "computed from observations",
    "release.Released": "computed from followed rows",
    "release.Generation": "a counter for caches",
    "languages.Address": "computed from followed rows",
    "redirects.Hits": "counts of requests",
    "search.Document": "computed from what is released",
    "search.Word": "computed from what is released",
    "newsletter.Subscriber": "readers, no users: nothing about them is kept when they leave",
    "newsletter.Delivery": "what was sent to readers",
    "visitors.PageCount": "counts of requests",
    "visitors.SearchCount": "counts of requests",
    "visitors.Receipt": "append-only itself, and of nobody's office",
    "visitors.NoticeText": "append-only itself: what receipts refer to",
    "translations.Item": "computed from followed rows",
    "translations.ItemState": "computed from followed rows",
    "translations.TranslatedSegment": "computed from followed rows",
}

# Columns that follow from others or change without anybody changing the record.
IGNORED: dict[str, tuple[str, ...]] = {
    "offices.Person": ("last_login",),
    "media.MediaFile": ("variants",),
    "cameras.CameraProject": ("package", "summary"),
    "connectivity.ConnectivityResult": (
        "areas",
        "left_out",
        "resistances",
        "links",
        "paths",
        "report",
        "breaks",
        "bounds",
    ),
    "population.CaptureSurvey": ("summary", "notes"),
    "population.PopulationResult": ("answers", "table", "estimates", "curves", "cells", "findings", "effort"),
    "identity.GalleryState": ("calibration", "groups"),
    "newsletter.Issue": ("files",),
    "runs.Run": ("heartbeat", "progress", "stage"),
    "mfa.Authenticator": ("last_used_at",),
}
PAGE_IGNORED = (
    "path",
    "depth",
    "numchild",
    "url_path",
    "draft_title",
    "latest_revision",
    "live_revision",
    "latest_revision_created_at",
    "first_published_at",
    "last_published_at",
    "has_unpublished_changes",
    "page_ptr",
    "centrepage_ptr",
)
SECRET: dict[str, tuple[str, ...]] = {
    "mfa.Authenticator": ("data",),
    "events.Registration": ("data", "secret"),
    "matching.OfficeKey": ("secret",),
    "patrol_phones.Phone": ("token_hash", "hint"),
}

# Models of libraries that decide who gets in and what is shown.
OTHERS = (
    "auth.Group",
    "mfa.Authenticator",
    "account.EmailAddress",
    "wagtailcore.GroupPagePermission",
    "wagtailcore.Locale",
    "wagtailcore.Page",
    "wagtailcore.PageViewRestriction",
    "wagtailcore.Site",
)


def models_of_the_portal() -> list[type[Model]]:
    """All concrete models of the portal's own apps."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith(PORTAL)
        for model in config.get_models()
        if not model._meta.proxy
    ]


def follow_all() -> None:
    """Follow every model of the portal but the named ones, and the named ones of libraries."""
    others = [apps.get_model(label) for label in OTHERS]
    for model in [*models_of_the_portal(), *others]:
        label = model._meta.label
        if label in NOT_FOLLOWED:
            continue
        is_page = any(base._meta.label == "wagtailcore.Page" for base in (model, *model._meta.all_parents))
        follow(
            model,
            ignore=PAGE_IGNORED if is_page else IGNORED.get(label, ()),
            secret=SECRET.get(label, ()),
        )
