"""Tags inside a text that a translation must keep: what is wrong with those of a translation."""

from django.utils.translation import gettext as _

from amur.formats.inline import broken_tags


def problems_of_tags(source: str, target: str) -> list[str]:
    """What is wrong with the tags of a translation, in the reader's language; empty when nothing is."""
    found = broken_tags(source, target)
    said = []
    if found.missing:
        said.append(_("missing in the translation: %(tags)s") % {"tags": " ".join(found.missing)})
    if found.strange:
        said.append(_("not in the source text: %(tags)s") % {"tags": " ".join(found.strange)})
    if found.crossed:
        said.append(_("tags are not closed in order"))
    return said
