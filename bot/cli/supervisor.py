"""Starts the bot's process anew at once where something kills it.

A process that the system ends for want of memory, or that a fault in native code ends, comes back
with a service manager after seconds, most of which go into importing packages. Here a parent
process imports them once, and each new process begins with them.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

from uptake import UptakeError

# What a start imports, and what the first answer needs.
PARTS = (
    "bot.serve",
    "bot.app",
    "bot.cli.guides.ingest",
    "bot.cli.console",
    "bot.observability.metrics",
    "bot.observability.setup",
    "onnxruntime",
    "tokenizers",
)
# So many deaths within so many seconds are no accident: whoever watches over this process should
# see them.
_MOST_DEATHS, _WINDOW_SECONDS = 20, 10.0
_SET_DEATH_SIGNAL = 1
_STOPS = (signal.SIGTERM, signal.SIGINT)
_WATCHED = (signal.SIGCHLD, *_STOPS)
# What a killed bot needs to start may be away for a while, as a database that died with it. One
# that fails within so many seconds is tried again, after 1, 2, 4 seconds and so on.
_START_SECONDS, _LONGEST_PAUSE = 60.0, 30


class _Child:
    """Whether this process is one that a parent started."""

    is_here = False


class KeepsDying(UptakeError):
    """The process was killed again and again."""


@contextmanager
def ends_for_good() -> Iterator[None]:
    """Ends a supervised process with the block, and with the exit code of what ended the block.

    PyTorch may abort a process that ends while its model is loaded, as one that fails at its
    start does. The parent would take that for a death, and start it again to fail again.
    """
    try:
        yield
    except BaseException as error:
        if not _Child.is_here:
            raise
        if not isinstance(error, SystemExit):
            traceback.print_exception(error)
        code = error.code if isinstance(error, SystemExit) else 1
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else bool(code))


def supervise(parts: Sequence[str] = PARTS) -> None:
    """Returns in a new process, and again in another whenever that one is killed.

    The parent stays in here: it passes signals to stop on, and ends as its child ends by itself.
    So what fails is not tried again here: its error says what to do, and whoever watches over this
    process sees its exit code. Only where the child was killed, and the next one fails at its
    start, another follows.

    Args:
        parts: modules to import before; none may start threads, which a new process has not.

    Raises:
        UptakeError: this is not Linux.
        KeepsDying: the process was killed 20 times within 10 seconds.
    """
    if sys.platform != "linux":
        raise UptakeError("--restart works on Linux only. Start it without.")
    for part in parts:
        import_module(part)
    # What all processes share is not looked through for cycles, which would copy its pages.
    gc.collect()
    gc.freeze()
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    deaths: deque[float] = deque(maxlen=_MOST_DEATHS)
    failed = 0
    while True:
        began, child = time.monotonic(), _fork()
        if not child:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
            _Child.is_here = True
            return
        code = _outcome(child)
        if code >= 0:
            if not deaths or not code or time.monotonic() - began > _START_SECONDS:
                os._exit(code)
            _pause(min(2**failed, _LONGEST_PAUSE))
            failed += 1
            continue
        print(f"The bot was ended by {signal.Signals(-code).name}; restarting it.", flush=True)
        failed = 0
        _note_death(deaths)


def _note_death(deaths: deque[float]) -> None:
    deaths.append(time.monotonic())
    if len(deaths) == _MOST_DEATHS and deaths[-1] - deaths[0] < _WINDOW_SECONDS:
        raise KeepsDying(
            f"The bot was killed {_MOST_DEATHS} times in {_WINDOW_SECONDS:.0f} seconds. "
            "Read the log, and check how much memory it may take."
        )


def _fork() -> int:
    """A new process, which ends when this one does; 0 in the new one."""
    me = os.getpid()
    child = os.fork()
    if not child:
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != me:
            os._exit(1)
    return child


def _outcome(child: int) -> int:
    """A child's exit code, or minus the signal that killed it.

    If this process gets a signal to stop, it ends with its child instead.
    """
    is_stopping = False
    while True:
        received = signal.sigwaitinfo(_WATCHED)
        if received.si_signo != signal.SIGCHLD:
            is_stopping = True
            os.kill(child, received.si_signo)
            continue
        ended, status = os.waitpid(child, os.WNOHANG)
        if not ended:
            continue
        code = os.waitstatus_to_exitcode(status)
        if is_stopping:
            os._exit(code if code >= 0 else 128 - code)
        return code


def _pause(seconds: int) -> None:
    """Waits before the next start; a signal to stop ends the process."""
    print(f"The bot failed at its start; trying again in {seconds} s.", flush=True)
    if received := signal.sigtimedwait(_STOPS, seconds):
        os._exit(128 + received.si_signo)
