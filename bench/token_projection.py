"""Writes knowledge/index/token_projection.npy: what shortens the default model's token vectors.

Run `python -m bench.token_projection [FOLDER …]`: the main directions (uncentred principal
components) of the tokens in the starter content and in other folders of guides.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

from ingest.parse.load import load
from ingest.split.split import split
from knowledge.encoding.encoder import Encoder
from knowledge.index.store import contextual
from knowledge.index.tokens import DIMENSIONS


def main() -> None:
    """Encodes the content and writes the file."""
    folders = [Path(str(files("knowledge") / "starter")), *map(Path, sys.argv[1:])]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.md"))]
    passages = [passage for path in paths for passage in split(load(path))]
    encoded = Encoder().encode_with_tokens([contextual(passage) for passage in passages])
    tokens = np.concatenate([each.tokens for each in encoded])
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    _, directions = np.linalg.eigh(tokens.T @ tokens / len(tokens))
    main_directions = directions[:, ::-1][:, :DIMENSIONS].astype(np.float16)
    np.save(Path("knowledge/index/token_projection.npy"), main_directions)
    print(f"{len(tokens)} tokens of {len(passages)} passages")


if __name__ == "__main__":
    main()
