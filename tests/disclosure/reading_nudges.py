"""How the attacker reads what admins see of messages about tools, sent or not yet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adoption.nudges.models import Excluded
from adoption.nudges.preview import people_in
from adoption.privacy.disclosure import ROUNDED_TO, ShownShare
from adoption.privacy.groups import OTHERS
from bot.texts import texts
from tests.disclosure import people
from tests.disclosure.attacker import ANYBODY, Attacker
from tests.disclosure.company import AWAY, SKIPPED
from tests.disclosure.figures import SHARE, Figure, figures_in
from tests.disclosure.people import Count

_REASON = re.compile(r"(?:^|, | and )([^,()]+?) \(about (\d+)\)")
_LEFT_OUT = (*AWAY, Excluded.RECENT)
_MOST = 1_000


def read_preview(attacker: Attacker, tool: str, texts: Sequence[str], back: int) -> None:
    """Takes in whom a message about a tool would reach on the Sunday of a week."""
    recent = attacker.is_recent(back)
    key, kinds = (back, "preview", tool), attacker.holders(tool)
    holders = frozenset(kind for kind in kinds if kind.is_there(back))

    def idle(*reasons: str) -> Count:
        return people.idle(tool, back, frozenset(reasons), recent)

    text = "\n".join(texts)
    found = re.search(rf"About (\d+) people, ({SHARE}) of those who have .*? About (\d+) of", text)
    if found is None:
        assert "too few people" in text, text
        attacker.learn_few((*key, "few"), holders, idle(""), some=False)
        return
    picked = _figures_of(found[2], int(found[1]))
    attacker.learn_share((*key, "picked"), holders, idle(""), ANYBODY, picked)
    attacker.learn_sum((*key, "enough"), holders, idle(""), attacker.minimum, _MOST)
    if said := re.search(r"In the larger teams: (.*)\.", text):
        teams = attacker.teams_among(holders)
        for name, share in re.findall(rf"(?:^|, | and )(.+?) ({SHARE})", said[1]):
            shown = OTHERS if name == _word(OTHERS) else name
            attacker.read_share((*key, name), teams[shown], idle(""), ANYBODY, share)
    named = {_word(each): each.value for each in _LEFT_OUT}
    if said := re.search(r"Left out: (.*)\.", text):
        reasons = dict(_REASON.findall(said[1]))
        for name, count in reasons.items():
            rest = [why for each, why in named.items() if each not in reasons]
            why = [named[name]] if name in named else rest
            attacker.learn_part((*key, name), holders, idle(*why), ANYBODY, int(count))
        if _word(OTHERS) not in reasons:
            rest = [why for each, why in named.items() if each not in reasons]
            attacker.learn_sum((*key, "none"), holders, idle(*rest), 0, 0)
    else:
        attacker.learn_few((*key, "few left out"), holders, idle(*named.values()), some=False)
    assert len(re.findall(r"bout \d+\b(?! %)", text)) == 2 + len(_REASON.findall(text)), text


def read_campaign(attacker: Attacker, line: str, back: int) -> None:
    """Takes in a line of Home about a campaign."""
    key, sent = (back, "Home", line), people.nudged(("sent",))
    picked = people.nudged(("sent", "skipped"))
    if found := re.fullmatch(r"Sent to about (\d+) people\.", line):
        attacker.learn_sum(key, attacker.kinds, picked, attacker.minimum, _MOST)
        attacker.learn_part((*key, "sent"), attacker.kinds, sent, picked, int(found[1]), least=0)
    elif found := re.fullmatch(r"Not sent: (.*)\.", line):
        _read_skipped(attacker, dict(_REASON.findall(found[1])), back)
    elif found := re.fullmatch(rf"({SHARE}) of them pressed “I'll try it”\.", line):
        attacker.read_share(key, attacker.kinds, people.pressed(), sent, found[1])
    else:
        assert not re.search(r"bout \d|\d %", line) or "of those it was for" in line, line


def _read_skipped(attacker: Attacker, reasons: dict[str, str], back: int) -> None:
    named = {_word(each): each.value for each in SKIPPED}
    picked = people.nudged(("sent", "skipped"))
    for name, count in reasons.items():
        part = people.skipped(named[name]) if name in named else people.nudged(("skipped",))
        key = (back, "not sent", name)
        attacker.learn_part(key, attacker.kinds, part, picked, int(count))
    if _word(OTHERS) not in reasons:
        for name in named.keys() - reasons.keys():
            part = people.skipped(named[name])
            attacker.learn_sum((back, "not sent", name), attacker.kinds, part, 0, 0)


def _figures_of(text: str, count: int) -> list[Figure]:
    """What a share may stand for that has about how many people it is beside it."""
    found = []
    for each in figures_in(text):
        sizes = [
            n
            for n in range(ROUNDED_TO, _MOST, ROUNDED_TO)
            if people_in(ShownShare(each.value, 1 / each.parts, n)) == count
        ]
        if sizes:
            found.append(Figure(each.value, each.parts, min(sizes), max(sizes)))
    return found


def _word(why: str) -> str:
    return texts("nudges")[why]
