from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta

from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.weeks import Week
from adoption.submissions.models import State
from bot.answering.answered import finished
from bot.answering.presses import Press
from bot.features.digest.blocks import digest_message
from bot.features.handoff.jobs import take
from bot.features.home.drawing import draw_home
from slack_emulator import Person
from tests.bot.features.stories.test_stories import TOLD, decides, form, hand_in
from tests.support.app import RunningApp, strings, written


def test_home_says_how_to_ask_and_asks(play: RunningApp):
    maya = play.slack.user("user")
    maya.opens_app()
    home = play.home(maya, "Ask about our AI tools")
    maya.presses("ask_question", home)
    question = "How much of the budget should go to change management?"
    assert maya.submits({"question": {"question": "\u200b "}}) != {}
    maya.submits({"question": {"question": question}})
    asked = play.told(maya, "You asked")
    answer = play.slack.wait_for_answer(asked, 30)
    assert "15–20 %" in written(answer)
    shown = written(play.home(maya, "My last questions"))
    # A question leads to where it was asked.
    place = f"{play.slack.url}archives/{asked.channel}/p{asked.ts.replace('.', '')}"
    assert f"<{place}|{question}>" in shown
    assert "answered" in shown


def test_home_carries_the_ways_to_say_something(play: RunningApp):
    maya = play.slack.user("user")
    maya.opens_app()
    home = str(play.home(maya, "Ask about our AI tools"))
    for action in ("open_override", "open_feedback", "story_write"):
        assert action in home


def test_a_story_to_finish_is_finished_from_home(play: RunningApp):
    maya = play.slack.user("user")
    maya.opens_app()
    play.home(maya)
    maya.runs("/uptake story")
    maya.submits(form(consent=""))
    maya.closes()
    play.quiet()
    maya.opens_app()
    home = play.home(maya, "not sent yet")
    maya.presses("story_finish", home)
    assert maya.modal is not None
    assert TOLD["title"] in str(maya.modal)


def test_an_admin_decides_in_home_and_everybodys_home_follows(play: RunningApp):
    jonas, priya, tom = (play.slack.user(name) for name in ("champion", "admin", "second"))
    for person in (jonas, priya, tom):
        person.opens_app()
        play.home(person)
    hand_in(play, jonas)
    home = play.home(priya, f"Success story: *{TOLD['title']}*")
    assert "Awaiting your review" not in written(play.home(tom))
    priya.presses("story_review", home)
    assert TOLD["hard"] in written(priya.modal or {})
    decides(priya, State.PUBLISHED)
    assert "5.5 hours a week" in written(play.home(tom, "Latest success stories", 60))
    play.eventually(lambda: "Awaiting your review" not in written(play.home(priya)))
    own = written(play.home(jonas, "Latest success stories"))
    assert "My stories" in own
    assert own.count(TOLD["title"]) == 2


def test_the_admins_home_tells_of_the_week(play: RunningApp):
    priya = play.slack.user("admin")
    last_week = play.container.now() - timedelta(days=7)
    for n, mark in enumerate(("?", "", "??", "?", "")):
        asker = f"T9:U{n}"
        ask(play, f"w{n}", f"What is the weather{mark}", Outcome.ABSTAINED, asker, last_week)
    for n in range(2):
        ask(play, f"g{n}", "Where is the gym?", Outcome.ABSTAINED, f"T9:U{n}", last_week)
    priya.opens_app()
    shown = written(play.home(priya, "The programme in the week of"))
    # Seven are rounded up or down.
    assert re.search("People asked about (5|10) questions this week.", shown)
    assert "about 5 × What is the weather?" in shown
    # Too few asked it to say how many.
    assert "\nWhere is the gym?" in shown


def test_guides_that_nobody_looked_at_for_long_are_named(play: RunningApp):
    play.clock.ahead = timedelta(days=400).total_seconds()
    priya = play.slack.user("admin")
    priya.opens_app()
    shown = written(play.home(priya, "Guides due for review"))
    assert "*Budget and sponsor*\n_not reviewed since November 2026" in shown
    assert "owner: AI programme team" in shown


def ask(
    play: RunningApp,
    id: str,
    text: str,
    outcome: Outcome,
    person: Person | str,
    at: datetime | None = None,
) -> None:
    """Somebody, or an account, has asked a question."""
    play.container.record.questions.add(
        Asked(
            id=id,
            account=person if isinstance(person, str) else play.account(person),
            asked_at=at or play.container.now(),
            surface=Surface.DIRECT,
            channel="D1",
            question=text,
            outcome=outcome,
            answer="",
            index_version="v1",
        )
    )


def finance(play: RunningApp, people: int) -> Person:
    """A champion of finance, with colleagues on the roster."""
    jonas = play.slack.user("champion")
    now = play.container.now()
    rows = [RosterRow(f"p{n}@x.example", "Finance", account=f"T9:U{n}") for n in range(people - 1)]
    mine = RosterRow("jonas@x.example", "Finance", role="Champion", account=play.account(jonas))
    maya = RosterRow("m@x.example", "Sales", account=play.account(play.slack.user("user")))
    play.container.record.roster.store([mine, maya, *rows], now)
    return jonas


def test_a_champion_sees_the_questions_of_their_team_and_no_others(play: RunningApp):
    jonas = finance(play, 3)
    tom = play.slack.user("second")
    play.container.record.roster.store(
        [RosterRow("tom@x.example", "Finance", account=play.account(tom))], play.container.now()
    )
    ask(play, "1", "May I send invoices to the tool?", Outcome.ABSTAINED, tom)
    ask(play, "2", "May I send contracts to the tool?", Outcome.ABSTAINED, play.slack.user("user"))
    for id in ("1", "2"):
        play.container.record.handoffs.open(
            id, play.account(tom), play.container.now(), ("C1", "1.0")
        )
    jonas.opens_app()
    shown = written(play.home(jonas, "My team"))
    assert "May I send invoices" in shown
    assert "contracts" not in shown
    assert "too small to show figures" in shown


def test_a_champion_takes_a_question_of_their_team_from_home(play: RunningApp):
    slack, jonas, priya = play.slack, finance(play, 3), play.slack.user("admin")
    tom, maya = slack.user("second"), slack.user("user")
    needs_help(play, tom, "May I send invoices of Mars to the tool?")
    play.told(jonas, "would like help from a person")
    for person in (jonas, priya, maya):
        person.opens_app()
    home = play.home(jonas, "invoices of Mars")
    play.home(priya, "invoices of Mars")
    # Who neither sees the offer nor is champion there may not, whatever their Home holds.
    view = home | {"type": "home"}
    play.container.slack.publish_home(maya.id, {k: view[k] for k in ("type", "blocks")})
    maya.presses("handoff_take", play.home(maya, "invoices of Mars"))
    play.told(maya, "Only the people who help can do this")
    jonas.presses("handoff_take", home)
    play.told(tom, f"<@{jonas.id}> is looking into your question")
    play.told(jonas, "It's yours.")
    for person in (jonas, priya):
        shown = play.home(person, f"<@{jonas.id}> is on it")
        assert "handoff_take" not in str(shown)


def test_of_two_who_take_a_question_from_home_one_is_told(play: RunningApp):
    jonas, priya, tom = finance(play, 3), play.slack.user("admin"), play.slack.user("second")
    needs_help(play, tom, "May I send contracts of Mars to the tool?")
    play.told(jonas, "would like help from a person")
    for person in (jonas, priya):
        person.opens_app()
        home = play.home(person, "contracts of Mars")
    # Both press what both were shown, whoever's Home is drawn again first.
    question = next(each for each in strings(home) if each.startswith("all:")).removeprefix("all:")
    for person in (jonas, priya):
        press = Press(question, play.account(person), "", "", play.clock())
        play.container.jobs.enqueue(take, press, key=person.id)
    play.slack.wait_for(
        lambda: [p for p in (jonas, priya) if "has already taken it" in said_to(play, p)], 30
    )
    # It was offered to Jonas directly: Priya can't see that, and goes on in her own messages.
    won = play.slack.wait_for(
        lambda: [
            person
            for person, words in ((jonas, "It's yours."), (priya, "would like help from a person"))
            if words in said_to(play, person)
        ],
        30,
    )
    assert len(won) == 1


def test_who_takes_what_they_cannot_see_replies_in_their_own_messages(play: RunningApp):
    jonas, priya, tom = finance(play, 3), play.slack.user("admin"), play.slack.user("second")
    needs_help(play, tom, "May I send contracts of Venus to the tool?")
    offer = play.told(jonas, "contracts of Venus")
    priya.opens_app()
    # That it is one of three people would nearly say whose it is.
    assert "Finance" not in written(play.home(priya, "contracts of Venus"))
    priya.presses("handoff_take", play.home(priya, "contracts of Venus"))
    moved = play.told(priya, "contracts of Venus")
    assert "Reply in this thread" in written(moved)
    assert "/archives/" not in written(moved)
    closed = play.slack.wait_for(
        lambda: m if "is on it" in written(m := play.slack.message(offer)) else None, 30
    )
    assert "handoff_" not in str(closed.body)
    priya.says("No, they are confidential.", thread=moved)
    play.told(tom, "No, they are confidential.")
    play.told(priya, "has your reply")


def needs_help(play: RunningApp, person: Person, question: str) -> None:
    """Somebody of Finance asks, and then wants a person's help."""
    row = RosterRow("tom@x.example", "Finance", account=play.account(person))
    play.container.record.roster.store([row], play.container.now())
    asked = person.says(question, channel="app")
    answer = play.slack.wait_for_answer(asked, 60)
    play.eventually(lambda: finished(play.container.jobs, [f"{asked.channel}:{asked.ts}"]))
    person.presses("ask_person", answer)


def said_to(play: RunningApp, person: Person) -> str:
    return "\n".join(written(message) for message in play.direct(person))


def test_a_team_large_enough_has_figures(play: RunningApp):
    jonas = finance(play, 6)
    rows = [RosterRow(f"s{n}@x.example", "Sales") for n in range(6)]
    play.container.record.roster.store(rows, play.container.now())
    jonas.opens_app()
    shown = written(play.home(jonas, "My team"))
    assert re.search("of about (5|10) people", shown)
    # They are too few for it.
    assert "Never used" not in shown


def test_in_a_small_company_home_and_digest_say_why_there_are_no_figures(
    small_companies: None, play: RunningApp
):
    jonas, priya = finance(play, 12), play.slack.user("admin")
    last_week = play.container.now() - timedelta(days=7)
    for n in range(11):
        ask(play, f"s{n}", "Where is the gym?", Outcome.ABSTAINED, f"T9:U{n}", last_week)
    why = "The roster has fewer than 20 people. Figures about so few would show what somebody did"
    priya.opens_app()
    shown = written(play.home(priya, why))
    # Eleven people asked, which is twice the minimum that is set.
    assert "about" not in shown.partition(why)[2].partition("Ask about our AI tools")[0]
    jonas.opens_app()
    assert "Your team is too small" in written(play.home(jonas, "My team"))
    now, zone = play.container.now(), play.container.settings.zone
    week = Week.of(now, zone).previous
    digest = weekly_digest(play.container.record, week, zone, play.container.minimum)
    assert why in strings_of(digest)
    assert (digest.questions.questions, digest.questions.people) == (None, None)


def strings_of(digest: Digest) -> str:
    """The digest's message in words."""
    return "\n".join(strings(digest_message(digest, ()).blocks))


def test_who_installs_it_gets_a_checklist_once(play: RunningApp):
    priya = play.slack.user("admin")
    priya.opens_app()
    words = written(play.told(priya, "To set up"))
    assert "☑ Guides to answer from" in words
    assert "☐ Champions" in words
    priya.opens_app()
    priya.opens_app()
    play.slack.wait_for(lambda: len(play.slack.calls("views.publish")) >= 3)
    play.quiet()
    assert len(play.direct(priya)) == 1


def test_a_newcomer_is_greeted_once(play: RunningApp):
    maya = play.slack.user("user")
    for _ in range(3):
        maya.opens_app()
    play.told(maya, "Hello. Ask me")
    play.slack.wait_for(lambda: len(play.slack.calls("views.publish")) >= 3)
    play.quiet()
    assert len(play.direct(maya)) == 1


def test_home_shows_the_newest_however_many_draw_it(play: RunningApp):
    maya = play.slack.user("user")
    maya.opens_app()
    play.home(maya)
    threads, drawn = [], (play.container, play.account(maya))
    for n in range(4):
        ask(play, str(n), f"Question number {n}?", Outcome.ANSWERED, maya)
        threads.append(threading.Thread(target=draw_home, args=drawn))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert "Question number 3?" in written(play.home(maya))


def test_a_champion_of_the_roster_is_greeted_once(play: RunningApp):
    jonas = finance(play, 3)
    for _ in range(2):
        jonas.opens_app()
    play.told(jonas, "champion of Finance")
    play.slack.wait_for(lambda: len(play.slack.calls("views.publish")) >= 2)
    play.quiet()
    assert len([m for m in play.direct(jonas) if "champion of" in written(m)]) == 1


def test_a_word_that_is_no_command_is_said_back_harmlessly(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake <!channel>dance now")
    said = written(maya.whispers("general")[0])
    assert "`/uptake help`" in said
    assert "<!channel>" not in said
