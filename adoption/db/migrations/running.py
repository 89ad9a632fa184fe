"""Runs the migrations by Alembic over a connection."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from adoption.errors import RecordUnavailable


def upgrade(connection: Connection, revision: str) -> None:
    """Brings the tables of a connection's database up to `revision`.

    Raises:
        RecordUnavailable: a newer version made them.
    """
    try:
        command.upgrade(_config(connection), revision)
    except CommandError as error:
        raise RecordUnavailable(
            f"The record at {connection.engine.url.render_as_string()} was written by a newer "
            "Uptake. Install that version, or restore a backup of before."
        ) from error


def downgrade(connection: Connection, revision: str) -> None:
    """Takes the tables back to `revision` (`base` removes them all)."""
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
