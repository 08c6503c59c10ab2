"""The sentences of `amur.formats.units` for the catalogues, word for word; a test fails when one lacks."""

from typing import Final

from django.utils.translation import gettext_noop as _

SENTENCES: Final = (
    _("The file cannot be read: {why}."),
    _("Give the file that the translator's tool wrote."),
    _("The file is not in UTF-8."),
    _("Save it in UTF-8 and give it again."),
    _("The file is no {format} file."),
    _("Give a file of the kind that was exported."),
    _("XLIFF version {version} is not known."),
    _("Save the file as XLIFF 2.0 or 1.2."),
    _("The file does not say its {which} language."),
    _("Keep the head of the exported file."),
    _("A unit has no identifier."),
    _("Keep the identifiers of the exported file."),
    _("The unit “{unit}” stands in the file twice."),
    _("Leave one of the two."),
    _("The placeholder “{tag}” stands for nothing in this unit."),
    _("Keep the placeholders of the source."),
)
