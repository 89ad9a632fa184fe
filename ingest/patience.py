"""Gives one file a limited time, so that a file made to be slow costs only itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ingest.errors import FileUnreadable

SECONDS_A_FILE = 120.0


class _OutOfTimeError(BaseException):
    """Passes through parsers that take every error for the file's own."""


@contextmanager
def patience(seconds: float = SECONDS_A_FILE) -> Iterator[None]:
    """Ends what runs inside after some seconds, where signals can do so: in the main thread.

    Raises:
        FileUnreadable: it took longer, or went deeper than a parser can follow.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise _OutOfTimeError

    timed = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM")
    before = signal.signal(signal.SIGALRM, ring) if timed else None
    others = signal.setitimer(signal.ITIMER_REAL, seconds) if timed else (0.0, 0.0)
    try:
        yield
    except _OutOfTimeError as error:
        raise FileUnreadable(
            f"reading it takes more than {seconds:g} seconds; split it, or save it anew"
        ) from error
    except (RecursionError, MemoryError) as error:
        raise FileUnreadable("its parts are nested too deeply; save it anew") from error
    finally:
        if timed:
            # Whoever else had set the clock gets it back.
            signal.setitimer(signal.ITIMER_REAL, *others)
            signal.signal(signal.SIGALRM, before)
