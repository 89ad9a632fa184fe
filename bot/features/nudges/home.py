"""Nudges in an admin's Home: how the campaigns of the last weeks go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from slack_sdk.models.blocks import Block

from adoption.nudges.effect import Effect
from adoption.nudges.preview import standing_of
from adoption.reports.programme.nudges import effects_of
from adoption.reports.programme.part import Span
from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.nudges.blocks import Course, home_part
from bot.features.nudges.jobs import today_of
from bot.features.nudges.message import day


def nudges_home(
    container: Container, account: str, is_admin: bool, use: UseReader
) -> Sequence[Block]:
    """What an admin sees of nudges; nothing for everybody else."""
    return home_part(courses_of(container)) if is_admin else []


def courses_of(container: Container) -> list[Course]:
    """The campaigns of the last weeks, as they stand now."""
    today, zone = today_of(container), container.settings.zone
    # Whole days: what is known of today is not complete.
    yesterday = today - timedelta(days=1)
    effects = effects_of(container.engine, Span(yesterday, today, zone), container.minimum)
    return [_course(container, each) for each in effects]


def _course(container: Container, effect: Effect) -> Course:
    picks = container.record.nudges.picks(effect.campaign.id)
    at = effect.campaign.approved_at.astimezone(container.settings.zone)
    return Course(effect, standing_of(picks, container.minimum), day(at))
