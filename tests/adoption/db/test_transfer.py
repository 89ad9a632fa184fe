from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.errors import RecordUnavailable
from adoption.feedback.models import Reason, Vote
from adoption.privacy.models import RestrictedAction
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.transfer import RecordNotEmpty, copy_record
from tests.adoption.factories import NOON, asked
from tests.e2e.fleet import fresh_database


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a record with some of everything, which every test copies."""
    folder = tmp_path_factory.mktemp("filled")
    record = Record.open(f"sqlite:///{folder / 'record.sqlite'}")
    for number in range(1203):
        record.questions.add(asked(f"C1:{number}", account=f"T1:U{number % 40}"))
    record.questions.add(asked("C1:late", outcome=Outcome.ABSTAINED, question="Ünïcödé 🙂"))
    record.feedback.set_vote("C1:7", "T1:U7", Vote.NEGATIVE, NOON)
    record.feedback.set_reason("C1:7", "T1:U7", Reason.OTHER, "because", NOON)
    record.close()
    return folder


@pytest.fixture
def small(filled: Path, tmp_path: Path) -> Iterator[Record]:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
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
    assert counts["interactions"] == big.questions.count() == 1204
    assert counts["people"] == 40
    assert told[-1][0] == told[-1][1] == sum(counts.values())
    assert big.questions.get("C1:late").question == "Ünïcödé 🙂"
    assert big.questions.get("C1:7").asked_at == NOON
    assert big.feedback.opinion("C1:7", "T1:U7").comment == "because"
    back = Record.open(f"sqlite:///{tmp_path / 'back.sqlite'}")
    assert copy_record(big.engine, back.engine) == counts
    assert [c.title for c in back.questions.get("C1:1202").citations] == ["Asking well"]
    back.close()


def test_it_goes_on_being_written_where_it_arrived(small: Record, big: Record):
    copy_record(small.engine, big.engine)
    assert big.questions.add(asked("C9:new", account="T1:U7"))
    assert not big.questions.add(asked("C1:7"))


def test_a_record_that_holds_something_is_not_written_over_unasked(small: Record, big: Record):
    big.questions.add(asked("C5:mine"))
    with pytest.raises(RecordNotEmpty, match="not empty"):
        copy_record(small.engine, big.engine)
    assert big.questions.count() == 1
    copy_record(small.engine, big.engine, replace=True)
    assert big.questions.count() == 1204
    assert big.questions.get("C5:mine") is None


def test_what_breaks_in_the_middle_leaves_nothing(small: Record, big: Record):
    class Broken(Exception):
        pass

    def breaks(done: int, whole: int, name: str) -> None:
        if name == "interactions":
            raise Broken

    with pytest.raises(Broken):
        copy_record(small.engine, big.engine, progress=breaks)
    assert big.questions.count() == 0
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
    assert target.questions.count() == 0
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
    either.questions.add(asked("old", account="T:gone", asked_at=old))
    either.questions.add(asked("old-too", account="T:stays", asked_at=old))
    either.feedback.set_vote("old", "T:stays", Vote.POSITIVE, NOON)
    either.questions.add(asked("new", account="T:stays", asked_at=new))
    either.feedback.set_vote("new", "T:stays", Vote.NEGATIVE, NOON)
    either.refused_actions.add("old", "T:stays", RestrictedAction.FAQ, "", old)
    either.refused_actions.add("new", "T:stays", RestrictedAction.ROLES, "", new)
    either.refused_actions.add("new", "T:stays", RestrictedAction.ROLES, "", new)
    before = NOON - timedelta(days=400)
    wanted = {"interactions": 2, "citations": 2, "votes": 1, "people": 1, "refused_actions": 1}
    assert either.forget(before, dry_run=True) == wanted
    assert either.questions.count() == 3
    assert either.forget(before) == wanted
    assert either.questions.count() == 1
    assert either.feedback.opinion("new", "T:stays").vote is Vote.NEGATIVE
    assert either.questions.get("new").citations
    assert either.forget(before) == {}
    assert [each.action for each in either.refused_actions.last(9)] == [RestrictedAction.ROLES]


def test_a_question_asked_at_the_very_moment_stays(either: Record):
    either.questions.add(asked("edge", asked_at=NOON))
    assert either.forget(NOON) == {}
