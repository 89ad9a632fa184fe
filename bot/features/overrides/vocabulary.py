"""The vocabulary of override reasons: two levels, in a file that an admin can edit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adoption.feedback.models import OverrideReason
from bot.errors import SettingsWrong

_DEFAULT = Path(__file__).parent / "reasons.toml"
# Slack shows at most 100 options in a menu.
_MOST = 100


class _Detail(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=1, max_length=64)
    label: str = Field(min_length=1, max_length=75)


class _Reason(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: OverrideReason
    label: str = Field(min_length=1, max_length=75)
    detail: list[_Detail] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: list[_Reason] = Field(min_length=1)


@dataclass(frozen=True)
class Level:
    """A reason of the first level, with its second level as `code: label`."""

    reason: OverrideReason
    label: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """The reasons one may choose from, in their order."""

    levels: Sequence[Level]

    def codes(self, value: str) -> tuple[OverrideReason, str] | None:
        """The two codes in the value of a choice, or None if there is no such choice."""
        first, _, second = value.partition("/")
        for level in self.levels:
            if level.reason == first and second in level.details:
                return level.reason, second
        return None

    def label_of(self, label: str) -> str:
        """What people read for a reason as the record names it, `first: second` or `first`."""
        first, _, second = label.partition(": ")
        for level in self.levels:
            if level.reason == first:
                return level.details.get(second, second) if second else level.label
        return label


def value_of(reason: OverrideReason, detail: str) -> str:
    """Both codes in one, as a menu's option carries them."""
    return f"{reason.value}/{detail}"


@cache
def read_vocabulary(path: Path | None = None) -> Vocabulary:
    """The vocabulary in a file; the field's own by default.

    Raises:
        SettingsWrong: the file cannot be read, or has a reason that the field does not know.
    """
    place = path or _DEFAULT
    try:
        read = _File.model_validate(tomllib.loads(place.read_text("utf-8")))
    except OSError as error:
        raise SettingsWrong(f"The reasons in {place} cannot be read: {error.strerror}.") from error
    except (ValueError, tomllib.TOMLDecodeError) as error:
        raise SettingsWrong(f"The reasons in {place} are wrong: {_in_words(error)}.") from error
    levels = [
        Level(each.code, each.label, {detail.code: detail.label for detail in each.detail})
        for each in read.reason
    ]
    if sum(len(level.details) for level in levels) > _MOST:
        raise SettingsWrong(f"The reasons in {place} are more than the {_MOST} a menu can hold.")
    return Vocabulary(levels)


def _in_words(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
