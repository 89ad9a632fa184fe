from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_text
from adoption.reports.feedback.theme_names import name_of
from adoption.reports.feedback.themes import ThemeOfWeek, Voice, themes_of_week
from adoption.reports.weeks import Week
from adoption.tracking.models import Theme
from knowledge.encoding.encoder import Encoder
from tests.adoption.factories import NOON, asked, fresh_record

WEEK = Week(2026, 47)
PRICES = [
    "the price list it used is out of date",
    "old prices again in its list",
    "it took prices from last year's list",
    "is the price list new",
    "the price list has a gap",
]
ACCESS = [
    "I have no access to the tool",
    "my account has no access yet",
    "access was refused",
    "the tool refuses me access",
    "nobody gives me access to the tool",
]


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def by_word(texts: Sequence[str]) -> np.ndarray:
    """Vectors of two directions, by what a text speaks of; small noise by its length."""
    rows = [
        [0.02 * len(text) ** 0.5, 1.0 * ("price" in text), 1.0 * ("access" in text)]
        for text in texts
    ]
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def made(record: Record, week: Week, texts: Sequence[str]) -> list[ThemeOfWeek]:
    voices = [Voice(text, f"p{n}", True) for n, text in enumerate(texts)]
    return themes_of_week(record.engine, week, voices, by_word, Minimum())


def test_a_theme_is_named_by_its_own_words(record: Record):
    access, prices = made(record, WEEK, PRICES + ACCESS)
    assert (prices.name, access.name) == ("price list", "access")
    assert prices.quotes[0] in PRICES


def test_a_theme_of_few_people_is_not_shown_nor_named(record: Record):
    assert made(record, WEEK, PRICES[:4]) == []
    one = [Voice(text, "p1") for text in PRICES * 2]
    assert themes_of_week(record.engine, WEEK, one, by_word, Minimum()) == []
    with record.engine.connect() as connection:
        assert connection.scalars(select(Theme.name)).all() == [""]


def test_words_of_one_person_name_no_theme_of_many(record: Record):
    texts = [f"the price {n}" for n in ("here", "there", "now", "then", "soon")]
    voices = [Voice(text, f"p{n}") for n, text in enumerate(texts)]
    voices += [Voice("the price of the Falcon deal is wrong", "p9")] * 4
    [theme] = themes_of_week(record.engine, WEEK, voices, by_word, Minimum())
    assert theme.name == "price"


def test_a_theme_is_named_by_the_phrase_that_its_texts_share(record: Record):
    texts = [f"the price list {word}" for word in ("is old", "again", "from last year", "x", "y")]
    [theme] = made(record, WEEK, texts)
    assert theme.name == "price list"
    assert (theme.size, theme.before) == (5, 0)
    [next_week] = made(record, WEEK.next, texts)
    assert next_week.before == 5


def test_a_theme_keeps_its_name_and_tells_how_large_it_was(record: Record):
    [first] = made(record, WEEK, PRICES)
    [second] = made(record, WEEK.next, ["price tag"] * 5)
    assert second.name == first.name
    assert (first.new, second.new) == (True, False)
    assert (second.before, second.size) == (first.size, 5)


def test_how_large_a_theme_of_few_people_was_is_not_shown_a_week_later(record: Record):
    few = [Voice(text, "p1") for text in PRICES]
    assert themes_of_week(record.engine, WEEK, few, by_word, Minimum()) == []
    many = [Voice(f"{text} {n}", f"p{n}") for n in range(5) for text in PRICES[:1]]
    [theme] = themes_of_week(record.engine, WEEK.next, many, by_word, Minimum())
    assert (theme.size, theme.before, theme.new) == (5, None, False)


def test_a_week_made_again_has_the_same_themes(record: Record):
    texts = PRICES + ACCESS
    once = made(record, WEEK, texts)
    assert made(record, WEEK, list(reversed(texts))) == once
    assert not made(record, WEEK.next, texts)[0].new


def test_an_old_week_made_again_leaves_later_weeks_their_themes(record: Record):
    made(record, WEEK, PRICES[:2])
    made(record, WEEK.next, PRICES + ACCESS)
    before = made(record, WEEK.next.next, PRICES + ACCESS)
    made(record, WEEK, [*PRICES, "no access for the price list"])
    assert made(record, WEEK.next.next, PRICES + ACCESS) == before
    assert made(record, WEEK, []) == []
    assert made(record, WEEK.next.next, PRICES + ACCESS) == before


def test_an_old_week_that_lost_its_texts_begins_no_theme(record: Record):
    made(record, WEEK, PRICES)
    made(record, WEEK.next, PRICES)
    made(record, WEEK, ACCESS)
    [later] = made(record, WEEK.next, PRICES)
    assert later.new


def test_one_text_alone_is_no_theme(record: Record):
    assert made(record, WEEK, ["the price is wrong"]) == []
    assert made(record, WEEK, []) == []


def test_the_digest_groups_questions_and_overrides_by_meaning(record: Record, encoder: Encoder):
    for number, text in enumerate(ACCESS):
        record.questions.add(
            asked(
                str(number),
                account=f"T1:U{number}",
                outcome=Outcome.ABSTAINED,
                question=f"Why is it that {text}?",
            )
        )
    told = [
        Override(
            str(n), f"T1:U{n}", "Helper", NOON, OverrideReason.WRONG_DATA, text=text, consent=n == 1
        )
        for n, text in enumerate(PRICES)
    ]
    record.feedback.add_overrides(told)
    digest = weekly_digest(record, WEEK, ZoneInfo("UTC"), Minimum(), encoder.encode)
    assert len(digest.themes) == 2
    quotes = [quote for theme in digest.themes for quote in theme.quotes]
    assert quotes == [PRICES[1]]
    assert "\nThemes\n" in digest_as_text(digest)
    assert "“price list”" in digest_as_text(digest)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["it came after I had sent the offer"] * 2, "sent the offer"),
        (["I know this customer and would not write it so"] * 3, "know this customer"),
        (
            ["How do I order a GitHub Copilot licence?", "I can't order a GitHub Copilot licence"],
            "order a GitHub Copilot licence",
        ),
        (["it worked from last year's price list again"] * 2, "last year's price list"),
        (["old prices again", "the price list is old", "a price from May"], "old prices"),
        (["May I use a private AI account for work?"] * 2, "private AI account for work"),
        (["the invoice is late", "two invoices are missing"], "invoice"),
        (
            ["Darf ich Kundendaten eingeben?", "Kundendaten eingeben: darf ich?"],
            "Kundendaten eingeben",
        ),
        (["??", "!"], ""),
    ],
)
def test_a_name_is_a_phrase_as_people_write_it(texts: list[str], name: str):
    written = [(f"p{n}", text) for n, text in enumerate(texts)]
    assert name_of(written, texts, 2) == name
    assert name_of([("p1", text) for text in texts], texts, 2) == ""


@given(st.lists(st.text("ab cI.?'s", max_size=30), min_size=1, max_size=5))
def test_a_name_is_found_for_any_texts_in_any_order(texts: list[str]):
    written = [(f"p{n}", text) for n, text in enumerate(sorted(texts))]
    name = name_of(written, texts, 1)
    assert name.casefold() in " ".join(" ".join(text.split()) for text in sorted(texts)).casefold()
    assert name_of(written, texts[::-1], 1) == name
