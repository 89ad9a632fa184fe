"""Few round trips to PostgreSQL, and connections that are replaced when the server ends them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from adoption.db import connections
from adoption.db.connections import begun, server_engine
from tests.e2e.fleet import eventually, fresh_database
from tests.support.proxy import Proxy, proxy


@pytest.fixture
def engine(postgres: str) -> Iterator[Engine]:
    with fresh_database(postgres) as url:
        made = server_engine(url)
        with made.connect() as connection:
            connection.execute(text("CREATE TABLE things (name text)"))
        yield made
        made.dispose()


@pytest.fixture
def line(engine: Engine) -> Iterator[Proxy]:
    with proxy("127.0.0.1", int(engine.url.port or 0)) as made:
        yield made


@pytest.fixture
def far(engine: Engine, line: Proxy) -> Iterator[Engine]:
    """An engine for the same database, whose messages can be counted."""
    made = server_engine(engine.url.set(port=line.port))
    yield made
    made.dispose()


def names(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT name FROM things ORDER BY name")))


def add(engine: Engine, name: str) -> None:
    with begun(engine) as connection:
        connection.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})


def fail_after_writing(engine: Engine) -> None:
    with begun(engine) as connection:
        connection.execute(text("INSERT INTO things VALUES ('lost')"))
        connection.execute(text("SELECT * FROM nowhere"))


def end_all(engine: Engine, url: str) -> None:
    """The server ends every connection of an engine, as when it is started anew."""
    other = server_engine(url)
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with other.connect() as connection:
        eventually(lambda: not connection.execute(ended, {"name": engine.url.database}).all(), 30)
    other.dispose()


def test_what_is_read_asks_the_server_once(far: Engine, line: Proxy):
    names(far)
    line.sent.clear()
    names(far)
    assert len(line.sent) == 1


def test_a_transaction_is_stored_whole_or_not_at_all(engine: Engine):
    add(engine, "kept")
    with pytest.raises(ProgrammingError):
        fail_after_writing(engine)
    # The same connection reads on, and begins anew.
    assert names(engine) == ["kept"]
    add(engine, "more")
    assert names(engine) == ["kept", "more"]


def test_connections_that_the_server_has_ended_are_replaced_unseen(engine: Engine, postgres: str):
    # Two that rest.
    with engine.connect() as one, engine.connect() as other:
        one.execute(text("SELECT 1"))
        other.execute(text("SELECT 1"))
    end_all(engine, postgres)
    add(engine, "kept")
    with engine.connect() as one, engine.connect() as other:
        assert [each.scalar(text("SELECT name FROM things")) for each in (one, other)] == [
            "kept"
        ] * 2


def test_a_connection_that_breaks_in_use_does_not_take_the_others_with_it(engine: Engine):
    backend = text("SELECT pg_backend_pid()")
    with engine.connect() as one, engine.connect() as other:
        rests, broken = other.scalar(backend), one.scalar(backend)
        other.close()
        with pytest.raises(OperationalError):
            one.execute(text("SELECT pg_terminate_backend(:id)"), {"id": broken})
    with engine.connect() as one, engine.connect() as other:
        assert rests in (one.scalar(backend), other.scalar(backend))


def test_after_a_long_rest_the_server_is_asked_first(
    far: Engine, line: Proxy, monkeypatch: pytest.MonkeyPatch
):
    names(far)
    monkeypatch.setattr(connections, "_RESTED_SECONDS", -1.0)
    line.sent.clear()
    names(far)
    assert len(line.sent) == 2
