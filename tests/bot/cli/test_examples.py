from __future__ import annotations

from pathlib import Path

import pytest

from bot.answering.facts import KnownFacts
from bot.cli.examples import main
from bot.features import all_facts
from bot.settings import read_settings
from knowledge.encoding import encoder
from knowledge.encoding.encoder import Encoder


def test_what_was_stored_at_the_installation_is_not_encoded_at_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(encoder, "cache_folder", lambda: tmp_path)
    main()
    [stored] = tmp_path.glob("examples-*.npy")
    started, encoded = Encoder(), []
    encode = started.encode
    monkeypatch.setattr(started, "encode", lambda texts: encoded.append(texts) or encode(texts))
    known = all_facts(read_settings(_env_file=None))
    assert KnownFacts(known, started).recognised(known[0].examples[0]) is known[0]
    assert not any(len(texts) > 1 for texts in encoded)
    stored.unlink()
    KnownFacts(known, Encoder()).recognised("Who uses it?")
    assert list(tmp_path.glob("examples-*.npy")) == [stored]
