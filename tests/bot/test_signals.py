"""A signal to stop is heeded whichever thread the system gives it to."""

from __future__ import annotations

import os
import signal
import threading

from bot.serve import until_set


def test_a_signal_that_does_not_wake_the_wait_ends_it():
    stop = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    # Begun before this thread holds the signal back, so the system gives it to the other one.
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        until_set(stop)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        signal.signal(signal.SIGUSR1, before)
    assert stop.is_set()
