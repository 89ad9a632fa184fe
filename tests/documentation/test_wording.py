"""What people read has no slips that a look at one screen would not find."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.reports.rich_text import counted
from adoption.reports.targets import Aim, Dimension
from adoption.submissions.schemas import StoryFields
from bot.features.stories.blocks import story_blocks, story_dialog
from tests.support.app import strings

BOT = Path(__file__).parents[2] / "bot"
TEXTS = sorted(BOT.rglob("texts.toml"))
# A number before a noun in the plural: “{count} days”. What is “about” so many is never one.
_PLURAL = re.compile(
    r"(?<!about )(?<!About )\{(count|number|seconds|waiting|done|new)\}\*? ([a-z]+s|people)\b"
)
# Beside a text for several there is one for a single: `files` and `file`.
_SINGULAR = (("s", ""), ("_many", "_one"))


def slips(path: Path) -> Iterator[str]:
    """The texts of a file that would say “1 days”."""
    texts = tomllib.loads(path.read_text("utf-8"))
    for key, text in texts.items():
        has_one = any(
            key.endswith(several) and key.removesuffix(several) + one in texts
            for several, one in _SINGULAR
        )
        if _PLURAL.search(str(text)) and not has_one:
            yield f"{key} = {text}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_no_text_counts_one_in_the_plural(path: Path):
    assert list(slips(path)) == []


def test_a_slip_would_be_found(tmp_path: Path):
    file = tmp_path / "texts.toml"
    file.write_text('late = "{count} days late"\nfiles = "{n} files"\nfile = "1 file"\n', "utf-8")
    assert list(slips(file)) == ["late = {count} days late"]


def test_one_is_counted_in_the_singular():
    assert [counted(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_a_target_for_all_is_for_everybody():
    assert Aim("monthly", Dimension.ALL, "all", 0.6).whose == "everybody"


def test_how_a_gain_was_measured_reads_as_a_sentence():
    fields = StoryFields(title="T", measured="I timed ten offers", figure="3", unit="hours")
    shown = " ".join(strings([block.to_dict() for block in story_blocks(fields, "T1:U1")]))
    assert "How we know: I timed ten offers" in shown
    assert "measured by" not in shown


def test_a_consent_that_is_needed_is_not_called_optional():
    blocks = story_dialog("s", StoryFields()).to_dict()["blocks"]
    consents = [block for block in blocks if "consent" in str(block.get("block_id"))]
    assert [block.get("optional", False) for block in consents] == [False]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_every_clock_is_a_24_hour_clock(path: Path):
    assert not re.search(r"\d ?(am|pm|AM|PM)\b", path.read_text("utf-8"))
