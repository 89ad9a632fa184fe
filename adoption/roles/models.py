"""The table of roles."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import about, everything


class Role(StrEnum):
    """What somebody is for the programme, beside a user."""

    CHAMPION = "champion"


class RoleRow(Base):
    """A role that an admin gave somebody, with the team it is for.

    `team_id` is that team on the roster, whatever it is called now; `team` is what was written.
    """

    __tablename__ = "roles"
    __table_args__ = about("roles an admin gave you", deletes=everything)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role))
    team: Mapped[str | None] = mapped_column(String(255))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
