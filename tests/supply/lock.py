"""The lock: `make lock` writes `requirements/` from pyproject.toml and constraints.txt.

Each file adds to those before it, so every package stands in one file, with the hashes of all its
files for every platform. constraints.txt is what people edit: the versions, without hashes.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINS = ROOT / "constraints.txt"
LOCK = ROOT / "requirements"
PROJECT = ROOT / "pyproject.toml"
# The extras of each file, in the order in which they are installed; "build" has its own.
SETS: dict[str, tuple[str, ...]] = {
    "run": (),
    "build": (),
    "extras": ("metrics", "ocr", "openai", "traces"),
    "dev": ("dev",),
    "bench": ("bench",),
}
# The optional parts of the product; the others are for whoever works on it.
PARTS = SETS["extras"]
# One of what the benchmark compares with has no versions for Windows that fit the others.
_LINUX_ALONE = {"bench"}
_HEADS = {
    "torch": "PyTorch as PyPI has it, with CUDA's libraries on Linux; torch-cpu.txt does without.",
    "run": "What Uptake needs to run.",
    "build": "What building Uptake adds.",
    "extras": "What the optional parts add: metrics, traces, scans (OCR), models of OpenAI.",
    "dev": "What tests and checks add.",
    "bench": "What the benchmarks add, on Linux.",
}
_EDITABLE = "editables"
# Of PyTorch's build for Linux on PyPI, and of nothing else.
_ACCELERATOR = re.compile(r"torch|triton|nvidia-.*|cuda-.*")
_NAMED = re.compile(r"([\w.-]+)==([^\s;\\]+)")


@dataclass(frozen=True)
class Pin:
    """A package in a lock: its lines are the requirement and a hash for each of its files."""

    name: str
    version: str
    text: str


def normal(name: str) -> str:
    """A package's name as PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> list[Pin]:
    """The packages of a lock or of a list of versions, in the order of the file."""
    found = []
    for block in re.split(r"\n(?=[\w])", text):
        block = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
        if match := _NAMED.match(block.lstrip()):
            found.append(Pin(normal(match[1]), match[2], block.strip() + "\n"))
    return found


def builders() -> list[str]:
    """What building the package needs, with what an editable install adds."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    return [*project["build-system"]["requires"], _EDITABLE]


def compiled(extras: Sequence[str], *, linux: bool = False) -> list[Pin]:
    """What uv resolves for the package with these extras, for every platform or for Linux."""
    where = ["--python-platform", "linux"] if linux else ["--universal"]
    chosen = [word for extra in extras for word in ("--extra", extra)]
    return _resolved([str(PROJECT), *chosen, *where])


def _resolved(arguments: Sequence[str], given: str = "") -> list[Pin]:
    python = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["requires-python"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *arguments, "-c", str(PINS)]
    options = ["--generate-hashes", "--no-annotate", "--no-header", "--quiet", "--python-version"]
    done = subprocess.run(
        [*command, *options, python.removeprefix(">=")],
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return pins(done.stdout)


def locked() -> Iterator[tuple[str, list[Pin]]]:
    """Each file of the lock with the packages that it adds."""
    extras: tuple[str, ...] = ()
    earlier: set[str] = set()
    for name, more in SETS.items():
        extras += more
        resolved = _built() if name == "build" else compiled(extras, linux=name in _LINUX_ALONE)
        if name == "run":
            yield "torch", [pin for pin in resolved if _ACCELERATOR.fullmatch(pin.name)]
        resolved = [pin for pin in resolved if not _ACCELERATOR.fullmatch(pin.name)]
        # A lock for Linux alone has no markers: there the version says enough.
        added = [
            pin
            for pin in resolved
            if (_exact(pin) if name in _LINUX_ALONE else pin.text) not in earlier
        ]
        earlier |= {pin.text for pin in added} | {_exact(pin) for pin in added}
        yield name, added


def _built() -> list[Pin]:
    return _resolved(["-", "--universal"], "\n".join(builders()))


def _exact(pin: Pin) -> str:
    return f"{pin.name}=={pin.version}"


def write() -> None:
    """Writes the files, and into constraints.txt the versions that it does not have yet."""
    LOCK.mkdir(exist_ok=True)
    listed = PINS.read_text("utf-8")
    names = {pin.name for pin in pins(listed)}
    lines = listed.splitlines()
    for name, added in locked():
        head = f"# {_HEADS[name]} Written by `make lock`.\n"
        (LOCK / f"{name}.txt").write_text(head + "".join(pin.text for pin in added), "utf-8")
        lines += [_exact(pin) for pin in added if pin.name not in names]
    PINS.write_text("\n".join([lines[0], *sorted(lines[1:], key=str.lower)]) + "\n", "utf-8")


if __name__ == "__main__":
    write()
