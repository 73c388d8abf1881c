"""Finding cases by words: one meaning on both databases, each with the index that it is quick with.

PostgreSQL has a GIN index over the tokens of ``search_text`` as they are (no text parser, which would cut them anew).
SQLite has an FTS5 table without content, kept by triggers, so that it is right in the same transaction whoever writes.
Both are made after every ``migrate`` (:func:`ensure_index`): SQLite loses triggers whenever Django rebuilds a table.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from .models import Case
from .search_text import tokens

# From so many hits on a list is read in its order and compared, instead of fetching and sorting all that was found.
FREQUENT: Final = 2000

_LEXEMES = "array_to_tsvector(array_remove(string_to_array({}, ' '), ''))"
# The rowid of the index is the case's number without its dash: 2026-000123 ↔ 2026000123. SQLite's own rowids may
# change when the database is packed, the number never does.
_KEY = "CAST(replace({}.number, '-', '') AS INTEGER)"
_NUMBER = "substr(rowid, 1, 4) || '-' || substr(rowid, 5)"
_CREATE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS cases_search USING fts5(tokens, content='', columnsize=0, detail=none, "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '-./'\")"
)
_WELL_NUMBERED = "'[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9]*'"
_ADD = f"INSERT INTO cases_search(rowid, tokens) VALUES ({_KEY.format('new')}, new.search_text);"
_TAKE = (
    f"INSERT INTO cases_search(cases_search, rowid, tokens) VALUES ('delete', {_KEY.format('old')}, old.search_text);"
)
_TRIGGERS: Final = {
    "cases_search_number": "BEFORE INSERT ON cases_case WHEN new.number NOT GLOB "
    f"{_WELL_NUMBERED} BEGIN SELECT RAISE(ABORT, 'the number of a case must look like 2026-000123'); END",
    "cases_search_insert": f"AFTER INSERT ON cases_case BEGIN {_ADD} END",
    "cases_search_update": f"AFTER UPDATE OF search_text, number ON cases_case BEGIN {_TAKE} {_ADD} END",
    "cases_search_delete": f"AFTER DELETE ON cases_case BEGIN {_TAKE} END",
}


class HasTokens(Func):
    """Whether the index has these tokens for a case: a condition to filter by."""

    output_field = BooleanField()

    def __init__(self, number: Combinable, text: Combinable, wanted: Combinable) -> None:
        super().__init__(number, text, wanted)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        number, wanted = (compiler.compile(self.source_expressions[place]) for place in (0, 2))
        sql = f"{number[0]} IN (SELECT {_NUMBER} FROM cases_search WHERE cases_search MATCH {wanted[0]})"
        return sql, (*number[1], *wanted[1])

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        text, wanted = (compiler.compile(self.source_expressions[place]) for place in (1, 2))
        return f"{_LEXEMES.format(text[0])} @@ ({wanted[0]})::tsquery", [*text[1], *wanted[1]]


def having_words(cases: QuerySet[Case], words: str, *, sorted_list: bool = True) -> QuerySet[Case]:
    """Cases that have every token of ``words``; all of them where ``words`` has no token at all.

    ``sorted_list`` False: the rows are only counted, over everything; then the index leads in any case.
    """
    wanted = list(dict.fromkeys(tokens(words)))
    if not wanted:
        return cases
    postgresql = connections[cases.db].vendor == "postgresql"
    query = _tsquery(wanted) if postgresql else _match(wanted)
    found = cases.filter(HasTokens(F("number"), F("search_text"), Value(query)))
    # PostgreSQL takes several words together for much rarer than they are, and fetches all that have them before it
    # asks whose they are: worth it only where nothing else narrows the list.
    by_index = not cases.query.where if postgresql else not sorted_list
    return found if by_index or _hits(cases.db, query) < FREQUENT else _compared(cases, wanted)


def _tsquery(wanted: list[str]) -> str:
    return " & ".join(f"'{token}'{':*' if _is_beginning(token) else ''}" for token in wanted)


def _match(wanted: list[str]) -> str:
    return " AND ".join(f'"{token}"{"*" if _is_beginning(token) else ""}' for token in wanted)


def _is_beginning(token: str) -> bool:
    return token[0].isascii() or len(token) == 1


def _hits(alias: str, query: str) -> int:
    """How many cases of all the index finds, counted up to :data:`FREQUENT`."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        condition = f"cases_case WHERE {_LEXEMES.format('search_text')} @@ %s::tsquery"
    else:
        condition = "cases_search WHERE cases_search MATCH %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {condition} LIMIT %s) hits", [query, FREQUENT])
        count: int = cursor.fetchone()[0]
    return count


def _compared(cases: QuerySet[Case], wanted: list[str]) -> QuerySet[Case]:
    """The same cases by looking into the column of each. Tokens hold no character that LIKE takes for a wildcard."""
    for token in wanted:
        if token[0].isascii():
            cases = cases.filter(Q(search_text__startswith=token) | Q(search_text__contains=f" {token}"))
        else:
            cases = cases.filter(search_text__contains=token)
    return cases


def ensure_index(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Make the index where it is missing, and fill it; nothing where it is there."""
    connection = connections[using]
    if Case._meta.db_table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lexemes = _LEXEMES.format("search_text")
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS case_search ON cases_case USING gin (({lexemes})) WITH (fastupdate = off)"
            )
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_case'")
        there = {name for (name,) in cursor.fetchall()}
        if there >= _TRIGGERS.keys():
            return
        cursor.execute(_CREATE)
        for name, body in _TRIGGERS.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} {body}")
    rebuild_index(using)


def rebuild_index(using: str = DEFAULT_DB_ALIAS) -> None:
    """Fill SQLite's index anew from the column; PostgreSQL's is never behind."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cases_search(cases_search) VALUES ('delete-all')")
        key = _KEY.format("cases_case")
        cursor.execute(f"INSERT INTO cases_search(rowid, tokens) SELECT {key}, search_text FROM cases_case ORDER BY 1")
