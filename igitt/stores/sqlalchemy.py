"""A table of any database that SQLAlchemy speaks to as a store, shared by the processes of many machines."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from igitt._base.clock import SYSTEM_CLOCK, Clock
from igitt.errors import ValidationError
from igitt.stores.base import MONTH, Value, failing, library, seconds

__all__ = ["SQLAlchemyStore"]

T = TypeVar("T")
#: In place of "no end", in seconds since the epoch: not every database knows infinity.
_NEVER = 1e15
#: After how many writes what is over is deleted.
_PURGE_EVERY = 200
#: MySQL has four sizes of binary columns, and takes the smallest one by default.
_LARGEST = 2**24
#: How long to wait for a database of a URL, in seconds, by the driver's own name for it.
_PATIENCE = {"psycopg": "connect_timeout", "psycopg2": "connect_timeout", "pymysql": "connect_timeout",
             "mysqldb": "connect_timeout", "mariadbconnector": "connect_timeout", "pg8000": "timeout"}  # fmt: skip


class SQLAlchemyStore:
    """Keeps texts or bytes in a table of a database. Safe to use from many threads, and over forks.

    Nothing but ``max_age`` bounds the table. For a file of SQLite's on one machine, :class:`SQLiteStore` is quicker.

    Args:
        engine: an engine of SQLAlchemy's, or a URL as ``create_engine`` takes it.
        table: the table's name. It is made if it is not there.
        max_age: for how long a value is kept, in seconds from its writing; None for no end.
        clock: where the time comes from; for tests.

    Raises:
        ImportError: when SQLAlchemy or the database's driver is not installed.
        ValidationError: when it is neither an engine nor a URL.
    """

    def __init__(
        self, engine: Any, *, table: str = "igitt_cache", max_age: float | None = MONTH, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._sql = library("sqlalchemy", "sqlalchemy")
        self._age = seconds("max_age", max_age)
        self._clock = clock
        engine = self._connected(engine) if isinstance(engine, str | self._sql.URL) else engine
        if not isinstance(engine, self._sql.Engine):
            raise ValidationError(f"SQLAlchemyStore takes an engine or a URL, not {type(engine).__name__}")
        # One statement is one transaction.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        sql = self._sql
        self._table = sql.Table(
            table,
            sql.MetaData(),
            sql.Column("key", sql.String(250), primary_key=True),
            sql.Column("value", sql.LargeBinary(_LARGEST), nullable=False),
            sql.Column("expires", sql.Double, nullable=False, index=True),
        )
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._made = False
        self._written = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._table.name}>"

    def get(self, key: str) -> bytes | None:
        """The value under `key`, as bytes; None if there is none or its time is over. Raises StoreError."""
        columns = self._table.c
        query = self._sql.select(columns.value).where(columns.key == key, columns.expires > self._clock.time())
        found = self._run(lambda connection: connection.execute(query).scalar())
        return None if found is None else bytes(found)

    def set(self, key: str, value: Value) -> None:
        """Keep `value` under `key`. Raises StoreError."""
        row = self._row(key, value, self._age)
        self._run(lambda connection: self._replace(connection, row))
        self._written += 1
        if self._written % _PURGE_EVERY == 0:
            over = self._table.delete().where(self._table.c.expires <= self._clock.time())
            self._run(lambda connection: connection.execute(over))

    def add(self, key: str, value: Value, seconds: float) -> bool:
        """Keep `value` for `seconds` if there is none, in one step; return whether that was so. Raises StoreError."""
        row = self._row(key, value, seconds)
        columns = self._table.c
        over = self._table.update().where(columns.key == key, columns.expires <= self._clock.time()).values(row)

        def work(connection: Any) -> bool:
            if connection.execute(over).rowcount == 1:
                return True
            try:
                connection.execute(self._table.insert().values(row))
            except self._sql.exc.IntegrityError:
                return False
            return True

        return self._run(work)

    def delete(self, key: str) -> None:
        """Forget `key`; it need not be there. Raises StoreError."""
        statement = self._table.delete().where(self._table.c.key == key)
        self._run(lambda connection: connection.execute(statement))

    def clear(self) -> None:
        """Forget everything in the table. Raises StoreError."""
        self._run(lambda connection: connection.execute(self._table.delete()))

    def close(self) -> None:
        """Let go of the connections. The store may go on to be used, and then opens them again."""
        self._engine.dispose()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _connected(self, url: Any) -> Any:
        try:
            made = self._sql.make_url(url)
            option = _PATIENCE.get(made.get_dialect().driver)
            waits = {option: 2} if option and option not in made.query else {}
            return self._sql.create_engine(made, pool_pre_ping=True, connect_args=waits, hide_parameters=True)
        except self._sql.exc.NoSuchModuleError as error:
            raise ValidationError(f"SQLAlchemyStore: {error}") from error
        except self._sql.exc.ArgumentError as error:
            # The text of the error may quote the URL, with its password.
            raise ValidationError("SQLAlchemyStore takes a URL as create_engine does, or an engine") from error

    def _row(self, key: str, value: Value, age: float | None) -> dict[str, Any]:
        raw = value.encode() if isinstance(value, str) else value
        return {"key": key, "value": raw, "expires": _NEVER if age is None else self._clock.time() + age}

    def _replace(self, connection: Any, row: dict[str, Any]) -> None:
        """Write a row over another in one statement where the database can, as four of them do."""
        dialect = connection.dialect.name
        new = {name: row[name] for name in ("value", "expires")}
        if dialect in {"mysql", "mariadb"}:
            insert = library("sqlalchemy.dialects.mysql", "sqlalchemy").insert(self._table).values(row)
            connection.execute(insert.on_duplicate_key_update(new))
        elif dialect in {"postgresql", "sqlite"}:
            insert = library(f"sqlalchemy.dialects.{dialect}", "sqlalchemy").insert(self._table).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=new))
        else:
            update = self._table.update().where(self._table.c.key == row["key"]).values(new)
            if not connection.execute(update).rowcount:
                connection.execute(self._table.insert().values(row))

    def _run(self, work: Callable[[Any], T]) -> T:
        with failing("the database", self._sql.exc.SQLAlchemyError, OSError, UnicodeError):
            self._make()
            with self._engine.connect() as connection:
                return work(connection)

    def _make(self) -> None:
        """See to the table, once a process; and in a new process, to connections of its own."""
        if self._made and self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                # The connections are the parent's; it goes on to use them.
                self._engine.dispose(close=False)
                self._process = os.getpid()
            if self._made:
                return
            try:
                self._table.create(self._engine, checkfirst=True)
            except self._sql.exc.DatabaseError as error:
                # Another process may have made it just now. Without a statement, there was not even a connection.
                if error.statement is None or not self._sql.inspect(self._engine).has_table(self._table.name):
                    raise
            self._made = True
