from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.db.transfer import RecordNotEmpty, copy_record
from adoption.errors import RecordUnavailable
from adoption.people.programme_models import Tried
from adoption.privacy.audit import keep_refusal, refusals
from adoption.privacy.retention import forget
from adoption.questions.models import Outcome, Reason, Vote
from adoption.questions.record import Record
from tests.adoption.factories import NOON, asked
from tests.e2e.fleet import fresh_database


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Record]:
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    for number in range(1203):
        record.keep_interaction(asked(f"C1:{number}", account=f"T1:U{number % 40}"))
    record.keep_interaction(asked("C1:late", outcome=Outcome.ABSTAINED, question="Ünïcödé 🙂"))
    record.keep_vote("C1:7", "T1:U7", Vote.NEGATIVE, NOON)
    record.keep_reason("C1:7", "T1:U7", Reason.OTHER, "because", NOON)
    yield record
    record.close()


@pytest.fixture
def big(postgres: str) -> Iterator[Record]:
    with fresh_database(postgres) as url:
        record = Record.open(url)
        yield record
        record.close()


def test_all_of_it_arrives_and_goes_back_the_same(small: Record, big: Record, tmp_path: Path):
    told = []
    counts = copy_record(small.engine, big.engine, progress=lambda *step: told.append(step))
    assert counts["interactions"] == big.count() == 1204
    assert counts["people"] == 40
    assert told[-1][0] == told[-1][1] == sum(counts.values())
    assert big.interaction("C1:late").question == "Ünïcödé 🙂"
    assert big.interaction("C1:7").asked_at == NOON
    assert big.opinion("C1:7", "T1:U7").comment == "because"
    back = Record.open(f"sqlite:///{tmp_path / 'back.sqlite'}")
    assert copy_record(big.engine, back.engine) == counts
    assert [c.title for c in back.interaction("C1:1202").citations] == ["Asking well"]
    back.close()


def test_it_goes_on_being_written_where_it_arrived(small: Record, big: Record):
    copy_record(small.engine, big.engine)
    assert big.keep_interaction(asked("C9:new", account="T1:U7"))
    assert not big.keep_interaction(asked("C1:7"))


def test_a_record_that_holds_something_is_not_written_over_unasked(small: Record, big: Record):
    big.keep_interaction(asked("C5:mine"))
    with pytest.raises(RecordNotEmpty, match="not empty"):
        copy_record(small.engine, big.engine)
    assert big.count() == 1
    copy_record(small.engine, big.engine, replace=True)
    assert big.count() == 1204
    assert big.interaction("C5:mine") is None


def test_what_breaks_in_the_middle_leaves_nothing(small: Record, big: Record):
    class Broken(Exception):
        pass

    def breaks(done: int, whole: int, name: str) -> None:
        if name == "interactions":
            raise Broken

    with pytest.raises(Broken):
        copy_record(small.engine, big.engine, progress=breaks)
    assert big.count() == 0
    assert copy_record(small.engine, big.engine)["interactions"] == 1204


def test_a_fault_of_the_database_is_a_sentence(small: Record, tmp_path: Path):
    target = Record.open(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with target.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.detach()
    target.engine.dispose()
    # The limit is a connection's own; every new one gets it here.
    from sqlalchemy import event

    event.listen(
        target.engine,
        "connect",
        lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages + 2}"),
    )
    with pytest.raises(RecordUnavailable, match="Nothing was changed"):
        copy_record(small.engine, target.engine)
    assert target.count() == 0
    target.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    if request.param == "sqlite":
        record = Record.open(f"sqlite:///{tmp_path / 'either.sqlite'}")
        yield record
        record.close()
    else:
        yield request.getfixturevalue("big")


def test_what_is_old_goes_with_all_that_hangs_on_it_and_nothing_else(either: Record):
    old, new = NOON - timedelta(days=500), NOON
    either.keep_interaction(asked("old", account="T:gone", asked_at=old))
    either.keep_interaction(asked("old-too", account="T:stays", asked_at=old))
    either.keep_vote("old", "T:stays", Vote.POSITIVE, NOON)
    either.keep_interaction(asked("new", account="T:stays", asked_at=new))
    either.keep_vote("new", "T:stays", Vote.NEGATIVE, NOON)
    keep_refusal(either.engine, "old", "T:stays", Tried.FAQ, "", old)
    keep_refusal(either.engine, "new", "T:stays", Tried.ROLES, "", new)
    keep_refusal(either.engine, "new", "T:stays", Tried.ROLES, "", new)
    before = NOON - timedelta(days=400)
    wanted = {"interactions": 2, "citations": 2, "feedback": 1, "people": 1, "refused_tries": 1}
    assert forget(either.engine, before, dry_run=True) == wanted
    assert either.count() == 3
    assert forget(either.engine, before) == wanted
    assert either.count() == 1
    assert either.opinion("new", "T:stays").vote is Vote.NEGATIVE
    assert either.interaction("new").citations
    assert forget(either.engine, before) == {}
    assert [each.act for each in refusals(either.engine, 9)] == [Tried.ROLES]


def test_a_question_asked_at_the_very_moment_stays(either: Record):
    either.keep_interaction(asked("edge", asked_at=NOON))
    assert forget(either.engine, NOON) == {}
