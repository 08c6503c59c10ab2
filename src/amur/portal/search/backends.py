"""The full-text tables of the two databases: the same tokens, the same questions, each ranked its own way.

SQLite keeps tokens in an FTS5 table and ranks by bm25; PostgreSQL keeps a tsvector with a GIN index and ranks
by cover density. Tokens come ready from `analysing`, so neither database's own language rules are used.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from django.db import connection

from amur.portal.search.asking import Phrase, Question, Reach

TITLE_WEIGHT: Final = 10.0
KEYWORDS_WEIGHT: Final = 4.0
BODY_WEIGHT: Final = 1.0
PARTS: Final = ("title", "keywords", "body")

Tokens = Mapping[str, Sequence[str]]


class Match(NamedTuple):
    """A document that answers a question; a higher score is better."""

    pk: int
    item: str
    kind: str
    language: str
    year: str
    subjects: str
    score: float


class Backend(Protocol):
    """What the search asks of a database."""

    def lock(self) -> None:
        """Let no other transaction write the index before this one ends."""

    def store(self, rows: Iterable[tuple[int, Tokens]]) -> None:
        """Keep the tokens of documents, by their primary keys."""

    def remove(self, keys: Sequence[int]) -> None:
        """Forget documents."""

    def clear(self) -> None:
        """Forget all documents."""

    def tidy(self) -> None:
        """Put the index in order after many changes, so that questions are answered faster."""

    def search(self, question: Question, reach: Reach, filters: Mapping[str, str], most: int) -> list[Match]:
        """The best documents for a question, best first."""


def backend() -> Backend:
    """The backend of the database in use."""
    return PostgresBackend() if connection.vendor == "postgresql" else SqliteBackend()


class SqliteBackend:
    """Tokens in the FTS5 table `search_tokens`, one row a document."""

    def lock(self) -> None:
        """Nothing to do: SQLite has one writer at a time."""

    def store(self, rows: Iterable[tuple[int, Tokens]]) -> None:
        found: list[list[int | str]] = []
        keys: list[int] = []
        for pk, tokens in rows:
            found.append([pk, *(" ".join(tokens[part]) for part in PARTS)])
            keys.append(pk)
        self.remove(keys)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_tokens (rowid, title, keywords, body) VALUES (%s, %s, %s, %s)", found
            )

    def remove(self, keys: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_tokens WHERE rowid = %s", [(pk,) for pk in keys])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens")

    def tidy(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_tokens (search_tokens) VALUES ('optimize')")

    def search(self, question: Question, reach: Reach, filters: Mapping[str, str], most: int) -> list[Match]:
        asked = _expression(question, reach, _fts_phrase, " AND ", " OR ")
        if not asked:
            return []
        where, values = _conditions(filters)
        weights = f"bm25({TITLE_WEIGHT}, {KEYWORDS_WEIGHT}, {BODY_WEIGHT})"
        return _matches(
            "SELECT d.id, d.item, d.kind, d.language, d.year, d.subjects, -found.rank FROM ("  # noqa: S608  # own words
            "SELECT rowid, rank FROM search_tokens WHERE search_tokens MATCH %s AND rank MATCH %s"
            f"{_only('rowid', where)} ORDER BY rank LIMIT %s"
            ") found JOIN search_document d ON d.id = found.rowid ORDER BY found.rank",
            [asked, weights, *values, most],
        )


class PostgresBackend:
    """Tokens in the table `search_tokens` with a tsvector: titles weigh A, keywords B, the rest D."""

    LETTERS: Final = {"title": "A", "keywords": "B", "body": "D"}
    LOCK: Final = 7_305_811  # any number that nothing else locks
    GAP: Final = 10  # no phrase reaches from a title into a text
    LAST_POSITION: Final = 16_383
    WEIGHTS: Final = "{%s, 0.2, %s, 1.0}" % (BODY_WEIGHT / TITLE_WEIGHT, KEYWORDS_WEIGHT / TITLE_WEIGHT)  # noqa: UP031

    def lock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.LOCK])

    def store(self, rows: Iterable[tuple[int, Tokens]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_tokens (document_id, tokens) VALUES (%s, %s::tsvector)"
                " ON CONFLICT (document_id) DO UPDATE SET tokens = EXCLUDED.tokens",
                [(pk, self._vector(tokens)) for pk, tokens in rows],
            )

    def remove(self, keys: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens WHERE document_id = ANY(%s)", [list(keys)])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens")

    def tidy(self) -> None:
        """Nothing to do: PostgreSQL tidies its indexes by itself."""

    def search(self, question: Question, reach: Reach, filters: Mapping[str, str], most: int) -> list[Match]:
        asked = _expression(question, reach, _ts_phrase, " & ", " | ")
        if not asked:
            return []
        where, values = _conditions(filters)
        return _matches(
            "SELECT d.id, d.item, d.kind, d.language, d.year, d.subjects, found.score FROM ("  # noqa: S608  # own words
            "SELECT document_id, ts_rank_cd(%s::real[], tokens, %s::tsquery, 1) AS score"
            " FROM search_tokens WHERE tokens @@ %s::tsquery"
            f"{_only('document_id', where)} ORDER BY score DESC, document_id LIMIT %s"
            ") found JOIN search_document d ON d.id = found.document_id ORDER BY found.score DESC, d.id",
            [self.WEIGHTS, asked, asked, *values, most],
        )

    def _vector(self, tokens: Tokens) -> str:
        places: dict[str, list[str]] = {}
        position = 1
        for part in PARTS:
            for token in tokens[part]:
                places.setdefault(token, []).append(
                    f"{min(position, self.LAST_POSITION)}{self.LETTERS[part]}"
                )
                position += 1
            position += self.GAP
        return " ".join(f"{_quoted(token)}:{','.join(found)}" for token, found in places.items())


def _matches(sql: str, values: list[Any]) -> list[Match]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(map(Match._make, cursor.fetchall()))


def _only(key: str, where: str) -> str:
    """The documents that pass the filters, for the inner query; nothing without filters."""
    return f" AND {key} IN (SELECT d.id FROM search_document d WHERE TRUE{where})" if where else ""  # noqa: S608


def _conditions(filters: Mapping[str, str]) -> tuple[str, list[str]]:
    """The filters as SQL: columns of the document, and subjects such as `country`."""
    where, values = "", []
    for name, value in filters.items():
        if name in ("kind", "language", "year"):
            where += f" AND d.{name} = %s"
            values.append(value)
        else:
            where += " AND d.subjects LIKE %s ESCAPE '!'"
            values.append(f"% {_plain(name)}:{_plain(value)} %")
    return where, values


def _plain(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _expression(question: Question, reach: Reach, phrase: Any, both: str, either: str) -> str:
    """The question in the database's own language: groups of alternatives, all or any of them wanted."""
    parts = []
    for group in question.groups:
        found = [phrase(one) for one in group.alternatives(reach)]
        parts.append(f"({either.join(found)})")
    return (either if reach is Reach.LOOSE else both).join(parts)


def _fts_phrase(phrase: Phrase) -> str:
    """A phrase of FTS5; its tokens hold letters and digits only."""
    return f'"{" ".join(phrase.tokens)}"' + ("*" if phrase.is_beginning else "")


def _ts_phrase(phrase: Phrase) -> str:
    found = [_quoted(token) for token in phrase.tokens]
    if phrase.is_beginning:
        found[-1] += ":*"
    return f"({' <-> '.join(found)})"


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"
