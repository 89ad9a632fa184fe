"""How the attacker reads themes, what Prometheus is told, and what a host sees of sessions."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.disclosure import people
from tests.disclosure.attacker import ONCE, Attacker
from tests.disclosure.company import QUESTION, TIERS, WORDS
from tests.disclosure.outputs import THEME_WEEKS
from tests.disclosure.people import Count, event
from tests.disclosure.worlds import Sum

_COUNTED = re.compile(r'^uptake_(questions|outcomes)_total\{\w+="(\w+)"\} (\S+)$', re.MULTILINE)
_OUTCOMES = {"answered": (1, True), "abstained": (1, False)}
_WRITTEN = {QUESTION: "", **{text: reason.value for reason, text in WORDS.items()}}


def read_themes(attacker: Attacker, themes: Sequence[Mapping[str, Any]], back: int) -> None:
    """Each theme has the questions, which are all alike, or the overrides for one reason."""
    everybody = attacker.kinds
    of_name = {each["name"]: each for each in themes}
    for text in _WRITTEN:
        key = back, "theme", text
        shown = next((of_name[name] for name in of_name if name in text), None)
        if shown is None:
            attacker.learn_few((*key, "few"), everybody, _said(text, back), some=False)
            continue
        attacker.read_size(key, everybody, _said(text, back), shown["size"])
        if shown["new"]:
            # Two texts that are alike would have begun it.
            for week in range(back + 1, THEME_WEEKS + 1):
                attacker.learn_sum((*key, "new", week), everybody, _said(text, week), 0, 1)
        else:
            last = _said(text, back + 1)
            attacker.read_count((*key, "before"), everybody, last, shown["before"])


def _said(text: str, week: int) -> Count:
    reason = _WRITTEN[text]
    if reason:
        return event("override", week, week, (1, reason))
    return event("asked", week, week)


def read_metrics(attacker: Attacker, page: str, back: int) -> None:
    """The difference of two pages a week apart counts the questions exactly."""
    for name, what, value in _COUNTED.findall(page):
        outcome = (3, what) if name == "questions" else _OUTCOMES[what]
        count, exact = event("asked", back, back, outcome), float(value)
        attacker.learn_sum((back, "metrics", name, what), attacker.kinds, count, exact, exact)


def learn_sessions(attacker: Attacker) -> None:
    """Reads who came to each session, and who waits, as their host may; they know their teams."""
    attacker.knows_sessions = True
    came = [
        people.trained(week, week, frozenset({tier.value}))
        for week, tier in itertools.product(attacker.sessions, TIERS)
    ]
    for kind, count in itertools.product(attacker.staff, (*came, people.waits())):
        exact = attacker.total([kind], count)
        attacker.known["session", kind, count] = [
            Sum(frozenset({kind}), ((count, ONCE),), exact, exact)
        ]
