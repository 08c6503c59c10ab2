"""Filling the index: item by item when something public changes, or all of it anew.

An item is analysed again only when its texts or the analyser have changed: calling this too often is cheap.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Final

from django.db import transaction
from django.db.models import F

from amur.portal.languages.codes import as_language
from amur.portal.search.analysing import MAX_WORD, VERSION, folded, normalised, token, tokens, words
from amur.portal.search.backends import Tokens, backend
from amur.portal.search.models import Document, Word
from amur.portal.search.registry import Item, Source, sources

Progress = Callable[[float, str], None]

BATCH: Final = 100
MAX_TEXT: Final = 50_000
MIN_WORD: Final = 3  # shorter words are never put right

_postponed: ContextVar[bool] = ContextVar("search_postponed", default=False)


@contextmanager
def postponing() -> Iterator[None]:
    """Index nothing inside the block; whoever loads very much calls `rebuild` at its end."""
    mark = _postponed.set(True)
    try:
        yield
    finally:
        _postponed.reset(mark)


def is_postponed() -> bool:
    """Whether very much is being loaded, so that the index waits for the end."""
    return _postponed.get()


def refresh(source: Source, items: Iterable[Item]) -> None:
    """Index these items as they are now, in the transaction of the caller."""
    found = list(items)
    if found and not _postponed.get():
        with transaction.atomic():
            _store(source, found)


def remove(*identities: str) -> None:
    """Forget items that are no longer public; unknown ones do no harm."""
    with transaction.atomic():
        _drop(list(Document.objects.filter(item__in=identities)))


def rebuild(progress: Progress = lambda done, stage: None, *, anew: bool = False) -> int:
    """Bring the whole index to the present state; returns the number of documents.

    With `anew` everything is thrown away first and analysed again. It is all one transaction: visitors
    search the old index until the new one is there.
    """
    with transaction.atomic():
        if anew:
            Document.objects.all().delete()
            Word.objects.all().delete()
            backend().clear()
        found = sources()
        for number, source in enumerate(found):
            progress(number / (len(found) or 1), source.name)
            _rebuild(source)
        _drop(list(Document.objects.exclude(source__in=[source.name for source in found])))
        backend().tidy()
    progress(1.0, "")
    return Document.objects.count()


def _rebuild(source: Source) -> None:
    seen: set[str] = set()
    items = iter(source.items())
    while batch := list(islice(items, BATCH)):
        _store(source, batch)
        seen.update(item.identity for item in batch)
    gone = [
        one
        for one in Document.objects.filter(source=source.name).values_list("item", flat=True).distinct()
        if one not in seen
    ]
    for start in range(0, len(gone), BATCH):
        _drop(list(Document.objects.filter(item__in=gone[start : start + BATCH])))


def _store(source: Source, items: list[Item]) -> None:
    """Write the documents of items that have changed and drop those of languages that are gone."""
    backend().lock()
    wanted = {(one.item, one.language): one for item in items for one in _documents(source, item)}
    before = {
        (one.item, one.language): one
        for one in Document.objects.filter(item__in=[item.identity for item in items])
    }
    same = {key for key, one in before.items() if key in wanted and wanted[key].digest == one.digest}
    _drop([one for key, one in before.items() if key not in same])
    new = [one for key, one in wanted.items() if key not in same]
    if not new:
        return
    Document.objects.bulk_create(new)
    backend().store((one.pk, _tokens(one)) for one in new)
    _count_words(new, 1)


def _drop(documents: list[Document]) -> None:
    if documents:
        backend().lock()
        keys = [one.pk for one in documents]
        backend().remove(keys)
        Document.objects.filter(pk__in=keys).delete()
        _count_words(documents, -1)


def _documents(source: Source, item: Item) -> Iterator[Document]:
    subjects = " ".join(sorted(item.subjects))
    for language, text in item.texts.items():
        document = Document(
            source=source.name,
            item=item.identity,
            kind=item.kind,
            language=language,
            addresses=dict(item.addresses),
            title=normalised(text.title),
            summary=normalised(text.summary),
            text=normalised(text.body)[:MAX_TEXT],
            keywords=normalised("\n".join(text.keywords)),
            date=item.date,
            year=item.date[:4],
            subjects=f" {subjects} ",
        )
        document.digest = _digest(document)
        yield document


def _digest(one: Document) -> str:
    what = [VERSION, one.kind, one.addresses, one.title, one.summary, one.text, one.keywords, one.date]
    plain = json.dumps([*what, one.subjects, one.source], ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def _tokens(one: Document) -> Tokens:
    language = as_language(one.language)
    return {
        "title": tokens(one.title, language),
        "keywords": tokens(one.keywords, language),
        "body": tokens(f"{one.summary}\n{one.text}", language),
    }


def _count_words(documents: Iterable[Document], step: int) -> None:
    """Count the documents' words up (1) or down (-1); words that occur nowhere any more are forgotten."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in documents:
        counts.update(_vocabulary(one))
    if not counts:
        return
    known = {
        (row.word, row.token): row
        for start in range(0, len(counts), 500)
        for row in Word.objects.filter(word__in={word for word, _token in list(counts)[start : start + 500]})
    }
    by_count: dict[int, list[int]] = {}
    for key, count in counts.items():
        if key in known:
            by_count.setdefault(count, []).append(known[key].pk)
    for count, keys in by_count.items():
        for start in range(0, len(keys), 500):
            chosen = Word.objects.filter(pk__in=keys[start : start + 500])
            if step < 0:
                chosen.filter(documents__lte=count).delete()
            chosen.update(documents=F("documents") + step * count)
    if step > 0:
        Word.objects.bulk_create(
            [
                Word(word=word, token=stem, documents=count)
                for (word, stem), count in counts.items()
                if (word, stem) not in known
            ],
            batch_size=500,
        )


def _vocabulary(one: Document) -> set[tuple[str, str]]:
    language = as_language(one.language)
    return {
        (folded(word.text)[:MAX_WORD], token(word.text, language))
        for part in (one.title, one.keywords, one.summary, one.text)
        for word in words(part)
        if not word.is_han and len(word.text) >= MIN_WORD and not word.text.isdigit()
    }
