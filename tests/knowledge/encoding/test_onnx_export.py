from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoding import onnx_export
from knowledge.encoding.encoder import Encoder, _load
from knowledge.encoding.onnx_export import (
    MINILM_SHA256,
    cache_folder,
    check_weights,
    exported_model,
)
from knowledge.encoding.onnx_model import OnnxModel
from knowledge.errors import EncoderUnavailable
from tests.support.processes import environment

TEXTS = [
    "",
    "No.",
    "Who pays for the rollout?",
    "Größe, ½ und ☂: naïve café 东京 🙂",
    "x" * 5000,
    *(f"The pilot lasts {n} weeks. " * n for n in range(1, 60, 3)),
]


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Exports without PyTorch: copies of the export that this installation has; counted."""
    done: list[Path] = []
    whole = exported_model()

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        path = Path(command[-1])
        shutil.copy(whole, path)
        done.append(path)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(onnx_export.subprocess, "run", run)
    return done


def test_a_model_is_exported_once_and_said_so(
    tmp_path: Path, exports: list[Path], caplog: pytest.LogCaptureFixture
):
    first = exported_model(tmp_path / "cache")
    assert exported_model(tmp_path / "cache") == first
    assert len(exports) == 1
    assert caplog.text.count("happens once") == 1
    assert len(OnnxModel(first).encode(["One."], threads=1)[0]) == 384
    assert sorted(path.suffix for path in first.parent.iterdir()) == [".lock", ".onnx"]


@pytest.mark.parametrize("kept", [0, 1, 1000, 80_000_000])
def test_a_damaged_export_is_made_anew(tmp_path: Path, exports: list[Path], kept: int):
    whole = exported_model(tmp_path)
    content = whole.read_bytes()
    whole.write_bytes(content[:kept])
    assert exported_model(tmp_path) == whole
    assert whole.read_bytes() == content
    assert len(exports) == 2


def test_callers_at_the_same_time_export_once(tmp_path: Path, exports: list[Path]):
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(exported_model(tmp_path))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4
    assert len(set(found)) == len(exports) == 1


def test_an_export_that_fails_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        Path(command[-1]).write_bytes(b"half")
        return subprocess.CompletedProcess(command, 1, "", "Traceback\nMemoryError: no memory\n")

    monkeypatch.setattr(onnx_export.subprocess, "run", run)
    with pytest.raises(EncoderUnavailable, match="MemoryError: no memory"):
        exported_model(tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_the_export_in_a_process_of_its_own_gives_the_same_vectors(
    tmp_path: Path, encoder: Encoder
):
    path = tmp_path / "model.onnx"
    command = [sys.executable, "-m", "knowledge.encoding.onnx_export", str(path)]
    subprocess.run(command, env=environment(), check=True, timeout=300)
    found = OnnxModel(path).encode(TEXTS, threads=1)
    np.testing.assert_allclose(found, encoder.encode(TEXTS), atol=1e-6)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(EncoderUnavailable, match="permissions"):
        exported_model(tmp_path / "file")


def test_exports_go_to_the_users_cache_where_the_environment_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache" / "uptake"
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert cache_folder() == tmp_path / "share" / "uptake"


def test_weights_with_the_published_fingerprint_are_taken(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"weights")
    check_weights(path, hashlib.sha256(b"weights").hexdigest())


@pytest.mark.parametrize("content", [b"other weights", b""])
def test_weights_with_another_fingerprint_are_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="are not the published ones"):
        check_weights(path, MINILM_SHA256)


def test_missing_weights_are_said(tmp_path: Path):
    with pytest.raises(EncoderUnavailable, match="are missing"):
        check_weights(tmp_path / "model.safetensors", MINILM_SHA256)


def test_nothing_is_encoded_with_weights_that_are_not_the_published_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("knowledge.encoding.onnx_export.cache_folder", lambda: tmp_path)
    monkeypatch.setattr("knowledge.encoding.onnx_export.MINILM_SHA256", "0" * 64)
    # As in a process that has no model yet.
    monkeypatch.setattr("knowledge.encoding.encoder._load", _load.__wrapped__)
    refused = Encoder()
    for _ in range(2):
        with pytest.raises(EncoderUnavailable, match="not the published ones"):
            refused.encode(["One."])
