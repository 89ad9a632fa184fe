"""What the rollout's dialogs, messages and Home show, as of the last week that is over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from adoption.reports.rollout.figures import WaveStatus, last_sunday, wave_statuses
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.reports.value import WaveValue, value_of_waves
from adoption.rollout.wave import Wave
from adoption.usage.queries import UseReader
from bot.container import Container
from bot.settings import OptionalFeature

# Check-ins of so many weeks count for a wave's value, as many as a report has.
_WEEKS = 12


def today_of(container: Container) -> date:
    """The day, by the clocks of the workspace."""
    return container.now().astimezone(container.settings.zone).date()


def statuses_of(container: Container, use: UseReader | None = None) -> list[WaveStatus]:
    """How every wave stands.

    Args:
        use: reads it, where somebody has read it already.
    """
    use = use or UseReader(container.engine)
    zone, minimum = container.settings.zone, container.minimum
    kept = OptionalFeature.READINESS not in container.settings.features_off
    return wave_statuses(use, today_of(container), zone, minimum, kept)


def status_of(container: Container, wave: str) -> WaveStatus | None:
    """How one wave stands, or None."""
    return next((each for each in statuses_of(container) if each.wave.id == wave), None)


def values_of(container: Container) -> dict[str, WaveValue]:
    """What each wave is worth, by name."""
    through, zone = last_sunday(today_of(container)), container.settings.zone
    # Of weeks that are over: a median before and after one more check-in would tell its minutes.
    end = datetime.combine(through + timedelta(days=1), time(), zone)
    moments = (end - timedelta(weeks=_WEEKS), end)
    worth = container.settings.hour_worth
    found = value_of_waves(container.engine, through, moments, container.minimum, worth)
    return {value.wave: value for value in found}


def aims_of(container: Container, wave: Wave) -> list[Aim]:
    """The targets of a wave."""
    found = Targets(container.engine).all()
    return [aim for aim in found if (aim.dimension, aim.name) == (Dimension.WAVE, wave.name)]
