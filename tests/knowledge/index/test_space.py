from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexUnavailable
from knowledge.index.index import Index
from knowledge.index.space import is_full
from tests.support.disks import fill, small_disk


def test_an_index_whose_disk_is_full_says_so(tmp_path: Path, encoder: Encoder):
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        (disk / "index").mkdir()
        assert not is_full(disk)
        filler = fill(disk)
        with pytest.raises(IndexUnavailable, match="No space left") as caught:
            Index.open(disk / "index", encoder)
        assert "delete it" not in str(caught.value)
        filler.unlink()
        assert Index.open(disk / "index", encoder).live() is None
    assert not is_full(tmp_path / "gone")
