"""Bulk loading: many rows by COPY, as the owner of the tables (design.md §4)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql


class Bulk:
    """One load: hands out ids before their rows exist, and copies rows."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def ids(self, model: type[models.Model], count: int) -> list[int]:
        """Take that many new ids from the table's sequence."""
        self._cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in self._cursor.fetchall()]

    def copy(
        self, model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> None:
        """Stream rows into a table; their values stand in the order of `fields` (names of the model).

        Defaults of the model do not apply; without `id` the database numbers the rows.
        No other statement can run on the connection until `rows` is read to its end.
        """
        columns = [sql.Identifier(_column(model, name)) for name in fields]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
        )
        with self._cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def bulk_load(*protected: type[models.Model]) -> Iterator[Bulk]:
    """Open the one transaction of a load into these protected tables, and any public ones.

    Needs the role that owns the tables. They are locked for everyone else meanwhile; afterwards
    their row security is forced as before, and when the load fails nothing of it has happened.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname = ANY (%s)",
            [[model._meta.db_table for model in protected]],
        )
        forced = [sql.Identifier(name) for (name,) in cursor.fetchall()]
        # COPY is refused where row security binds the copying role, and forced it binds the owner.
        _alter(cursor, "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", forced)
        yield Bulk(cursor)
        # A table whose foreign keys still wait to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _alter(cursor, "ALTER TABLE {} FORCE ROW LEVEL SECURITY", forced)


def _alter(cursor: Any, statement: str, tables: Iterable[sql.Identifier]) -> None:
    for table in tables:
        cursor.execute(sql.SQL(statement).format(table))


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return str(field.column)
