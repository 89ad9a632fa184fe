"""The lock of the one process that writes to an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ingest.errors import IndexBusy
from knowledge.index.index import Index


@contextmanager
def writing(index: Index) -> Iterator[None]:
    """Holds the index for the one process that writes to it.

    Raises:
        IndexBusy: another process holds it.
    """
    lock = FileLock(index.folder / "writing.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(
            "Another process is writing to the index. Wait until it is done and try again."
        ) from error
    try:
        yield
    finally:
        lock.release()
