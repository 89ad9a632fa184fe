"""How often a step is tried: not again where it can never succeed, long while a part is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.slack.errors import SlackDown, SlackRefused
from uptake import UptakeError

# Of a fault that is neither final nor an outage: some four minutes.
_TRIES = 17
# What a database or a program answers every time.
_FINAL = (
    DataError,
    NotSupportedError,
    ProgrammingError,
    SlackRefused,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
)
_OUTAGES = (InterfaceError, OperationalError, NoConnection, OSError, SlackDown)


class StepFailed(UptakeError):
    """A step failed for good: each time that it was tried, or in a way that stays."""


def may_pass(error: BaseException) -> bool:
    """Whether a step that ended with this error is tried again."""
    return not isinstance(error, StepFailed)


def said_of(name: str, error: BaseException) -> str:
    """What a log says of a step that failed.

    A database's own words may hold what somebody wrote, so its errors are named by their kind.
    """
    words = type(error).__name__ if isinstance(error, StatementError) else str(error)
    return f"The step {name} of a job failed: {words.rstrip('.') or type(error).__name__}"


class Patience:
    """Counts the tries of one step."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tries = 0

    @contextmanager
    def one_try(self) -> Iterator[None]:
        """One try of the step.

        Raises:
            StepFailed: it failed, and another try gives the same, or has often enough.
            Exception: it failed, and may be tried again.
        """
        try:
            yield
        except Exception as error:
            if is_final(error):
                raise StepFailed(f"{said_of(self._name, error)}. It is not tried again.") from error
            self._tries += not isinstance(error, _OUTAGES)
            if self._tries >= _TRIES:
                raise StepFailed(said_of(self._name, error)) from error
            raise


def is_final(error: BaseException) -> bool:
    """Whether another try gives the same error."""
    # A value that the database's driver does not take never reached the database.
    is_refused = isinstance(error, StatementError) and not isinstance(error, DBAPIError)
    return is_refused or isinstance(error, _FINAL)
