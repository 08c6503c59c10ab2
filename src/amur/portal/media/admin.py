"""Files in the offices' editing pages."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column

from amur.portal.editing.viewsets import PUBLISHED, OfficeViewSet
from amur.portal.media.forms import MediaForm
from amur.portal.media.models import MediaFile
from amur.portal.media.showing import thumbnail


class MediaViewSet(OfficeViewSet):
    model = MediaFile
    form = MediaForm
    name = "media_files"
    url_prefix = "media"
    icon = "image"
    menu_label = _("Files")  # type: ignore[assignment]  # translated when it is shown
    menu_order = 220
    add_to_admin_menu = True
    search_fields = ("key", "name", "alt", "caption", "credit")
    list_display: ClassVar[list[Any]] = [
        "__str__",
        Column("preview", label=_("Preview"), accessor=thumbnail),
        "kind",
        "key",
        Column(
            "is_ready", label=_("Ready"), accessor=lambda file: _("yes") if file.is_ready else _("not yet")
        ),
        PUBLISHED,
    ]
    list_filter: ClassVar[list[str]] = ["kind", "licence", "is_published"]
    inspect_view_fields_exclude: ClassVar[list[str]] = ["id", "variants"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("office"),
        FieldPanel("file"),
        FieldPanel("alt"),
        FieldPanel("caption"),
        FieldPanel("credit"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("licence"), FieldPanel("taken")]),
                FieldPanel("is_published"),
            ],
            heading=_("Publication"),
        ),
        FieldPanel("captions"),
    ]
