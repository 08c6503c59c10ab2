"""Blocks of pages: a picture, a video or audio recording, a document, each chosen from the offices' files."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from amur.portal.media.chooser import chooser
from amur.portal.media.models import Kind

MediaChooserBlock = chooser.get_block_class(name="MediaChooserBlock", module_path="amur.portal.media.blocks")


class FileBlock(blocks.StructBlock):
    """A file of certain kinds; one that was taken back leaves the page without it."""

    kinds: ClassVar[frozenset[str]] = frozenset()

    file = MediaChooserBlock(label=_("File"))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        file = cleaned.get("file")
        if file is not None and file.kind not in self.kinds:
            wanted = ", ".join(str(Kind(one).label) for one in sorted(self.kinds))
            raise blocks.StructBlockValidationError(
                block_errors={
                    "file": ValidationError(
                        _("“%(file)s” is not of the right kind; choose: %(kinds)s.")
                        % {"file": file, "kinds": wanted}
                    )
                }
            )
        return cleaned


class PictureBlock(FileBlock):
    """A picture with caption and credit."""

    kinds = frozenset({Kind.PICTURE.value})

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "media/blocks/picture.html"


class VideoBlock(FileBlock):
    """A video or audio recording that this centre itself serves."""

    kinds = frozenset({Kind.VIDEO.value, Kind.AUDIO.value})

    class Meta:
        icon = "media"
        label = _("Video or audio recording")
        template = "media/blocks/video.html"


class DocumentBlock(FileBlock):
    """A document to open or download."""

    kinds = frozenset({Kind.DOCUMENT.value})

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "media/blocks/document.html"
