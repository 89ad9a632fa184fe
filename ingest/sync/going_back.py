"""Goes back to an earlier version of the index, without what was restricted since."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ingest.parse.audiences import is_within
from ingest.sync.report import STATE, from_state
from ingest.sync.writing import writing
from knowledge.index.catalog import Version
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE, Passage


def go_back(
    index: Index, wanted: str | None = None, left_out: Collection[str] = ()
) -> tuple[Version, int]:
    """Makes an earlier version live; gives it, and how many of its passages stay out.

    A guide that is hidden or left out stays so, and one that has a narrower audience by now does
    not come back for others. One that was deleted comes back.

    Args:
        wanted: number or name of the version; without, the newest one before the live one.
        left_out: the sources of guides that admins left out.

    Raises:
        VersionUnknown: no such version is kept, or it cannot be answered from any more.
        IndexBusy: another process is writing to the index.
        IndexUnavailable: the version's files are damaged.
    """
    with writing(index):
        version = index.earlier(wanted)
        members = index.catalog.members(version.name)
        held_back = set(_restricted(index, members, left_out))
        if not held_back:
            return index.roll_back(version.name), 0
        return index.publish([id for id in members if id not in held_back]), len(held_back)


def _restricted(index: Index, members: list[str], left_out: Collection[str]) -> Iterator[str]:
    """Those passages that are for people who may not read their guides, or their words, now."""
    now = {id for file in index.catalog.files() for id in file.passages}
    readers: dict[str, str] = {}
    words: dict[str, str] = {}
    for passage, _ in index.store.fetch(sorted(now)):
        readers[passage.source] = passage.audience
        # Guides that were moved and restricted at once.
        if passage.audience != EVERYONE:
            words[passage.text] = passage.audience
    hidden = {each.source for each in from_state(index.catalog.state(STATE))} - readers.keys()
    hidden |= set(left_out)
    for passage, _ in index.store.fetch([id for id in members if id not in now]):
        if passage.source in hidden or not _may_return(passage, readers, words):
            yield passage.id


def _may_return(passage: Passage, readers: Mapping[str, str], words: Mapping[str, str]) -> bool:
    now = readers.get(passage.source) or words.get(passage.text, EVERYONE)
    return is_within(passage.audience, now)
