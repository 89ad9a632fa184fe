from __future__ import annotations

from adoption.privacy.groups import OTHERS, Minimum
from adoption.questions.models import Surface
from adoption.reports.places import AskedFrom, places_of

FIVE = Minimum(5)


def rows(people: int, each: int, surface: Surface, client: str = "") -> list[AskedFrom]:
    return [
        AskedFrom(f"p{number}", surface, client) for number in range(people) for _ in range(each)
    ]


def shown(*asked: list[AskedFrom]) -> dict[str, int | None]:
    found = places_of([row for part in asked for row in part], FIVE)
    return {each.name: each.count for each in found}


def test_places_with_enough_people_are_counted():
    slack = rows(10, 2, Surface.CHANNEL)
    cursor = rows(5, 3, Surface.MCP, "Cursor")
    assert shown(slack, cursor) == {"in channels": 20, "Cursor": 15}


def test_a_small_place_cannot_be_computed_from_the_others():
    slack, direct = rows(10, 2, Surface.CHANNEL), rows(6, 5, Surface.DIRECT)
    claude = rows(1, 40, Surface.MCP, "Claude")
    assert shown(slack, direct, claude) == {"in channels": 20, OTHERS: 70}
    # The only other place hides it, and then there is nothing to tell apart.
    assert shown(slack, claude) == {}


def test_two_small_places_are_shown_together():
    slack = rows(10, 1, Surface.CHANNEL)
    others = [rows(3, 2, Surface.MCP, "Claude"), rows(5, 0, Surface.DIRECT)]
    more = [AskedFrom(f"q{number}", Surface.MCP, "Cursor") for number in range(4)]
    assert shown(slack, *others, more) == {"in channels": 10, OTHERS: 10}


def test_one_place_is_no_comparison():
    assert shown(rows(9, 2, Surface.DIRECT)) == {}
    assert shown() == {}
