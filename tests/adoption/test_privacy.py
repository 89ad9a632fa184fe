from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.people.directory import word_digest
from adoption.privacy.groups import OTHERS, Minimum, fold, groups
from adoption.privacy.redaction import redact

FIVE = Minimum(5)
SIZES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), max_size=8)


def test_a_small_group_takes_a_larger_one_along():
    assert fold({"law": 2, "sales": 7, "it": 20}, FIVE) == {
        "law": OTHERS,
        "sales": OTHERS,
        "it": "it",
    }


def test_small_groups_that_are_enough_together_leave_the_others_alone():
    shown = fold({"law": 2, "hr": 3, "sales": 7}, FIVE)
    assert shown == {"law": OTHERS, "hr": OTHERS, "sales": "sales"}


def test_too_few_people_in_all_are_not_shown():
    assert fold({"law": 2, "hr": 2}, FIVE) == {}
    assert groups({"ada": "law"}, FIVE) == {}


@pytest.mark.parametrize("people", [4, 3, 0, -1])
def test_no_minimum_under_five_is_taken(people: int):
    with pytest.raises(ValueError, match="use 5 or more"):
        Minimum(people)


@given(SIZES, st.integers(5, 9))
def test_no_subtraction_from_the_total_gives_a_small_group_away(sizes, least):
    shown = fold(sizes, Minimum(least))
    totals: dict[str, int] = {}
    for name, label in shown.items():
        totals[label] = totals.get(label, 0) + sizes[name]
    total = sum(sizes.values())
    # The attacker knows the total, every shown figure and which groups there are.
    for count in range(len(totals) + 1):
        for taken in combinations(totals, count):
            rest = total - sum(totals[label] for label in taken)
            if shown:
                assert rest == 0 or rest >= least
    if shown:
        assert all(size >= least for size in totals.values())
    # Somebody is hidden only for a reason.
    if total >= least:
        assert shown


NAMES = frozenset(map(word_digest, ["Ada", "Lovelace", "Will"]))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Mail ada.l+x@example.co.uk today", "Mail [address] today"),
        ("call +47 22 33 44 55 or (022) 334-455-6", "call [number] or [number]"),
        ("on 2026-11-16 at 10:30 it took 45 minutes", None),
        ("costs 12,500 and 20 % of 1000", None),
        ("<@U012ABCDE> said in <#C012ABCDE|help> that U012ABCDE", "[id] said in [id] that [id]"),
        ("use xoxb-1234-abcd and ghp_abcdefghij0123456789", "use [id] and [token]"),
        ("the password is hunter22", "the [token]"),
        ("key AKIAIOSFODNN7EXAMPLE here", "key [token] here"),
        ("d41d8cd98f00b204e9800998ecf8427e", "[token]"),
        ("see https://intra.example.com/x?user=ada", "see https://intra.example.com/x?user=ada"),
        ("Ada Lovelace showed me, lovelace too", "[name] showed me, lovelace too"),
        ("will it work? Will says so", "will it work? [name] says so"),
        ("Ask Maria Olsen about it", "Ask [name] about it"),
        ("thanks to Copilot it is done", None),
        ("internationalization-friendly responsibilities", None),
        ("PRODUCTION and COMPLIANCE rules", None),
    ],
)
def test_what_tells_who_it_was_is_blotted_out(text: str, clean: str | None):
    assert redact(text, NAMES) == (text if clean is None else clean)


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.sampled_from(
        [
            "ada@example.com",
            "+4722334455",
            "U012ABCDE",
            "ghp_abcdefghij0123456789",
        ]
    ),
)
def test_no_text_around_it_keeps_an_address_in(before: str, after: str, secret: str):
    assert secret not in redact(f"{before} {secret} {after}", NAMES)


@given(st.text(max_size=200))
def test_redacting_twice_blots_out_no_more_names(text: str):
    once = redact(text, NAMES)
    assert redact(once, NAMES).count("[name]") == once.count("[name]")
