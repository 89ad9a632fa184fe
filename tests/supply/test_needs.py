"""Nothing is declared that nobody needs, and nothing needed that is not declared."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.supply.lock import PARTS, ROOT
from tests.supply.needs import OTHERS, PLUGINS, PRODUCT, TOOLS, declared, imported, undeclared

EVERYTHING = declared(*PARTS, "dev", "bench")
# All modules of the product are imported while our own code finds no optional part. Packages
# that others bring along (Chroma brings OpenTelemetry) stay theirs.
WITHOUT = """
import builtins, importlib, pkgutil, sys
ours, parts = set(sys.argv[1].split(",")), sys.argv[2].split(",")
real, refused = builtins.__import__, []
def without(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {}).get("__name__", "").split(".")[0]
    if importer in ours and any(name == part or name.startswith(part + ".") for part in parts):
        refused.append(name)
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return real(name, globals, locals, fromlist, level)
builtins.__import__ = without
count = 0
for package in sorted(ours):
    found = importlib.import_module(package)
    for each in pkgutil.walk_packages(getattr(found, "__path__", []), package + "."):
        if "migrations" not in each.name and not each.name.endswith("__main__"):
            count += 1
            try:
                importlib.import_module(each.name)
            except ModuleNotFoundError as error:
                if error.name not in refused:
                    raise
                print(each.name)
print(count)
"""
PART_MODULES = (
    "langchain_openai",
    "openai",
    "opentelemetry.exporter",
    "opentelemetry.sdk",
    "prometheus_client",
    "pytesseract",
)


# Modules of one part each, which are imported only where it is installed.
OF_PARTS = {"bot.observability.metrics", "bot.observability.traces"}


def test_every_declared_package_is_imported_or_has_a_reason():
    of_product = declared(*PARTS) - imported(*PRODUCT) - set(PLUGINS)
    of_dev = declared("dev") - declared() - imported(*PRODUCT, *OTHERS) - set(PLUGINS) - set(TOOLS)
    assert of_product == set()
    assert of_dev == set()


def test_every_imported_package_is_declared():
    assert undeclared(PRODUCT, declared(*PARTS)) == set()
    assert undeclared(OTHERS, EVERYTHING | {"uptake"}) == set()


def test_every_reason_is_needed():
    assert set(PLUGINS) <= EVERYTHING - imported(*PRODUCT)
    assert set(TOOLS) <= EVERYTHING - imported(*PRODUCT, *OTHERS)


@pytest.mark.soak
def test_the_product_imports_without_any_optional_part():
    """With all missing at once. Whatever imports the modules of a part is imported as well."""
    ours = ",".join(root.removesuffix(".py") for root in PRODUCT)
    command = [sys.executable, "-c", WITHOUT, ours, ",".join(PART_MODULES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    *of_parts, count = done.stdout.split()
    assert set(of_parts) == OF_PARTS
    assert int(count) > 500
