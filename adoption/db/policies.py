"""What each table holds about people, and what becomes of it: stated beside the table's columns.

A table without a policy is an error, so a new table cannot escape export, erasure or retention.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, MetaData, Table, false, true

PERSON_ID, QUESTION_ID = "person_id", "interaction_id"
# Of a column: it holds a Slack account or user id.
ACCOUNT: Final[dict[Any, Any]] = {"account": True}
# Of a column beside one with an account: it holds what that person wrote. In a table with a
# `person_id`, every text without a length does.
WORDS: Final[dict[Any, Any]] = {"words": True}
# Of a column: its text may contain an account.
MENTIONS: Final[dict[Any, Any]] = {"mentions": True}
# Of a column: it says where in Slack somebody was.
PLACE: Final[dict[Any, Any]] = {"place": True}
# Of a row: it goes when the question goes that it belongs to.
WITH_QUESTION = "with its question"

Which = Callable[[Table], ColumnElement[bool]]


def nothing(table: Table) -> ColumnElement[bool]:
    """No row of the table."""
    return false()


def everything(table: Table) -> ColumnElement[bool]:
    """Every row of the table."""
    return true()


@dataclass(frozen=True)
class Policy:
    """How a table treats personal data.

    Attributes:
        words: what its rows are, in words for the person they are about; empty where no row is
            about anybody.
        deletes: the rows of a person that are deleted when they erase their data. The others
            are still counted, without their words, consent and places.
        expires: the column of moments by which rows grow old; `WITH_QUESTION`; None where rows
            stay.
        is_derived: whether the rows are sums of another table's, which moves them.
        unties: whether the rows that stay after an erasure are of one pseudonym with those of
            everybody who erased: rows that people make as many of as they like.
    """

    words: str = ""
    deletes: Which = nothing
    expires: str | None = None
    is_derived: bool = False
    unties: bool = False


def about(
    words: str = "",
    *,
    deletes: Which = nothing,
    expires: str | None = None,
    is_derived: bool = False,
    unties: bool = False,
) -> dict[str, Any]:
    """Table arguments that carry a policy (the last element of `__table_args__`)."""
    return {"info": {"policy": Policy(words, deletes, expires, is_derived, unties)}}


def policy_of(table: Table) -> Policy:
    """The policy of a table.

    Raises:
        LookupError: the table states none.
    """
    policy = table.info.get("policy")
    if not isinstance(policy, Policy):
        raise LookupError(f"The table {table.name} states no policy for personal data.")
    return policy


def tables_with(metadata: MetaData, column: str) -> list[Table]:
    """The tables that have a column of this name, those that others refer to first."""
    return [table for table in metadata.sorted_tables if column in table.c]


def account_columns(metadata: MetaData) -> list[Column[Any]]:
    """Every column that holds a Slack account or user id."""
    return _columns_with(metadata, ACCOUNT)


def mention_columns(metadata: MetaData) -> list[Column[Any]]:
    """Every column whose text may contain an account."""
    return _columns_with(metadata, MENTIONS)


def _columns_with(metadata: MetaData, info: dict[Any, Any]) -> list[Column[Any]]:
    columns = (column for table in metadata.sorted_tables for column in table.c)
    return [column for column in columns if column.info.items() >= info.items()]
