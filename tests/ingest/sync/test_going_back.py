"""Going back to an earlier version of the index brings back nothing that was restricted since."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import IndexBusy
from ingest.parse.documents import Decision
from ingest.sync.going_back import go_back
from ingest.sync.sync import Sync
from ingest.sync.writing import writing
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.ingest.sync.test_restricting import texts

PLAN = "The plan of the bakery."


@pytest.fixture
def index(tmp_path: Path, encoder: Encoder) -> Index:
    return Index.open(tmp_path / "index", encoder)


@pytest.fixture
def folder(tmp_path: Path, index: Index) -> Path:
    folder = tmp_path / "guides"
    folder.mkdir()
    for name in ("first", "other", "deleted", "widened"):
        front = "---\naudience: admins\n---\n" if name == "widened" else ""
        (folder / f"{name}.md").write_text(f"{front}The {name} words.", "utf-8")
    (folder / "plan.md").write_text(PLAN, "utf-8")
    Sync(index).run([folder])
    return folder


@pytest.mark.parametrize(
    "now",
    [
        {"plan.md": "---\naudience: admins\n---\nThe plan of the bakery."},
        {"plan.md": "---\naudience: channel:C012345\n---\nOther words."},
        {"plan.md": "---\naudience: the board\n---\nThe plan of the bakery."},
        # Moved and restricted at once.
        {"plan.md": None, "moved.md": "---\naudience: admins\n---\nThe plan of the bakery."},
    ],
)
def test_what_was_restricted_since_stays_restricted(
    now: dict[str, str | None], index: Index, folder: Path
):
    for name, text in now.items():
        if text is None:
            (folder / name).unlink()
        else:
            (folder / name).write_text(text, "utf-8")
    (folder / "deleted.md").unlink()
    (folder / "first.md").write_text("The newest words.", "utf-8")
    (folder / "widened.md").write_text("The widened words.", "utf-8")
    Sync(index).run([folder])
    live, held_back = go_back(index)
    assert (live.live, held_back) == (True, 1)
    came_back = {"The deleted words.", "The first words.", "The other words.", "The widened words."}
    assert set(texts(index).splitlines()) == came_back
    # The next sync answers from the guides as they are.
    Sync(index).run([folder])
    assert "The newest words." in texts(index)


def test_a_guide_that_an_admin_left_out_stays_out(index: Index, folder: Path):
    plan = str(folder / "plan.md")
    Sync(index, decisions={plan: Decision(left_out=True)}).run([folder])
    assert go_back(index, left_out={plan})[1] == 1
    assert PLAN not in texts(index)


def test_a_version_with_nothing_restricted_is_live_as_it_was(index: Index, folder: Path):
    (folder / "plan.md").write_text("Another plan.", "utf-8")
    Sync(index).run([folder])
    live, held_back = go_back(index)
    assert (live.number, held_back) == (1, 0)
    assert PLAN in texts(index)
    with writing(index), pytest.raises(IndexBusy):
        go_back(index)
