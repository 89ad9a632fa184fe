"""What the attacker makes of themes, of Prometheus, and of what a host sees."""

from __future__ import annotations

from adoption.questions.models import Surface
from bot.conversation.question import Question
from bot.jobs.engine import Backlog
from bot.observability.metrics import Metrics
from tests.disclosure import people
from tests.disclosure.attacker import Attacker
from tests.disclosure.company import BOTH, TIERS, WORDS
from tests.disclosure.people import Kind, Use, event
from tests.disclosure.reading_counts import learn_sessions, read_metrics, read_themes
from tests.disclosure.solving import solved
from tests.disclosure.worlds import Life

BOARD, LAW = (Kind(team, None, frozenset({"Helper"}), BOTH) for team in ("Board", "Law"))
# Others of the board may be there who have no seat, as far as this alone is known.
OF_BOARD = ("team Board, ", f"{BOARD}, ")
DISAGREES, PRICE = next((reason.value, text) for reason, text in WORDS.items())


def _attacker(lives: list[Life]) -> Attacker:
    return Attacker(lives, 5, ["Helper"], sessions=(2, 3), about="Helper", campaign=3)


def _found(attacker: Attacker, what: str) -> bool:
    return any(name.startswith(OF_BOARD) and name.endswith(what) for name in solved(attacker))


def test_a_new_theme_says_that_one_person_at_most_wrote_so_before() -> None:
    now, before = (Use(override=(week, DISAGREES)) for week in (0, 1))
    attacker = _attacker([(LAW, now)] * 9 + [(LAW, before)] + [(BOARD, Use())] * 2)
    last = event("override", 1, 1, (1, DISAGREES))
    attacker.learn_sum(("Law",), [LAW], last, 1, 1)
    assert not _found(attacker, "1 back: override: disagrees")
    theme = {"name": PRICE, "size": 10, "before": 0, "new": True}
    read_themes(attacker, [theme], 0)
    assert _found(attacker, "1 back: override: disagrees")


def test_metrics_count_everybody_exactly_so_that_a_team_must_not_be_counted_so() -> None:
    asked = Use(asked=(0, True, 0, Surface.CHANNEL.value))
    lives = [(LAW, asked)] * 9 + [(LAW, Use())] * 3 + [(BOARD, asked)] * 2 + [(BOARD, Use())]
    attacker, metrics = _attacker(lives), Metrics()
    for number in range(11):
        metrics.taken(Question(f"{number}", "T:U", Surface.CHANNEL, "C", "1", "?", 1.0))
    read_metrics(attacker, metrics.page(lambda: Backlog(0, 0), lambda: "v").decode(), 0)
    whole = event("asked", 0, 0, (3, Surface.CHANNEL.value))
    attacker.read_size(("Law",), [LAW], whole, 10)
    assert not _found(attacker, "asked in a channel")
    attacker.learn_sum(("Law",), [LAW], whole, 9, 9)
    assert _found(attacker, "asked in a channel")


def test_a_host_knows_who_came_and_must_not_learn_what_they_used() -> None:
    came = (2, TIERS[0].value)
    lives = [(LAW, Use(frozenset({("Helper", 1)}), trained=came))] * 9
    attacker = _attacker(lives + [(BOARD, Use(trained=came))] * 2)
    learn_sessions(attacker)
    used = people.trained(2, 2, frozenset({came[1]}), "after", "Helper")
    attacker.read_size(("all",), [LAW, BOARD], used, 10)
    assert not solved(attacker)
    attacker.learn_sum(("all",), [LAW, BOARD], used, 9, 9)
    attacker.learn_sum(("Law",), [LAW], used, 9, 9)
    assert _found(attacker, "trained in week 2, used it after")
    # Who came is no secret to them.
    assert not _found(attacker, "trained in week 2")
