"""What is installed is what was looked at: every package is locked by the hashes of its files."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.supply.lock import LOCK, ROOT, SETS, normal, pins

FILES = sorted(LOCK.glob("*.txt"))
LOCKED = {file.stem: pins(file.read_text("utf-8")) for file in FILES}
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def names(*sets: str) -> set[str]:
    return {pin.name for name in sets for pin in LOCKED[name]}


def test_the_files_are_those_that_are_written():
    assert set(LOCKED) == {*SETS, "torch", "torch-cpu"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_of_a_lock_is_a_version_or_a_hash(file: Path):
    for line in file.read_text("utf-8").splitlines():
        version = re.fullmatch(r"[\w.-]+==[\w.+!-]+( ; [^#\\]+)? \\", line)
        digest = re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        assert line.startswith("# ") or version or digest, line
    assert all("--hash=sha256:" in pin.text for pin in LOCKED[file.stem])


def test_torch_without_cuda_is_the_same_version():
    [processors] = LOCKED["torch-cpu"]
    [torch] = [pin for pin in LOCKED["torch"] if pin.name == "torch"]
    assert processors.version == f"{torch.version}+cpu"


def test_make_installs_nothing_that_is_not_in_the_lock():
    """Besides the lock, pip is given the package itself, with nothing that it names."""
    assert "--require-hashes --no-deps --only-binary :all:" in MAKEFILE
    others = [
        line for line in MAKEFILE.splitlines() if re.search(r"pip install(?!.*--require)", line)
    ]
    assert len(others) == 1
    assert "--no-deps --no-build-isolation -e ." in others[0]


def test_the_image_installs_nothing_that_is_not_in_the_lock():
    text = (ROOT / "deploy" / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip install[^&\n]*", text)
    assert len(installs) == 3
    for each in installs:
        assert "--no-deps" in each
        assert "--require-hashes" in each or each.strip().endswith("--no-build-isolation .")


def test_another_file_under_a_locked_name_is_refused(tmp_path: Path):
    """pip itself refuses it: the hashes are looked at, not only listed."""
    built = tmp_path / "six-1.17.0-py2.py3-none-any.whl"
    built.write_bytes(b"PK\x05\x06" + bytes(18))
    [six] = [pin for pin in LOCKED["run"] if pin.name == "six"]
    (tmp_path / "lock.txt").write_text(six.text, "utf-8")
    options = ["--no-index", "--find-links", str(tmp_path), "--require-hashes", "--no-deps"]
    command = [sys.executable, "-m", "pip", "download", *options, "-d", str(tmp_path / "out")]
    done = subprocess.run(
        [*command, "-r", str(tmp_path / "lock.txt")], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr


def test_what_is_installed_has_all_that_it_names():
    """The lock is installed without looking for what packages need: nothing may be missing."""
    installed = {normal(each.name): each for each in distributions()}
    missing = [
        f"{name} needs {text}"
        for name in sorted(names("run", "extras", "dev") & set(installed))
        for text in installed[name].requires or []
        if (need := Requirement(text)).marker is None or need.marker.evaluate({"extra": ""})
        if (found := installed.get(normal(need.name))) is None
        or not need.specifier.contains(found.version, prereleases=True)
    ]
    assert missing == []
