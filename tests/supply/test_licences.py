from __future__ import annotations

from email.message import Message
from importlib.metadata import Distribution

import pytest

from tests.supply.licences import PAGE, licence_of, licences_page, licensed, may_be_used


def test_every_package_is_under_a_licence_that_a_company_may_take():
    assert [each for each in licensed() if not may_be_used(each.licence)] == []


def test_the_page_lists_the_licences_as_they_are():
    assert PAGE.read_text("utf-8") == licences_page(), (
        "make it anew: `python -m tests.documentation`"
    )


@pytest.mark.parametrize(
    ("expression", "is_allowed"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("(GPL-3.0-only OR MIT)", False),
        ("", False),
    ],
)
def test_a_licence_is_weighed(expression: str, is_allowed: bool):
    assert may_be_used(expression) is is_allowed


class Package(Distribution):
    def __init__(self, *lines: tuple[str, str]) -> None:
        self.said = Message()
        for name, value in (("Name", "thing"), *lines):
            self.said[name] = value

    @property
    def metadata(self) -> Message:  # type: ignore[override]
        return self.said

    def read_text(self, filename: str) -> None:
        return None

    def locate_file(self, path: object) -> None:  # type: ignore[override]
        return None


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ([("License-Expression", "GPL-3.0-only")], "GPL-3.0-only"),
        ([("Classifier", "License :: OSI Approved :: BSD License"), ("License", "MIT")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: MIT License")], "MIT"),
        ([("Classifier", "License :: OSI Approved :: GNU General Public License (GPL)")], ""),
        ([("License", "ask our lawyers")], ""),
        ([], ""),
    ],
)
def test_what_metadata_says_of_a_licence_is_read(lines: list[tuple[str, str]], licence: str):
    assert licence_of(Package(*lines)) == licence
