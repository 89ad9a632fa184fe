"""Whoever adds a package also locks it: `make lock`."""

from __future__ import annotations

import tomllib

from packaging.requirements import Requirement

from tests.supply.lock import LOCK, PARTS, PINS, PROJECT, builders, normal, pins

LOCKED = {file.stem: pins(file.read_text("utf-8")) for file in sorted(LOCK.glob("*.txt"))}


def named(requirement: str) -> str:
    return normal(Requirement(requirement).name)


def names(*sets: str) -> set[str]:
    return {pin.name for name in sets for pin in LOCKED[name]}


def test_the_versions_of_the_lock_are_those_of_constraints_txt():
    listed = {(pin.name, pin.version) for pin in pins(PINS.read_text("utf-8"))}
    locked = {
        (pin.name, pin.version.removesuffix("+cpu")) for each in LOCKED.values() for pin in each
    }
    assert locked == listed, "write the lock anew with `make lock`"


def test_what_the_project_names_is_locked_where_it_is_installed():
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {named(each) for each in project["dependencies"]} <= names("run", "torch")
    assert {*PARTS, "dev", "bench"} == set(extras)
    for name in (*PARTS, "dev", "bench"):
        known = names("run", "build", "extras", "dev", *(["bench"] if name == "bench" else []))
        assert {named(each) for each in extras[name]} <= known
    assert {named(each) for each in builders()} <= names("run", "build")
