from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.db.policies import PERSON_ID, policy_of, tables_with
from adoption.db.writes import write_lock
from adoption.people.merge import merge_people
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.tables import METADATA
from adoption.usage import rollups
from tests.adoption.factories import NOON, asked, fresh_record
from tests.adoption.rows import add_parents, add_person, add_row, add_team, key_besides_person
from tests.support.examples import examples

TABLES = [t for t in tables_with(METADATA, PERSON_ID) if not policy_of(t).is_derived]
NUMBERS = st.sets(st.integers(1, 3), max_size=2)


@settings(max_examples=examples(15))
@given(st.data())
def test_everything_of_two_pseudonyms_becomes_one_persons(data: st.DataObject):
    with tempfile.TemporaryDirectory() as folder:
        record = fresh_record(Path(folder))
        wanted: dict[str, list[Any]] = {}
        with write_lock(record.engine) as connection:
            add_team(connection)
            add_parents(connection)
            add_person(connection, "kept", None)
            add_person(connection, "gone", "T1:U1")
            for table in TABLES:
                keyed = table.c[PERSON_ID].primary_key
                for person in ("kept", "gone"):
                    numbers = data.draw(NUMBERS, f"{table.name} of {person}")
                    if keyed and len(table.primary_key) == 1:
                        numbers = set(list(numbers)[:1])
                    for number in numbers:
                        # Rows with a key of their own are different rows of the two.
                        own = number if keyed or person == "kept" else number + 10
                        row = add_row(connection, table, own, person_id=person)
                        wanted.setdefault(table.name, []).append(key_besides_person(table, row))
            merge_people(connection, METADATA, rollups, kept="kept", gone="gone")
        with record.engine.connect() as connection:
            for table in TABLES:
                rows = [dict(row) for row in connection.execute(select(table)).mappings()]
                assert {row[PERSON_ID] for row in rows} <= {"kept"}
                if table.c[PERSON_ID].primary_key:
                    keys = [key_besides_person(table, row) for row in rows]
                    assert len(keys) == len(set(keys))
                    assert set(keys) == set(wanted.get(table.name, ()))
                else:
                    assert len(rows) == len(wanted.get(table.name, ()))
            people = connection.execute(select(METADATA.tables["people"])).mappings().all()
        assert [(row["id"], row["account"]) for row in people] == [("kept", "T1:U1")]
        record.close()


def test_a_roster_that_joins_two_people_merges_whatever_they_did(record: Record):
    """Every table with a foreign key to people takes part, so that no row is left behind."""
    record.questions.add(asked("C1:1", account="T1:U1"))
    record.roster.store([RosterRow("ada@x.example", team="Sales", tools=["Copilot"])], NOON)
    with write_lock(record.engine) as connection:
        ids = dict(
            connection.execute(
                select(METADATA.tables["people"].c.account, METADATA.tables["people"].c.id)
            ).all()
        )
        add_parents(connection)
        for table in TABLES:
            if table.name not in ("interactions", "handles", "members", "seats"):
                add_row(connection, table, 7, person_id=ids[None], **_team(table))
    joined = RosterRow("ada@x.example", team="Sales", account="T1:U1", tools=["Copilot"])
    record.roster.store([joined], NOON)
    with record.engine.connect() as connection:
        people = connection.execute(select(METADATA.tables["people"])).mappings().all()
    assert [row["account"] for row in people] == ["T1:U1"]


def _team(table: Any) -> dict[str, Any]:
    return {"team_id": None} if "team_id" in table.c else {}
