from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation.diagram import ARCHITECTURE, PACKAGES, ROOT, drawn
from tests.documentation.settings_page import SETTINGS, settings_page

MOST_FILES, MOST_LINES = 15, 400
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def functions(*packages: str) -> Iterator[tuple[str, FUNCTION]]:
    for path in modules(*packages):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, FUNCTION):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def lines_of(node: FUNCTION) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_diagrams_show_the_imports_as_they_are() -> None:
    page = ARCHITECTURE.read_text("utf-8")
    assert drawn(page) == page, "draw them anew with `python -m tests.documentation`"


def test_the_page_of_settings_lists_them_as_they_are() -> None:
    page = SETTINGS.read_text("utf-8")
    assert page == settings_page(), "make it anew with `python -m tests.documentation`"


def test_no_folder_has_too_many_files() -> None:
    folders = {path.parent for path in modules(*PACKAGES)}
    full = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: count for name, count in full.items() if count > MOST_FILES} == {}


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules(*PACKAGES)
        # Migrations are written by a program.
        if path.parent.name != "versions"
        and (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_are_short(package: str) -> None:
    sizes = sorted(lines_of(node) for _, node in functions(package))
    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] < 25


def test_every_function_says_what_it_returns() -> None:
    assert [name for name, node in functions(*PACKAGES) if node.returns is None] == []
