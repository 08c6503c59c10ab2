"""The door for a machine-translation engine. None is built in and none is called unless an office names one.

The operator names an office's engine in the setting AMUR_TRANSLATION_ENGINES (`office=package.module.Class`);
what it writes is in the state `machine` and labelled wherever it is read. Called by `machine`.
"""

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from amur.portal.languages.codes import Language
from amur.portal.offices.models import Office


class Engine(Protocol):
    """Something that translates.

    `texts` may hold HTML tags, which must come back in the translations. The answer has as many texts as were
    given, in their order; an exception ends the run and nothing of that item is stored.
    """

    def translate(self, texts: Sequence[str], source: Language, target: Language) -> Sequence[str]:
        """The texts in the target language."""


def engine_of(office: Office) -> Engine | None:
    """The engine that the operator has named for an office; None, the usual case, without one.

    Raises ImproperlyConfigured when the named class cannot be had.
    """
    path = settings.AMUR_TRANSLATION_ENGINES.get(office.key, "")
    if not path:
        return None
    try:
        engine: Engine = import_string(path)()
    except ImportError as error:
        raise ImproperlyConfigured(
            f"AMUR_TRANSLATION_ENGINES names {path!r} for {office.key}, which cannot be imported: {error}"
        ) from error
    return engine
