"""One answer a person and round, and nothing in the database that says whose it is."""

from __future__ import annotations

import hashlib
import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from adoption.people.models import Person
from adoption.pulse.answers import Answer, Outcome
from adoption.pulse.models import PulseGroupRow
from adoption.record import Record
from adoption.tables import METADATA
from tests.adoption.conftest import emptied
from tests.adoption.factories import fresh_record
from tests.adoption.pulse.company import (
    AFTER,
    DURING,
    MINIMUM,
    OPENS,
    SECRET,
    account,
    answered,
    enrol,
    opened,
)

TEAM = [("Sales", "Wave 1")] * 12
MARKED = (1, 2, 3, 4, 5)


def counts(record: Record) -> list[tuple[int, int, list]]:
    columns = PulseGroupRow.invited, PulseGroupRow.answered, PulseGroupRow.counts
    with record.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def test_an_answer_counts_once_however_often_it_is_sent(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)
    assert answers.is_awaited("r1", account(0), DURING)
    assert answers.add("r1", account(0), Answer(MARKED), DURING) is Outcome.COUNTED
    assert answers.add("r1", account(0), Answer((5, 5, 5, 5, 5)), DURING) is Outcome.ALREADY
    assert not answers.is_awaited("r1", account(0), DURING)
    assert answers.add("r1", "T1:UNOBODY", Answer(MARKED), DURING) is Outcome.NOT_INVITED
    assert answers.add("r1", account(1), Answer(MARKED), AFTER) is Outcome.CLOSED
    assert answers.add("r2", account(1), Answer(MARKED), DURING) is Outcome.CLOSED
    identity = [[int(a == b) for b in range(5)] for a in range(5)]
    assert counts(record) == [(12, 1, identity)]


def test_of_many_presses_at_once_one_counts(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)

    def press(number: int) -> Outcome:
        return answers.add("r1", account(number % 3), Answer(MARKED, "Mine."), DURING)

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(press, range(18)))
    assert outcomes.count(Outcome.COUNTED) == 3
    assert outcomes.count(Outcome.ALREADY) == 15
    assert counts(record)[0][1] == 3
    with record.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from pulse_comments")) == 3


def test_an_answer_that_cannot_be_stored_whole_is_not_stored_at_all(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)
    with (
        patch("adoption.pulse.answers._count", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        answers.add("r1", account(0), Answer(MARKED), DURING)
    assert answers.add("r1", account(0), Answer(MARKED), DURING) is Outcome.COUNTED


@pytest.mark.parametrize("scores", [(), (1, 2, 3, 4), (1, 2, 3, 4, 6), (0, 2, 3, 4, 5)])
def test_other_scores_are_no_answer(scores: tuple[int, ...]):
    with pytest.raises(ValueError, match="1 to 5"):
        Answer(scores)


def test_with_another_secret_nobody_answers_a_second_time(record: Record):
    enrol(record, TEAM)
    opened(record)
    other = record.pulse_answers(b"another token")
    assert other.add("r1", account(0), Answer(MARKED), DURING) is Outcome.CLOSED
    assert other.slots("r1", DURING) == []


def test_slots_reach_everybody_once_and_leave_out_who_answered_or_left(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)
    today = OPENS.date()
    slots = answers.slots("r1", DURING)
    answered(answers, {0: MARKED})
    found = [answers.awaited_at("r1", slot, DURING, today) for slot in slots]
    assert sorted(filter(None, found)) == sorted(account(n) for n in range(1, 12))
    with record.engine.begin() as connection:
        connection.execute(text("update members set left_on = '2026-11-01'"))
    assert [answers.awaited_at("r1", slot, DURING, today) for slot in slots] == [None] * 12


def test_whoever_erases_their_data_is_not_invited_any_more(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)
    assert record.personal_data.export(account(0))["pulse_invitations"]
    assert record.personal_data.erase(account(0))
    assert answers.add("r1", account(0), Answer(MARKED), DURING) is Outcome.NOT_INVITED


# Who can be linked to what


def dump(record: Record) -> dict[str, list[tuple]]:
    """Everything in the database, each row with all that says where and by what it was written."""
    hidden = "ctid::text, xmin::text, " if record.engine.dialect.name == "postgresql" else ""
    found = {}
    with record.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            # As the table lies on disk.
            rows = connection.execute(text(f'select {hidden}* from "{table.name}"')).all()
            found[table.name] = [tuple(map(str, row)) for row in rows]
    return found


def without_chance(dumped: dict[str, list[tuple]], record: Record) -> dict[str, list[tuple]]:
    """Numbers of transactions counted from the first, random names by their length."""
    numbers = sorted({int(r[1]) for rows in dumped.values() for r in rows if hidden(record)})
    places = {str(number): f"t{at}" for at, number in enumerate(numbers)}
    random = re.compile(r"\b[0-9a-f]{32}\b")

    def plain(row: tuple) -> tuple:
        if hidden(record):
            row = ("", places[row[1]], *row[2:])
        return tuple(random.sub("#", each) for each in row)

    return {name: [plain(row) for row in rows] for name, rows in dumped.items()}


def hidden(record: Record) -> bool:
    return record.engine.dialect.name == "postgresql"


def world(
    record: Record, order: list[int], scores: list[tuple[int, ...]]
) -> dict[str, list[tuple]]:
    """What the database holds after people answered, one after the other."""
    ids = itertools.count(1)
    if hidden(record):
        # A server goes on counting teams when they are deleted.
        with record.engine.begin() as connection:
            connection.execute(text("alter sequence teams_id_seq restart"))
    with patch("uuid.uuid4", lambda: UUID(int=next(ids))):
        enrol(record, TEAM)
        _, answers = opened(record)
    for at, (number, given) in enumerate(zip(order, scores, strict=True)):
        assert answers.add("r1", account(number), Answer(given, f"Comment {at}."), DURING)
    return without_chance(dump(record), record)


def test_the_database_is_the_same_whoever_answered_what(record: Record):
    """Two people answer, and two others, and in another order: nothing tells these worlds apart.

    So nothing, taken together with anything else in the database, ties an answer to a person.
    """
    given = [(1, 1, 1, 1, 1), (5, 4, 3, 2, 1)]
    seen = []
    for order in ([0, 1], [1, 0], [2, 3], [5, 0]):
        seen.append(world(record, order, given))
        emptied(record)
    first = seen[0]
    assert first["pulse_receipts"]
    for other in seen[1:]:
        for name in first:
            assert sorted(first[name]) == sorted(other[name]), name


def test_receipts_are_no_hash_that_anybody_can_make_again(record: Record):
    enrol(record, TEAM)
    _, answers = opened(record)
    answered(answers, {0: MARKED})
    found = dump(record)
    salt = found["pulse_rounds"][0]
    receipts = {row[-1] for row in found["pulse_receipts"]}
    with record.engine.connect() as connection:
        people = list(connection.execute(select(Person.id, Person.account)))
    words = [str(word) for row in people for word in row] + [account(0).partition(":")[2]]
    keys = [str(part).encode()[:64] for part in salt] + [b""]
    for word, key, kind in itertools.product(words, keys, ("", "receipt ", "slot ")):
        made = hashlib.blake2b(f"{kind}{word}".encode(), key=key, digest_size=16).hexdigest()
        assert made not in receipts
    assert SECRET.decode() not in str(found)


def test_after_the_round_nothing_says_who_was_invited_or_answered(record: Record):
    enrol(record, TEAM)
    rounds, answers = opened(record)
    answered(answers, dict.fromkeys(range(6), MARKED))
    assert rounds.close("r1", MINIMUM, AFTER)
    found = dump(record)
    assert found["pulse_receipts"] == found["pulse_invitations"] == []
    with record.engine.connect() as connection:
        left = connection.execute(text("select salt, key_check from pulse_rounds")).one()
    assert tuple(left) == (None, None)


def test_rows_are_in_no_order_of_time(tmp_path: Path):
    """Receipts and comments lie on disk by their random names."""
    record = fresh_record(tmp_path)
    enrol(record, [("Sales", "Wave 1")] * 30)
    _, answers = opened(record)
    for number in range(30):
        answers.add("r1", account(number), Answer(MARKED, f"{number:02}"), DURING)
    found = dump(record)
    assert found["pulse_receipts"] == sorted(found["pulse_receipts"])
    assert found["pulse_comments"] == sorted(found["pulse_comments"])
    said = [row[-1] for row in found["pulse_comments"]]
    assert said != sorted(said)
    with record.engine.begin() as connection:
        with pytest.raises(Exception, match="rowid"):
            connection.execute(text("select rowid from pulse_receipts"))
        connection.execute(update(Person).values(first_seen=OPENS))
