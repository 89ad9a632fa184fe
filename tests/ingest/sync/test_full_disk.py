"""A disk runs full while guides are indexed: what was live stays, and people read why."""

from __future__ import annotations

from pathlib import Path

from bot.maintenance.storage_errors import sentence
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.conftest import write_guides
from tests.support.disks import fill, small_disk
from uptake import UptakeError

# From a disk on which nothing fits to one on which everything does, in bytes.
LEFT = (0, 300_000, 1_500_000, 5_200_000, 10_000_000)


def fault_of(guides: Path, folder: Path, encoder: Encoder) -> str | None:
    """What a person reads where guides cannot be indexed; None where they can."""
    try:
        Sync(Index.open(folder, encoder)).run([guides])
    except UptakeError as error:
        return str(error)
    except Exception as error:
        return sentence(error) or repr(error)
    return None


def test_a_disk_that_runs_full_at_any_point_leaves_the_guides_as_they_were(
    tmp_path: Path, encoder: Encoder
):
    with small_disk(tmp_path / "disk", megabytes=20) as disk:
        folder, guides = disk / "index", write_guides(tmp_path / "guides")
        assert fault_of(guides, folder, encoder) is None
        before = Index.open(folder, encoder).live()
        for number in range(6):
            page = guides / f"new-{number}.md"
            page.write_text(f"# Rule {number}\n\n" + f"Team {number} keeps it. " * 60, "utf-8")
        said = []
        for left in LEFT:
            filler = fill(disk, left)
            fault = fault_of(guides, folder, encoder)
            filler.unlink()
            if fault is None:
                break
            said.append(fault)
            index = Index.open(folder, encoder)
            assert index.live() == before
            assert len(index.snapshot()) == before.passages
        assert len(said) >= 2
        assert [each for each in said if "free" not in each.lower() or "space" not in each] == []
        index = Index.open(folder, encoder)
        assert index.live() != before
        assert len(index.snapshot()) > before.passages
