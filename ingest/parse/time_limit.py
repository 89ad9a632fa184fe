"""Gives one file a limited time, so that a file made to be slow costs only itself."""

from __future__ import annotations

import ctypes
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
def limited(seconds: float = SECONDS_A_FILE) -> Iterator[None]:
    """Ends what runs inside after some seconds, in whatever thread it runs.

    Raises:
        FileUnreadable: it took longer, or went deeper than a parser can follow.
    """
    main = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGALRM")
    try:
        with _alarm(seconds) if main else _watched(seconds):
            yield
    except _OutOfTimeError as error:
        raise FileUnreadable(
            f"reading it takes more than {seconds:g} seconds; split it, or save it again"
        ) from error
    except (RecursionError, MemoryError) as error:
        raise FileUnreadable("its parts are nested too deeply; save it again") from error


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """In the main thread: by a signal."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    others = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        # Whoever else had set the clock gets it back.
        signal.setitimer(signal.ITIMER_REAL, *others)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """In another thread: by an error that a timer sends it."""
    timer = threading.Timer(seconds, _send, (threading.get_ident(), _OutOfTimeError))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        # What was sent arrives while this waits, at the latest. To take it back instead would leave
        # CPython's flag for such errors set: every call would be slower, a traced one never end.
        try:
            timer.cancel()
            timer.join()
        except _OutOfTimeError:
            # The work was done.
            timer.join()


def _send(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
