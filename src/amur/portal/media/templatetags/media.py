"""`{% picture file sizes="…" %}`, `{% video file %}` and `{% document file %}` for public pages.

A file that is not published, or whose copies are not made yet, shows nothing to the public; the preview of
a draft shows it, because its addresses ask for the editor's rights.
"""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from amur.portal.languages.codes import HTML_TAGS, LANGUAGES, OWN_NAMES, as_language
from amur.portal.media.models import Kind, MediaFile
from amur.portal.media.showing import licence_address, played, shown

register = template.Library()

USUAL_SIZES = "(min-width: 60rem) 60rem, 100vw"


def _visible(context: Any, file: Any) -> bool:
    if not isinstance(file, MediaFile):
        return False
    return file.is_published or bool(getattr(context.get("request"), "is_preview", False))


def _rendered(name: str, **values: Any) -> SafeString:
    return mark_safe(render_to_string(f"media/{name}.html", values).strip())  # noqa: S308  # a template's output


@register.simple_tag(takes_context=True)
def picture(
    context: Any,
    file: MediaFile | None,
    sizes: str = USUAL_SIZES,
    *,
    caption: bool = True,
    eager: bool = False,
    decorative: bool = False,
) -> SafeString | str:
    """A picture as <figure> with caption and credit; with `caption=False` the bare <picture>.

    `sizes` is the attribute of that name; `eager` is for the one picture that everybody sees first;
    `decorative` gives an empty alt, for a picture inside a link that says the same.
    """
    if not _visible(context, file) or file is None:
        return ""
    found = shown(file, as_language(get_language()))
    if found is None:
        return ""
    return _rendered(
        "picture",
        file=file,
        shown=found,
        sizes=sizes,
        caption=caption,
        eager=eager,
        decorative=decorative,
        licence=licence_address(file),
    )


@register.simple_tag(takes_context=True)
def video(context: Any, file: MediaFile | None, poster: MediaFile | None = None) -> SafeString | str:
    """A video or audio recording with controls, subtitles, caption and credit. Nothing plays by itself."""
    if not _visible(context, file) or file is None or file.kind not in {Kind.VIDEO, Kind.AUDIO}:
        return ""
    found = played(file)
    if found is None:
        return ""
    language = as_language(get_language())
    has_poster = poster is not None and _visible(context, poster)
    front = shown(poster, language) if has_poster and poster is not None else None
    return _rendered(
        "video",
        file=file,
        address=found[0],
        media_type=found[1],
        poster=front,
        tracks=[
            {
                "address": file.address(f"captions-{code}.vtt"),
                "tag": HTML_TAGS[code],
                "name": OWN_NAMES[code],
                "default": code == language,
            }
            for code in LANGUAGES
            if file.captions.has(code)
        ],
        is_audio=file.kind == Kind.AUDIO,
        licence=licence_address(file),
    )


@register.simple_tag(takes_context=True)
def document(context: Any, file: MediaFile | None) -> SafeString | str:
    """A link to a document with its type, size and number of pages."""
    if not _visible(context, file) or file is None or file.kind != Kind.DOCUMENT:
        return ""
    found = played(file)
    if found is None:
        return ""
    size = file.variants[found[0].rsplit("/", 1)[-1]]["size"]
    return _rendered("document", file=file, address=found[0], size=size, licence=licence_address(file))
