"""What was filled into the rollout's dialogs, as what is to be done; or what is wrong, by field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from adoption.errors import WaveWrong
from adoption.rollout.models import Advice, MessageKind, WaveState
from adoption.rollout.wave import Wave, WavePlan
from bot.features.rollout import dialogs
from bot.features.rollout.jobs import GateDecided, WaveSaved
from bot.slack.view_values import ViewValues, day_in
from bot.texts import texts

Errors = dict[str, str]


def wave_in(
    values: ViewValues, wave: Wave | None, account: str, teams: Mapping[int, str]
) -> WaveSaved | Errors:
    """A wave as it was planned or edited.

    Args:
        wave: the one that is edited; None for a new one.
        teams: the teams that there are, by id.
    """
    numbers = {name: number_in(values.text(name)) for name in (dialogs.COST, dialogs.HOURS)}
    errors = {n: texts("rollout")["number_wrong"] for n, v in numbers.items() if v == math.inf}
    shares = {name: _share(values.text(name)) for name in dialogs.SHARES}
    errors |= {n: texts("rollout")["share_wrong"] for n, v in shares.items() if v == math.inf}
    if errors:
        return errors
    owner = values.user(dialogs.OWNER)
    team = account.partition(":")[0]
    owned_by = f"{team}:{owner}" if owner else ""
    if wave is not None and wave.state is not WaveState.PLANNED:
        plan = replace(wave.plan, owner=owned_by, cost=numbers[dialogs.COST])
        return WaveSaved(account, wave.id, wave.version, wave.name, plan, ())
    go_live, gate_on = (values.day(name) for name in (dialogs.GO_LIVE, dialogs.GATE_ON))
    if go_live is None or gate_on is None:
        return {dialogs.GATE_ON if go_live else dialogs.GO_LIVE: texts("rollout")["choose_day"]}
    try:
        plan = WavePlan(
            go_live=go_live,
            gate_on=gate_on,
            teams=frozenset(id for id in teams if str(id) in values.ticked(dialogs.TEAMS)),
            owner=owned_by,
            helpful_least=shares[dialogs.HELPFUL],
            readiness_least=shares[dialogs.READINESS],
            needs_no_barrier=dialogs.NO_BARRIER in values.ticked(dialogs.BARRIER),
            cost=numbers[dialogs.COST],
            hours_promised=numbers[dialogs.HOURS],
        )
    except WaveWrong as error:
        return {dialogs.GATE_ON: str(error)}
    aims = tuple((name, shares[name]) for name in (dialogs.HABITUAL, dialogs.OVERRIDES))
    if wave is not None:
        return WaveSaved(account, wave.id, wave.version, wave.name, plan, aims)
    name = " ".join(values.text(dialogs.NAME).split())
    return WaveSaved(account, values.id, 0, name, plan, aims)


def decision_in(values: ViewValues, account: str, today: date) -> GateDecided | Errors:
    """Go or pause as somebody decided."""
    say = texts("rollout")
    channel, ts, rest = values.parts(3)
    gate, _, wave = rest.partition(" ")
    gate_on, reason = day_in(gate), values.text(dialogs.REASON)
    choice = values.chosen(dialogs.CHOICE)
    if gate_on is None:
        return {dialogs.CHOICE: say["gone"]}
    if choice not in (Advice.GO, Advice.PAUSE):
        return {dialogs.CHOICE: say["choose_one"]}
    if not reason:
        return {dialogs.REASON: say["say_why"]}
    until = None
    if choice == Advice.PAUSE:
        until = values.day(dialogs.UNTIL) or gate_on
        if until <= max(today, gate_on):
            return {dialogs.UNTIL: say["until_wrong"]}
    decision = Advice(choice)
    return GateDecided(account, wave, gate_on, decision, reason, until, channel, ts)


def owners_in(values: ViewValues, team: str) -> tuple[tuple[MessageKind, str], ...]:
    """Who sends which message; those that were sent already are left out."""
    return tuple(
        (kind, f"{team}:{user}" if (user := values.user(str(kind))) else "")
        for kind in MessageKind
        if values.has(str(kind))
    )


def number_in(text: str) -> float | None:
    """A number of at least 0; None for nothing, infinite where it is none."""
    cleaned = text.replace(" ", "").replace(",", ".").removesuffix("%")
    if not cleaned:
        return None
    try:
        value = float(cleaned)
    except ValueError:
        return math.inf
    return value if 0 <= value < 1e9 else math.inf


def _share(text: str) -> float | None:
    """A share from per cent; None for nothing, infinite where it is none."""
    value = number_in(text)
    if value is None:
        return None
    return value / 100 if 0 < value <= 100 else math.inf
