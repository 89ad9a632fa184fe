"""How the attacker reads what training, pulse, rollout, follow-ups and nudges show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from adoption.follow_ups.models import Feeling
from adoption.privacy.disclosure import _parts
from adoption.privacy.groups import NO_GROUP, OTHERS
from adoption.pulse.statements import ELEMENTS
from adoption.reports.feedback.savings import MINUTES
from adoption.reports.programme.follow_ups import OBSTACLES
from tests.disclosure import people
from tests.disclosure.attacker import ANYBODY, Attacker, Key
from tests.disclosure.company import TIERS
from tests.disclosure.figures import SHARE, figures_in
from tests.disclosure.outputs import Row
from tests.disclosure.people import Kind, event
from tests.disclosure.reading_value import read_saved

_AROUND = {"Used it 14 days before": "before", "14 days after": "after"}
_TIERS = {tier.value.capitalize(): tier.value for tier in TIERS}
_FEELINGS = {each.capitalize(): each for each in Feeling}
_OBSTACLES = {name: each for each, name in OBSTACLES.items()}
_ELEMENTS = {each.capitalize() for each in ELEMENTS}


def read_programme(
    attacker: Attacker, rows: Sequence[Row], lines: Sequence[str], back: int, weeks: int
) -> None:
    """Takes in the rows of a CSV file and the lines of a page about so many weeks."""
    for row in rows:
        if row.name.isdigit() and not row.figure:
            _read_line(attacker, row.value, back, weeks)
        else:
            names = {each.name for each in rows if each.section == row.section}
            _CELLS[row.section](attacker, row, names, back, weeks)
    for line in lines:
        _read_line(attacker, line, back, weeks)


def _read_line(attacker: Attacker, line: str, back: int, weeks: int) -> None:
    """A sentence: one that has a figure about people and is not known fails the test."""
    for pattern, read in _LINES.items():
        if found := pattern.fullmatch(line):
            read(attacker, found, back, weeks)
            return
    assert not re.search(r"\d+ (?:people|person)|\d %", line), f"not read: {line}"


def _trained(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    tiers, trained = frozenset(_TIERS.values()), int(found[1])
    whole = people.trained(*_quarter(back), tiers)
    attacker.read_size((back, "trained"), attacker.kinds, whole, trained)
    for around, text in (("before", found[2]), ("after", found[3])):
        part = people.trained(*_quarter(back), tiers, around, attacker.about)
        figures = figures_in(text, people=trained)
        wanted = _parts(max(attacker.minimum, trained - 4))
        own = [each for each in figures if each.parts == wanted]
        assert own, f"{found[0]}: no step for {trained} people"
        attacker.learn_share((back, "trained", around), attacker.kinds, part, whole, own)


def _few_trained(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    whole = people.trained(*_quarter(back), frozenset(_TIERS.values()))
    attacker.learn_few((back, "few trained"), attacker.kinds, whole, some=False)


def _not_trained(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    """Each of them stands beside one of the sessions; which one is not shown."""
    first, last = _quarter(back)
    days = frozenset(
        use.trained[0]
        for _, use in attacker.people
        if use.trained and first <= use.trained[0] <= last
    )
    there = frozenset(k for k in attacker.staff if k.is_there(back) and "before" in k.weeks)
    for around, text in (("before", found[1]), ("after", found[2])):
        whole = people.untrained(frozenset())
        least, most = (
            people.untrained(days, around, attacker.about, any_day=each) for each in (False, True)
        )
        for figure in figures_in(text):
            low, high = figure.share
            key = (back, "not trained", around)
            if attacker.is_between(there, most, whole, low, 9) and attacker.is_between(
                there, least, whole, -9, high
            ):
                attacker.learn_mean((*key, "most"), there, most, whole, low, 9)
                attacker.learn_mean((*key, "least"), there, least, whole, -9, high)
                break
        else:
            raise AssertionError(found[0])


def _quarter(back: int) -> tuple[int, int]:
    """The weeks of the sessions for which 14 days have passed, up to 13 weeks before."""
    return back + 2, back + 14


def _tier(attacker: Attacker, row: Row, names: set[str], back: int, weeks: int) -> None:
    others = frozenset(v for k, v in _TIERS.items() if k not in names)
    tiers = frozenset({_TIERS[row.name]}) if row.name in _TIERS else others
    whole = people.trained(*_quarter(back), tiers)
    if row.figure == "People":
        if row.value != "–":
            attacker.read_size((back, *row[:3]), attacker.kinds, whole, int(row.value))
        return
    part = people.trained(*_quarter(back), tiers, _AROUND[row.figure], attacker.about)
    attacker.read_share((back, *row[:3]), attacker.kinds, part, whole, row.value)


def _waiting(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    attacker.read_size((back, "waits"), attacker.kinds, people.waits(), int(found[1]))


def _effect(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    began = (attacker.tools[0], attacker.campaign)
    for states, text in ((("sent", "skipped"), found[1]), (("held out",), found[2])):
        counts = people.nudged(states, began), people.nudged(states)
        attacker.read_share((back, "nudge", states), attacker.kinds, *counts, text)


def _wave(attacker: Attacker, row: Row, names: set[str], back: int, weeks: int) -> None:
    members = attacker.group("wave", row.name, names, back)
    key, last = (back, *row[:3]), back + 3
    if row.figure == "Overridden":
        part, whole = (people.decisions(back, last, None, what) for what in ("overridden", ""))
        attacker.read_share(key, members, part, whole, row.value)
    elif row.figure == "Helpful":
        counts = event("asked", back, last, (2, 1)), people.thumb(back, last)
        attacker.read_share(key, members, *counts, row.value)
    elif row.figure == "Habitual users":
        counts = people.holds("habitual", back), ANYBODY
        attacker.read_share(key, members, *counts, row.value)
    else:
        assert row.figure in ("State", "Go-live", "Gate", "Barrier", "Decided"), row


def _pulse_cell(attacker: Attacker, row: Row, names: set[str], back: int, weeks: int) -> None:
    members = attacker.pulse_groups[back].get(row.name)
    assert members is not None, (row, attacker.pulse_groups[back])
    key, replied = (back, *row[:3]), people.replied(back)
    if row.figure == "Answered":
        attacker.read_share(key, members, replied, ANYBODY, row.value)
    elif row.figure in _ELEMENTS:
        _mean(attacker, key, members, row.value, back)
    else:
        assert row.figure == "Barrier", row


def _mean(attacker: Attacker, key: Key, kinds: Iterable[Kind], text: str, back: int) -> None:
    """Rounded to halves at random: the companies are not large enough for tenths."""
    mean = float(text.split()[-1])
    low = 0.0 if text.startswith("under") else mean - 0.5
    high = 6.0 if text.startswith("over") else mean + 0.5
    # The ends stand for what is beyond them as well.
    low, high = low if mean > 1.5 else 0.0, high if mean < 4.5 else 6.0
    counts = people.scored(back), people.replied(back)
    attacker.learn_mean(key, kinds, *counts, low, high)


def _pulse_size(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    replied = people.replied(back)
    members = attacker.pulse_groups[back]["Everybody"]
    attacker.read_size((back, "pulse"), members, replied, int(found[1]))


def _pulse_trend(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    """Everybody's means, the oldest first."""
    for ago, text in enumerate(reversed(found[1].split(" → "))):
        members = attacker.pulse_groups[back + ago]["Everybody"]
        _mean(attacker, (back, "pulse trend", ago), members, text, back + ago)


def _asked(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    last = back + weeks - 1
    due, said = event("follow_up", back, last), people.answered(back, last)
    asked = int(found[1])
    attacker.read_size((back, weeks, "asked how it goes"), attacker.staff, due, asked)
    figures = figures_in(found[2], people=asked)
    attacker.learn_share((back, weeks, "answered"), attacker.staff, said, due, figures)


def _feelings(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    for text, feeling in zip(found.groups(), Feeling, strict=True):
        _felt(attacker, attacker.staff, 1, feeling, text, back, weeks)


def _obstacles(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    for name, text in re.findall(rf"(?:, | and |^)([a-z ]+?) \(({SHARE})\)", found[1]):
        _felt(attacker, attacker.staff, 2, _OBSTACLES[name], text, back, weeks)


def _team_felt(attacker: Attacker, row: Row, names: set[str], back: int, weeks: int) -> None:
    shown = {NO_GROUP if each == "No team" else each for each in names}

    def own(kind: Kind) -> bool:
        name = kind.team or NO_GROUP
        return (name if name in shown else OTHERS) == (
            OTHERS if row.name == "Smaller teams" else row.name
        )

    members = [kind for kind in attacker.staff if own(kind)]
    _felt(attacker, members, 1, _FEELINGS[row.figure], row.value, back, weeks)


def _felt(
    attacker: Attacker,
    kinds: Sequence[Kind],
    at: int,
    what: object,
    text: str,
    back: int,
    weeks: int,
) -> None:
    last = back + weeks - 1
    counts = event("follow_up", back, last, (at, what)), people.answered(back, last)
    attacker.read_share((back, weeks, "felt", what), kinds, *counts, text)


def _saved(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    read_saved(attacker, found[1], back, weeks)
    whole = people.said_saved(back, back + weeks - 1, frozenset(MINUTES))
    attacker.read_size((back, weeks, "said that it saved"), attacker.kinds, whole, int(found[2]))


def _nothing(attacker: Attacker, found: re.Match[str], back: int, weeks: int) -> None:
    """What is computed from figures that are read elsewhere, or about nobody."""


_MEAN = r"(?:(?:under|over) )?\d\.\d"
_Read = Callable[[Attacker, "re.Match[str]", int, int], None]
_PATTERNS: Mapping[str, _Read] = {
    rf"About (\d+) people were trained in the 13 weeks for which 14 days have passed: ({SHARE}) of "
    rf"them used the tool in the 14 days before, ({SHARE}) in the 14 days after\.": _trained,
    r"Too few people were trained in the last 13 weeks to show what came of it\.": _few_trained,
    rf"Of people who were not trained, ({SHARE}) used it on the same days before, ({SHARE}) after\."
    r" People choose .*": _not_trained,
    r"95 % interval of use after training: \d+ to \d+ %\.": _nothing,
    rf".*: ({SHARE}) of those it was for used the tool within two weeks, and ({SHARE}) of those "
    r"held out\. The difference is .*": _effect,
    rf"{SHARE} of those invited answered, about (\d+) (?:people|person)\.": _pulse_size,
    rf"\w+ over \d rounds: ({_MEAN}(?: → {_MEAN})+) \(now .*\), .*": _pulse_trend,
    rf"Of about (\d+) people who were asked how it goes, ({SHARE}) answered\.": _asked,
    r"Answers saved (\d+ to \d+) hours, as about (\d+) reports say\.": _saved,
    rf"Of those who answered, ({SHARE}) say it's going well, ({SHARE}) say it's mixed, and "
    rf"({SHARE}) are stuck\.": _feelings,
    r"Most often in the way: (.*)\.": _obstacles,
    r"\w+: planned for .*, \d+ of \d+ ready\.": _nothing,
    r"\w+: \d+ of \d+ items ready \(\d+ %\)\. Not ready yet: .*": _nothing,
    r"The model counts .*": _nothing,
    # Actions of the digest, which are computed from its figures.
    r".* \(.*; owner: .*\)": _nothing,
}
_LINES = {re.compile(pattern): read for pattern, read in _PATTERNS.items()}
_CELLS: Mapping[str, Callable[[Attacker, Row, set[str], int, int], None]] = {
    "training": _tier,
    "rollout": _wave,
    "pulse": _pulse_cell,
    "follow_ups": _team_felt,
}
