"""Machine translation of many items, as a run with progress and cancel. Off unless an office has an engine.

The engine fills only what nobody has written. Pages come as drafts, never published; every text is `machine`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES, Language, as_language
from amur.portal.offices.policies import Subject
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.translations import actions
from amur.portal.translations.engines import Engine, engine_of
from amur.portal.translations.models import Item, WorkState
from amur.portal.translations.registry import Adapter, Content, Refusal, adapter_of

NAME: Final = "machine-translation"


def translate_item(engine: Engine, person: Any, adapter: Adapter, item: Item, language: Language) -> int:
    """Let an engine translate what is missing of one item; returns how many segments it wrote.

    Raises Refusal or ValidationError for an answer that cannot be stored.
    """
    content = adapter.content(item.subject)
    if content is None:
        return 0
    latest = content.latest(language)
    if adapter.is_page and latest is not None:
        return 0  # a page has one state: a machine's words would stand unmarked among a translator's
    texts = _answer(engine, content, language, latest.texts if latest is not None else {})
    if not texts:
        return 0
    work = actions.Work(
        texts=texts,
        state=WorkState.MACHINE,
        token=adapter.token(item.subject, language),
        source_token=actions.source_token(content, language),
    )
    actions.write(person, adapter, item, language, work)
    return len(texts)


def _answer(engine: Engine, content: Content, language: Language, known: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted = [one for one in content.wanted(language) if not known.get(one.id)]
    for source in LANGUAGES:
        part = [one for one in wanted if one.language == source]
        if not part:
            continue
        answer: Sequence[str] = engine.translate([one.text for one in part], source, language)
        if len(answer) != len(part):
            raise Refusal(f"the engine was given {len(part)} texts and answered with {len(answer)}")
        found |= {one.id: text for one, text in zip(part, answer, strict=True) if text.strip()}
    return found


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    items, language = given.get("items"), given.get("language")
    if not isinstance(items, list) or not items or not all(isinstance(one, int) for one in items):
        raise ValueError("items: a list of items is needed")
    if language not in LANGUAGES:
        raise ValueError(f"language: one of {', '.join(LANGUAGES)} is needed")
    return {"items": sorted(set(items)), "language": language}


def _work(task: Task) -> Outcome:
    office, person = task.run.office, task.run.owner
    engine = engine_of(office) if office is not None else None
    if engine is None or person is None:
        raise Refused([{"code": "no-engine", "severity": "error"}])
    language = as_language(task.run.parameters["language"])
    items = list(Item.objects.filter(pk__in=task.run.parameters["items"]).order_by("pk"))
    done, problems = 0, []
    for number, item in enumerate(items):
        task.progress(number / len(items), "translate")
        adapter = adapter_of(item.kind)
        if adapter is None or not adapter.may_see(person, item.subject):
            continue
        try:
            done += translate_item(engine, person, adapter, item, language) > 0
        except (Refusal, ValidationError, PermissionDenied) as error:
            problems.append(
                {"code": "not-translated", "severity": "warning", "item": item.title, "message": str(error)}
            )
    return Outcome({"translated": done, "items": len(items)}, problems)


MACHINE_KIND: Final = Kind(
    NAME,
    _("Machine translation"),
    Subject.PAGES,
    _work,
    _checked,
    stages={"translate": _("Translating")},
)
