"""What a figure was measured on."""

from __future__ import annotations

import os
import platform
import resource
from datetime import date
from importlib.metadata import version
from pathlib import Path


def described() -> str:
    """The day, the processor and the versions that matter, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "chromadb", "langchain"))
    return (
        f"{date.today().isoformat()}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {packages}"
    )


def peak_memory() -> float:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def held_memory() -> float:
    """The memory of its own that this process holds, without files mapped into it, in MiB."""
    fields = dict(
        line.split(":", 1)
        for line in Path("/proc/self/status").read_text("utf-8").splitlines()
        if ":" in line
    )
    return int(fields["RssAnon"].split()[0]) / 1024


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
