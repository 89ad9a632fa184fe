"""The bills of materials (CycloneDX) of the wheel and of the image: `make sbom`.

    python -m tests.supply.sbom FOLDER [DEBIAN]

DEBIAN is the bill of the image's system packages, which the image has with it:
    podman run --rm --entrypoint cat uptake /opt/uptake/share/debian.cdx.json > debian.cdx.json
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tests.supply.licences import licence_of
from tests.supply.lock import LOCK, PROJECT, ROOT, Pin, normal, pins

CONTAINERFILE = ROOT / "deploy" / "Containerfile"
# What is in the wheel's environment, and in the image's with the optional parts.
WHEEL, IMAGE = ("torch-cpu", "run"), ("torch-cpu", "run", "extras")
_FORMAT = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}


def bill(sets: Sequence[str], more: Iterable[Any] = ()) -> Any:
    """The bill of some files of the lock, with what the installed packages say of themselves.

    Args:
        more: components besides these.

    Raises:
        LookupError: something in the lock that is for every platform is not installed.
    """
    found = {pin.name: pin for name in sets for pin in _locked(name) if _is_here(pin)}
    needs = {name: sorted(_needed(name) & set(found)) for name in found}
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    own = _part("application", project["name"], project["version"]) | {
        "licenses": [{"expression": project["license"]}]
    }
    direct = {normal(Requirement(each).name) for each in project["dependencies"]} & set(found)
    return _FORMAT | {
        "metadata": {"component": own},
        "components": [*(_component(pin) for pin in found.values()), *more],
        "dependencies": [
            {"ref": own["bom-ref"], "dependsOn": [_purl(name) for name in sorted(direct)]},
            *(
                {"ref": _purl(name), "dependsOn": [_purl(each) for each in of]}
                for name, of in needs.items()
            ),
        ],
    }


def base_image() -> Any:
    """The image that ours is built on, as a component."""
    final = CONTAINERFILE.read_text("utf-8").split("\nFROM ")[-1].split("\n")[0]
    name, _, tag = final.strip().rpartition(":")
    purl = f"pkg:docker/{name.split('/')[-1]}@{tag}"
    return {"type": "container", "bom-ref": purl, "name": name, "version": tag, "purl": purl}


def debian(bill: str) -> list[Any]:
    """The components of the image's own bill, which `deploy/debian_bill.py` wrote.

    Raises:
        ValueError: it is no such bill.
    """
    try:
        return list(json.loads(bill)["components"])
    except (LookupError, TypeError) as error:
        raise ValueError("no bill of an image: see tests/supply/sbom.py") from error


def write(folder: Path, packages: Path | None = None) -> None:
    """Writes both bills into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    system = debian(packages.read_text("utf-8")) if packages else []
    bills = {"wheel": bill(WHEEL), "image": bill(IMAGE, [base_image(), *system])}
    for name, content in bills.items():
        file = folder / f"uptake-{name}.cdx.json"
        file.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        print(f"{file}: {len(content['components'])} components")
    if packages is None:
        print("Debian's packages of the image are not in it: see tests/supply/sbom.py.")


def _component(pin: Pin) -> Any:
    package = distribution(pin.name)
    digests = re.findall(r"sha256:([0-9a-f]{64})", pin.text)
    return _part("library", pin.name, package.version) | {
        "licenses": [{"expression": licence_of(package)}],
        # Of every file that may have been installed; which one it was depends on the platform.
        "properties": [{"name": "uptake:sha256", "value": digest} for digest in digests],
    }


def _part(kind: str, name: str, version: str) -> Any:
    purl = f"pkg:pypi/{name}@{version}"
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _purl(name: str) -> str:
    return f"pkg:pypi/{name}@{distribution(name).version}"


def _needed(name: str) -> set[str]:
    needs = [Requirement(text) for text in distribution(name).requires or ()]
    here = [each for each in needs if each.marker is None or each.marker.evaluate({"extra": ""})]
    return {normal(each.name) for each in here}


def _locked(name: str) -> list[Pin]:
    return pins((LOCK / f"{name}.txt").read_text("utf-8"))


def _is_here(pin: Pin) -> bool:
    """Whether a package is installed; what only other platforms need is not."""
    try:
        version = distribution(pin.name).version
    except PackageNotFoundError:
        if ";" in pin.text.split("\\")[0]:
            return False
        raise LookupError(f"{pin.name} is in the lock and not installed") from None
    return version == pin.version


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
