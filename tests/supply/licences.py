"""Under which licences the installed packages are, and which of those a company may take.

docs/licences.md lists them: `python -m tests.documentation`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from tests.supply.lock import LOCK, ROOT, pins

PAGE = ROOT / "docs" / "licences.md"
SETS = {"run": "to run", "extras": "optional parts", "build": "to build", "dev": "tests and checks"}
# Licences that ask for no more than their text and notices beside a copy, and the weak copyleft
# ones, which ask for the source of the package itself where it was changed.
PERMISSIVE = frozenset(
    """0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CNRI-Python ISC MIT MIT-0 MIT-CMU
    PSF-2.0 Python-2.0 Unlicense Zlib""".split()
) | {"Apache-2.0 WITH LLVM-exception"}
WEAK_COPYLEFT = frozenset({"MPL-1.1", "MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-only"})
# What metadata says in its own words, or by a classifier that leaves the version open.
_SAID = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
# Packages whose metadata names no licence, or one that does not hold for what is installed,
# as their licence files say.
_LOOKED_UP = {
    "docutils": "BSD-2-Clause AND PSF-2.0",  # The GPL is that of its Emacs mode alone.
    "kubernetes-validate": "Apache-2.0",
    "overrides": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "pypdfium2": "Apache-2.0 AND BSD-3-Clause",
    "tiktoken": "MIT",
    "transformers": "Apache-2.0",
}
_HEAD = """# Licences

Uptake is under the Apache License 2.0. These are the packages that it, its optional parts, and
its tests install on Linux, with the licences that they state. A test fails for a package under any
other than a permissive licence or a weak copyleft one (MPL, LGPL), which asks for nothing while
the package is used as it is.

Not listed: on Linux, PyPI's PyTorch brings NVIDIA's libraries, under NVIDIA's own terms
(`requirements/torch.txt`); PyTorch for processors does without (`requirements/torch-cpu.txt`). What
only Windows needs, and what only benchmarks install.

This page is made from the installed packages: `python -m tests.documentation`.

| Package | Licence | Used |
| --- | --- | --- |
"""


@dataclass(frozen=True)
class Licensed:
    """A package with its licence, an SPDX expression, empty where none is known."""

    package: str
    licence: str
    used: str


def licensed() -> list[Licensed]:
    """The packages of the lock that are installed, by name."""
    found = []
    for name, used in {"torch-cpu": SETS["run"], **SETS}.items():
        for pin in pins((LOCK / f"{name}.txt").read_text("utf-8")):
            try:
                found.append(Licensed(pin.name, licence_of(distribution(pin.name)), used))
            except PackageNotFoundError:
                continue
    return sorted(set(found), key=lambda each: each.package)


def licence_of(package: Distribution) -> str:
    """A package's licence as an SPDX expression; empty where its metadata names none."""
    said = package.metadata
    name = re.sub(r"[-_.]+", "-", said["Name"]).lower()
    if name in _LOOKED_UP:
        return _LOOKED_UP[name]
    if expression := said.get("License-Expression"):
        return expression
    classes = [each.split(" :: ")[-1] for each in said.get_all("Classifier") or () if "Lic" in each]
    known = sorted({_SAID[each] for each in classes if each in _SAID})
    stated = said.get("License") or ""
    # The field is more exact than a classifier, where it is an identifier.
    return stated if may_be_used(stated) else " AND ".join(known)


def may_be_used(expression: str) -> bool:
    """Whether a company may take a package under this licence without asking a lawyer."""
    known = PERMISSIVE | WEAK_COPYLEFT
    # With brackets, every licence has to be one of them: that asks for more, never for less.
    choices = [expression] if "(" in expression else expression.split(" OR ")
    return any(
        all(part.strip("() ") in known for part in re.split(r" AND | OR ", choice))
        for choice in choices
    )


def licences_page() -> str:
    """docs/licences.md."""
    rows = [f"| {each.package} | {each.licence} | {each.used} |" for each in licensed()]
    return _HEAD + "\n".join(rows) + "\n"
