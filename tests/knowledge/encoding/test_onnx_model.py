from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.processes import environment

LEFT_EARLY = """
import threading
from knowledge.encoding.encoder import Encoder

encoder = Encoder()
encoder.start()
{wait}
def encode():
    begun.set()
    while True:
        encoder.encode(["The pilot lasts six weeks."] * {texts})
begun = threading.Event()
threading.Thread(target=encode, daemon=True).start()
begun.wait()
"""


@pytest.mark.parametrize("wait", ["", "encoder.encode(['Loaded.'])"])
@pytest.mark.parametrize("texts", [1, 100])
def test_a_process_that_ends_while_the_model_works_ends_well(wait: str, texts: int):
    program = LEFT_EARLY.format(wait=wait, texts=texts)
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
