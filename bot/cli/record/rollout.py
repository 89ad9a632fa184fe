"""`uptake rollout`: where every wave is, with its gate and its checklist."""

from __future__ import annotations

from datetime import datetime

import typer

from bot.local.plain_text import say


def rollout() -> None:
    """Show where every wave is, what its gate says, and what its checklist lacks."""
    from adoption.record import Record
    from adoption.reports.programme.readiness import item_text
    from adoption.reports.programme.rollout import evidence_of, wave_line
    from adoption.reports.rich_text import plain
    from adoption.reports.rollout.figures import wave_statuses
    from adoption.rollout.models import WaveState
    from adoption.usage.queries import UseReader
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import OptionalFeature, read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    today, minimum = datetime.now(settings.zone).date(), record.minimum(settings.minimum_group)
    with_checklists = OptionalFeature.READINESS not in settings.features_off
    found = wave_statuses(UseReader(record.engine), today, settings.zone, minimum, with_checklists)
    record.close()
    for status in found:
        say(plain(wave_line(status)))
        if status.wave.state is WaveState.PLANNED:
            lines = [plain(item_text(item)) for item in status.missing]
        else:
            lines = list(map(str, evidence_of(status)))
        for line in lines:
            say(f"  - {line}")
    if not found:
        typer.echo("No wave is planned. Plan one in Slack with `/uptake rollout`.")
