"""No figure of two weeks, taken together with all others, gives a small group away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adoption.follow_ups.models import Feeling, Obstacle
from adoption.privacy.disclosure import ShownShare
from adoption.record import Record
from adoption.reports.alerts.alerts import alerts_of
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_markdown, digest_as_text
from adoption.reports.home import admin_home, champion_home
from adoption.reports.programme.rollout import evidence_of, wave_line
from adoption.reports.rich_text import plain
from adoption.reports.rollout.figures import wave_statuses
from adoption.usage.queries import UseReader
from bot.features.digest.blocks import alert_message, digest_message, figure_cards
from bot.slack.messages import as_json
from bot.slack.mrkdwn import rich
from tests.adoption.factories import NOON
from tests.disclosure import figures, people
from tests.disclosure.attack import attack
from tests.disclosure.attacker import ANYBODY, Attacker
from tests.disclosure.company import BOTH, TIERS, WEEK, ZONE, Company
from tests.disclosure.figures import SHARE, Figure
from tests.disclosure.outputs import shown_in
from tests.disclosure.people import Count, Kind, Use, event
from tests.disclosure.solving import solved
from tests.disclosure.worlds import Life
from tests.support.slack import strings

ALL_TIERS = frozenset(each.value for each in TIERS)
BOARD, LAW = (Kind(team, None, frozenset({"Helper"}), BOTH) for team in ("Board", "Law"))
USED = frozenset({("Helper", 0), ("Helper", 1), ("Helper", 2), ("Helper", 3)})


@pytest.mark.parametrize("seed", [3, 4, 6, 15, 21, 609, 855])
def test_no_small_group_can_be_solved_for(tmp_path: Path, seed: int) -> None:
    company = Company(seed)
    record = company.record(tmp_path)
    assert attack(company, record, **_knowledge(seed)) == []
    record.close()


def _knowledge(seed: int) -> dict[str, bool]:
    """Every other attacker knows how many people each team has, and every third is one of them.

    Every fifth is the host of all sessions.
    """
    return {"knows_teams": bool(seed % 2), "is_insider": seed % 3 == 0, "is_host": seed % 5 == 0}


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("hundred", range(20))
def test_nothing_is_solved_in_two_thousand_records(tmp_path: Path, hundred: int) -> None:
    found = {}
    for seed in range(100 * hundred, 100 * hundred + 100):
        company = Company(seed)
        record = company.record(tmp_path)
        if solved := attack(company, record, **_knowledge(seed)):
            found[seed] = solved
        record.close()
    assert found == {}


def test_a_mean_in_tenths_would_say_how_many_answered() -> None:
    attacker = _attacker([(LAW, Use(pulse=(score, None))) for score in (3, 3, 4)])
    replied, scored = people.replied(0), people.scored(0)
    attacker.learn_sum(("answered",), [LAW], replied, 1, 5)
    attacker.learn_mean(("halves",), [LAW], scored, replied, 3, 4)
    assert not solved(attacker)
    attacker.learn_mean(("tenths",), [LAW], scored, replied, 3.25, 3.35)
    assert any(name.endswith("answered the pulse") for name in solved(attacker))


def _attacker(lives: list[Life]) -> Attacker:
    return Attacker(lives, 5, ["Helper"], sessions=(2, 3), about="Helper", campaign=3)


# What somebody did, what is counted of it, and the name of it.
CASES: dict[str, tuple[dict[str, Any], Count]] = {
    "check-in done": ({"check_in": (0, True, 60)}, event("check_in", 0, 0, (1, True))),
    "follow-up: time": (
        {"follow_up": (0, Feeling.STUCK, Obstacle.TIME)},
        event("follow_up", 0, 0, (2, Obstacle.TIME)),
    ),
    "follow-up stuck": (
        {"follow_up": (0, Feeling.STUCK, Obstacle.TIME)},
        event("follow_up", 0, 0, (1, Feeling.STUCK)),
    ),
    "asked without an answer": (
        {"asked": (0, False, 0, "channel")},
        event("asked", 0, 0, (1, False)),
    ),
    "thumb down": ({"asked": (0, True, -1, "channel")}, event("asked", 0, 0, (2, -1))),
    "override: disagrees": (
        {"override": (0, "disagrees")},
        event("override", 0, 0, (1, "disagrees")),
    ),
    "overridden in four weeks": (
        {"weeks": USED, "actions": 4, "decided": (0, 0, 2)},
        people.decisions(0, 3, None, "overridden"),
    ),
    "handed on": ({"asked": (0, False, 0, "channel"), "handed": True}, people.handed_on(0, 0)),
    "saved an hour": (
        {"asked": (0, True, 0, "channel"), "saved": "an hour"},
        people.said_saved(0, 0, frozenset({"an hour"})),
    ),
    "saves an hour a week": ({"check_in": (0, True, 60)}, people.minutes(0, 0, 60, 61)),
    "left out: part-time": ({"away": "part-time"}, people.left_out("part-time")),
    "no message: used the tool": (
        {"nudge": ("skipped", False, "used the tool")},
        people.skipped("used the tool"),
    ),
    "trained in week 2": ({"trained": (2, "awareness")}, people.trained(2, 2, ALL_TIERS)),
    "trained in week 2, used it after": (
        {"weeks": USED, "trained": (2, "awareness")},
        people.trained(2, 2, ALL_TIERS, "after", "Helper"),
    ),
    "waits for a seat": ({"waits": True}, people.waits()),
    "nudge ('held out',)": ({"nudge": ("held out", False, "")}, people.nudged(("held out",))),
    "nudge ('sent', 'skipped'), began": (
        {"weeks": USED, "nudge": ("sent", False, "")},
        people.nudged(("sent", "skipped"), ("Helper", 3)),
    ),
    "would get a message about Helper": ({}, people.idle("Helper", 0, frozenset({""}), False)),
    "pressed": ({"nudge": ("sent", True, "")}, people.pressed()),
    "answered the pulse": ({"pulse": (3, None)}, people.replied(0)),
    "scores in the pulse": ({"pulse": (3, None)}, people.scored(0)),
}


@pytest.mark.parametrize("name", CASES)
def test_exact_figures_of_everybody_and_of_a_team_give_the_other_team_away(name: str) -> None:
    done, count = CASES[name]
    # Others of the board used the tool alike and did nothing of the kind.
    idle = {key: each for key, each in done.items() if key in ("weeks", "actions")}
    idle = idle if done else {"weeks": USED}
    lives = [(LAW, Use(**done))] * 9 + [(LAW, Use(**idle))] * 3
    lives += [(BOARD, Use(**done))] * 2 + [(BOARD, Use(**idle))]
    attacker, per = (
        _attacker(lives),
        count.of(*(getattr(Use(**done), f) for f in count.fields), *count.args),
    )
    named = f"team Board, 0 back: {name}"
    attacker.read_size(("all",), [LAW, BOARD], count, round(11 * per / 5) * 5)
    attacker.read_size(("Law",), [LAW], count, round(9 * per / 5) * 5)
    assert named not in solved(attacker)
    attacker.learn_sum(("all",), [LAW, BOARD], count, 11 * per, 11 * per)
    assert named not in solved(attacker)
    attacker.learn_sum(("Law",), [LAW], count, 9 * per, 9 * per)
    # Others of the board may be there who have no seat, as far as use alone is known.
    names = {named, f"{BOARD}, 0 back: {name}"}
    assert names & set(solved(attacker))


def _exact(part: int, whole: int) -> list[Figure]:
    return [Figure(part / whole, whole, whole, whole)]


def test_exact_shares_give_away_who_has_no_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "ROUNDED_TO", 1)
    seat, none = (Kind("Law", None, frozenset(seats), BOTH) for seats in (["Helper"], []))
    used = Use(frozenset({("Helper", 0)}))
    lives = [(seat, used)] * 8 + [(seat, Use())] * 9 + [(none, used)] + [(none, Use())] * 2
    attacker = _attacker(lives)
    attacker.add(0, None, "weekly", attacker.staff, _exact(9, 20))
    assert not any(name.startswith("no seat") for name in solved(attacker))
    attacker.add(0, "Helper", "weekly", attacker.holders("Helper"), _exact(8, 17))
    found = solved(attacker)
    assert "no seat for Helper, 0 back: size" in found
    assert "no seat for Helper, 0 back: weekly" in found


def test_exact_shares_of_two_weeks_give_away_who_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "ROUNDED_TO", 1)
    new = Kind("Law", None, frozenset({"Helper"}), frozenset({"now"}))
    used = Use(frozenset({("Helper", 0), ("Helper", 5)}))
    attacker = _attacker([(LAW, Use())] * 11 + [(LAW, used)] * 9 + [(new, Use())])
    attacker.add(0, None, "never_used", attacker.staff, _exact(12, 21))
    assert not solved(attacker)
    attacker.add(1, None, "never_used", attacker.staff, _exact(11, 20))
    # Unless somebody left whom the attacker has not heard of.
    assert "joined, 0 back: never_used" not in solved(attacker)
    left = attacker.those(lambda kind: kind.weeks == {"before"})
    attacker.learn_sum(("left",), left, ANYBODY, 0, 0)
    assert "joined, 0 back: never_used" in solved(attacker)


def test_who_knows_the_teams_is_told_nothing_about_their_sizes() -> None:
    attacker = _attacker([(LAW, Use())] * 9 + [(BOARD, Use())] * 2)
    there = attacker.those(lambda kind: kind.is_there(0))
    law = [kind for kind in there if kind.team == "Law"]
    attacker.learn_sum(("Law",), law, ANYBODY, 9, 9)
    attacker.learn_sum(("all",), there, ANYBODY, 11, 11)
    assert "team Board, 0 back: size" in solved(attacker)
    attacker.learn_teams()
    assert solved(attacker) == []


@pytest.mark.parametrize("seed", [0, 4, 14])
def test_messages_alerts_and_home_show_no_other_figure(tmp_path: Path, seed: int) -> None:
    company = Company(seed)
    record = company.record(tmp_path)
    shown = shown_in(record, WEEK, company.minimum)
    read = {each for row in (*shown.digest, *shown.report) for each in _shares(row.value)}
    read |= {str(each) for each in _shares_in(json.loads(shown.json))}
    for text in _messages(record, company):
        # A target, and what somebody wrote, is no figure about people.
        for share in _shares(re.sub(_TARGETS, "", text)):
            # A chart has the number alone.
            assert share in read or f"about {share}" in read, (share, text)
        for count in re.findall(r"(?<![\d:])(\d+) (?:people|persons|eligible)", text):
            assert int(count) % 5 == 0, text
    record.close()


# Targets, and how much of a checklist is done.
_TARGETS = r"target (?:over |under |at least )?\d+ %|ready \(\d+ %\)|checklist \d+ % ready"


def _shares(text: str) -> list[str]:
    found = (re.sub(r" \(.*", "", each) for each in re.findall(SHARE, text.replace("\u00a0", " ")))
    return [each[0].lower() + each[1:] for each in found]


def _shares_in(data: Any) -> Iterator[ShownShare]:
    if isinstance(data, dict):
        if data.keys() >= {"share", "step", "size"}:
            yield ShownShare(data["share"], data["step"], data["size"])
        yield from (each for value in data.values() for each in _shares_in(value))
    elif isinstance(data, list):
        yield from (each for value in data for each in _shares_in(value))


def _messages(record: Record, company: Company) -> list[str]:
    """What the digest, alerts, waves and Home say in Slack and in the terminal."""
    from bot.features.home import blocks as home_blocks
    from bot.features.rollout import blocks as rollout_blocks

    minimum, reader = record.minimum(company.minimum), UseReader(record.engine)
    digest = weekly_digest(record, WEEK, ZONE, minimum)
    next_week = NOON.replace(day=25)
    home = admin_home(record, reader, next_week, ZONE, minimum)
    found = [*strings(digest_message(digest, ()).blocks), rich(home.headline)]
    found += strings(as_json(figure_cards(home.figures)))
    for alert in alerts_of(digest, reader, next_week.date(), minimum):
        found += strings(alert_message(alert).blocks)
    found += [digest_as_text(digest), digest_as_markdown(digest)]
    statuses = wave_statuses(reader, next_week.date(), ZONE, minimum)
    found += strings(as_json(rollout_blocks.rollout_home(statuses, next_week.date())))
    for status in statuses:
        found += strings(rollout_blocks.gate_due(status, statuses, next_week.date()).blocks)
        found += [plain(wave_line(status)), *map(str, evidence_of(status))]
    for team in {kind.team for kind, _ in company.people if kind.team}:
        own = champion_home(reader, team, next_week, ZONE, minimum)
        found += strings(as_json(home_blocks._team(own)))
    return found
