from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, String, Table

from adoption.db.policies import (
    PERSON_ID,
    QUESTION_ID,
    WITH_QUESTION,
    account_columns,
    policy_of,
)
from adoption.db.writes import Lock
from adoption.tables import METADATA

# Names under which a column holds somebody's account.
ACCOUNTS = frozenset(
    "account owner helper taken_by solved_by decided_by dismissed_by set_by host "
    "approved_by allowed_by".split()
)


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_table_says_what_it_holds_about_people(table: Table):
    policy = policy_of(table)
    names = set(table.c.keys())
    tells = {PERSON_ID, QUESTION_ID} & names or any(c.info for c in table.c)
    assert bool(policy.words) == bool(tells or table.name == "people")
    if policy.expires not in (None, WITH_QUESTION):
        assert policy.expires in names
    if QUESTION_ID in names:
        assert policy.expires == WITH_QUESTION


def test_no_two_tables_are_called_the_same():
    words = [policy_of(table).words for table in METADATA.sorted_tables]
    assert len(set(filter(None, words))) == len(list(filter(None, words)))


def test_a_table_without_a_policy_is_an_error():
    table = Table("new", MetaData(), Column("id", String, primary_key=True))
    with pytest.raises(LookupError, match="new states no policy"):
        policy_of(table)


def test_every_column_with_an_account_is_marked():
    marked = {(c.table.name, c.name) for c in account_columns(METADATA)}
    named = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.c
        if column.name in ACCOUNTS and table.name != "people"
    }
    assert named == marked


def test_every_lock_has_a_number_of_its_own():
    assert len({int(lock) for lock in Lock.__members__.values()}) == len(Lock.__members__)
