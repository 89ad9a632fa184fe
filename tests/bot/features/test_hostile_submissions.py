"""Words of every kind in every field: no mention fires, no link is forged, no limit is broken."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from adoption.reports.digest.said_section import Followed, StoryTold, ToMend
from adoption.reports.figures import Tally, figures_of
from adoption.reports.home_facts import OpenQuestion, OwnQuestion
from adoption.reports.wording import Words
from bot.features.digest.alert_blocks import alert_message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adoption.feedback.models import Reason
from adoption.guides.statistics import Complaint
from adoption.questions.models import Outcome
from adoption.reports.alerts import Alert
from adoption.reports.digest.digest import Digest
from adoption.reports.follow_ups import FollowUpBook, Point
from adoption.reports.recommendations import Action
from adoption.reports.weeks import Week
from adoption.roles.roles import Champion
from adoption.submissions.models import State
from adoption.submissions.schemas import UNITS, FaqFields, StoryFields
from adoption.submissions.submissions import Submission
from bot.features.digest.blocks import digest_message, done_dialog
from bot.features.faqs import blocks as faq_blocks
from bot.features.faqs.blocks import taken_up_message
from bot.features.faqs.files import as_markdown as faq_as_markdown
from bot.features.guides.blocks import GuideFacts, GuideLine, guide_dialog, please_message
from bot.features.home.blocks import AdminFacts, Gap, HomeFacts, TeamFacts, ask_dialog, home_view
from bot.features.onboarding.blocks import champion_message
from bot.features.roles.blocks import roles_dialog
from bot.features.stories.blocks import (
    author_message,
    fields_of,
    input_id,
    note_dialog,
    preview_dialog,
    review_message,
    story_dialog,
    story_message,
)
from bot.features.stories.files import as_markdown
from bot.slack.messages import Message
from ingest.parse.load import load
from slack_emulator.blockkit import check_message_blocks, check_view
from tests.bot.features.digest.test_digest import a_week
from tests.bot.features.stories.test_stories import TOLD, admin_of, form, review
from tests.support.app import RunningApp, strings, written

HOSTILE = [
    "<!channel> look",
    "<!here|x> <!subteam^S123>",
    "<@U999EVIL> and <#C123|general>",
    "<https://evil.example|bank.com>",
    "https://evil.example/login",
    "[bank.com](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "@channel #general @here @everyone",
    "```not closed",
    "`code` *bold* _it_ ~no~ > quote",
    "\u202eright to left\u202c and zero\u200bwidth",
    "مرحبا بالعالم שלום",
    "👩‍👩‍👧‍👦 " * 400,
    "&lt;!channel&gt; &amp;",
    "|a|b|\n|---|---|\n# head\n---\ntitle: x\n---",
    "<" * 10_000,
    "&" * 10_000,
    "a" * 10_000,
    "x\0y\ud800z",
    "\n\n\n",
    " ",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4000))
AUTHOR = "T1:U0AUTHOR"
LINK = "https://northwind.slack.com/archives/C1/p1"
MOMENT = datetime(2026, 11, 18, 12, tzinfo=UTC)
# What may stand in angle brackets: the people that we name ourselves, and links of our own.
ALLOWED = {"<@U0AUTHOR>", "<@U0ADMIN>", "<#C0GENERAL>"}

story_fields = st.builds(
    StoryFields,
    title=texts,
    tool=texts,
    team=texts,
    hard=texts,
    changed=texts,
    figure=st.one_of(st.just("5.5"), st.just("1e999"), st.just("NaN"), texts),
    unit=st.sampled_from([*UNITS, "", "<!channel>"]),
    measured=texts,
    quote=texts,
    consent=st.booleans(),
    picture=st.sampled_from(["", "F0PICTURE"]),
)
stories = st.builds(
    Submission,
    id=st.just("0" * 32),
    account=st.sampled_from([AUTHOR, "T1:<!channel>", ""]),
    state=st.sampled_from(State),
    fields=story_fields,
    updated_at=st.just(MOMENT),
    note=texts,
    decided_by=st.just("T1:U0ADMIN"),
    link=st.just(LINK),
    reactions=st.integers(0, 9999),
)
entries = st.builds(
    Submission,
    id=st.just("0" * 32),
    account=st.sampled_from([AUTHOR, "T1:<!channel>", ""]),
    state=st.sampled_from(State),
    fields=st.builds(
        FaqFields,
        question=texts,
        answer=texts,
        tool=texts,
        audience=st.sampled_from(["everyone", "admins", "channel:C0GENERAL"]),
    ),
    named=st.booleans(),
    updated_at=st.just(MOMENT),
    note=texts,
    decided_by=st.just("T1:U0ADMIN"),
)
quick = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def harmless(value: Any) -> None:
    """No mention but those of people we name, and no link but to what we posted."""
    for text in mrkdwn(value):
        for mark in re.findall(r"<[^>]*>?", text):
            assert mark in ALLOWED or mark.startswith(f"<{LINK}|"), mark
        shown = re.sub(r"<[^>]*>", "", text)
        assert not re.search(r"(?<!\w)[@#](channel|here|everyone|general)\b", shown)
        assert not re.search(r"https?://", shown)


def mrkdwn(value: Any) -> list[str]:
    """Every text that Slack reads marks in."""
    if isinstance(value, list):
        return [text for each in value for text in mrkdwn(each)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [value["text"]]
    return [text for each in value.values() for text in mrkdwn(each)]


def sound(message: Message) -> None:
    check_message_blocks(message.blocks)
    assert len(message.text) <= 4000
    harmless(message.blocks)
    harmless({"type": "mrkdwn", "text": message.text})


def sound_view(view: dict[str, Any], kind: str = "modal") -> None:
    check_view(view, kind)
    harmless(view)


@quick
@given(stories)
def test_no_words_of_a_story_do_anything(story: Submission):
    for message in (story_message(story), review_message(story), author_message(story)):
        sound(message)
    sound_view(story_dialog(story.id, story.fields, story.note))
    sound_view(preview_dialog(story.id, story.fields, story.account))
    sound_view(note_dialog(story.id, State.CHANGES))


@quick
@given(entries, st.lists(texts.filter(str.strip), max_size=120))
def test_no_words_of_a_faq_entry_do_anything(entry: Submission, tools: list[str]):
    sound(faq_blocks.review_message(entry))
    sound(faq_blocks.author_message(entry))
    sound_view(faq_blocks.faq_dialog("C1:1.1", entry.fields, tools, "C0GENERAL"))
    sound_view(faq_blocks.edit_dialog(entry, tools))
    sound_view(faq_blocks.decline_dialog(entry.id))


@quick
@given(entries)
def test_every_faq_entry_can_be_read_as_a_guide(tmp_path_factory: Any, entry: Submission):
    path = tmp_path_factory.mktemp("faq") / "faq.md"
    path.write_bytes(faq_as_markdown(entry).encode("utf-8", "replace"))
    document = load(path, "")
    assert (document.kind, document.audience) == ("faq", entry.fields.audience)
    assert document.link == ""


@quick
@given(
    st.lists(stories, max_size=12),
    st.lists(texts, max_size=12),
    texts,
    st.lists(entries, max_size=6),
)
def test_no_words_in_home_do_anything(
    told: list[Submission], said: list[str], team: str, saved: list[Submission]
):
    open_ = [OpenQuestion(str(n), text, team, MOMENT) for n, text in enumerate(said)]
    facts = HomeFacts(
        questions=[OwnQuestion(text, MOMENT, Outcome.ANSWERED) for text in said],
        mine=told,
        stories=told,
        team=TeamFacts(team, "", open_),
        admin=AdminFacts(
            week="2026-W47",
            figures=[("questions", "1", "0")],
            unanswered=[Gap(text, 2, n % 2 == 1) for n, text in enumerate(said)],
            awaiting=told,
            guides={
                name: [GuideLine(f"{n:032x}", text, "x", text) for n, text in enumerate(said)]
                for name in ("stale", "down", "unused", "left_out")
            },
            faqs=saved,
            open=open_,
            points=[Point("2026-W46", text[:255], text, AUTHOR, text) for text in said],
        ),
    )
    view = home_view(facts)
    sound_view(view, "home")
    assert len(view["blocks"]) <= 100


@quick
@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(["", LINK]))
def test_no_words_about_a_guide_do_anything(said: list[str], link: str):
    title, note, kind = said[0], said[-1], said[len(said) // 2]
    owner, where = note, title
    complaints = [Complaint(text, Reason.WRONG, text) for text in said]
    facts = GuideFacts(
        "0" * 32,
        title,
        kind,
        owner,
        "never reviewed",
        where,
        link or note,
        180,
        3,
        1,
        2,
        complaints,
    )
    sound_view(guide_dialog(facts))
    sound(please_message(facts, AUTHOR, note))
    sound(taken_up_message(title))
    sound_view(faq_blocks.write_dialog(title[:2000], [kind, owner]))


@quick
@given(st.lists(texts, min_size=1, max_size=6))
def test_no_words_in_a_digest_do_anything(said: list[str]):
    empty = figures_of([], [])
    digest = Digest(
        Week(2026, 46),
        empty,
        empty,
        topics=[],
        unanswered=[Tally(text, 3) for text in said],
        reasons=[],
        headline=[(Words(text), " fell.") for text in said[:3]],
        stories=[StoryTold(text, text, None) for text in said],
        mend=[ToMend(text, 3, "wrong", text) for text in said],
        followed=[Followed(text, text, AUTHOR, text) for text in said],
    )
    points = [Point("2026-W46", text[:255], text, "", "") for text in said[:5]]
    sound(digest_message(digest, points, [("F1", "A picture"), ("F2", "Another")]))
    sound_view(done_dialog("C1\n1.1\n2026-W46\nx", said[0]))
    sound(alert_message(Alert("k", (Words(said[0]), " fell."), ("Look at ", Words(said[-1])))))


@quick
@given(texts, st.integers(0, 70))
def test_no_words_about_champions_do_anything(team: str, many: int):
    sound(champion_message(team))
    champions = [Champion(f"T1:U0AUTHOR{n}"[:11], team) for n in range(many)]
    for by_setting in (True, False):
        sound_view(roles_dialog(champions, ["U0ADMIN"] * many or ["U0ADMIN"], by_setting))
    sound_view(roles_dialog(champions, [], False))
    sound_view(ask_dialog())


@quick
@given(stories)
def test_every_story_can_be_read_as_a_guide(tmp_path_factory: Any, story: Submission):
    path = tmp_path_factory.mktemp("story") / "story.md"
    text = as_markdown(story).encode("utf-8", "replace")
    path.write_bytes(text)
    document = load(path, "")
    assert document.kind == "story"
    assert document.link == LINK
    assert document.audience == "everyone"


@given(
    st.dictionaries(
        st.sampled_from([input_id(n) for n in TOLD]), st.none() | st.dictionaries(texts, texts)
    )
)
@quick
def test_a_strange_payload_is_read_as_nothing(values: dict[str, Any]):
    fields_of({k: {k: v} if v is not None else {} for k, v in values.items()}, StoryFields())


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> <@U999EVIL> <https://evil.example|bank.com> `x`",
        "\u202e<!here> " + "👩‍👩‍👧‍👦" * 900,
        "<&>" * 3400,
    ],
)
def test_played_through_nothing_breaks_and_nobody_is_called(play: RunningApp, words: str):
    jonas, priya = play.slack.user("champion"), admin_of(play)
    priya.opens_app()
    jonas.opens_app()
    fields = dict.fromkeys(("title", "tool", "team", "hard", "changed", "measured", "quote"), words)
    jonas.runs("/uptake story")
    assert jonas.submits(form(**fields)) == {}
    jonas.submits({})
    asked = review(play, priya)
    priya.presses("story_review", asked)
    priya.submits({"note": {"note": words}})
    play.told(jonas, "Please change something")
    play.quiet()
    jonas.runs("/uptake story")
    jonas.submits({})
    jonas.submits({})
    again = play.slack.wait_for(
        lambda: [m for m in play.direct(priya) if "story_approve" in str(m.body)], 30
    )[-1]
    priya.presses("story_approve", again)
    play.told(jonas, "is approved", 60)
    jonas.presses("home_ask", play.home(jonas, "How to ask"))
    jonas.submits({"home_question": {"home_question": words}})
    play.told(jonas, "You asked")
    priya.runs("/uptake champions")
    chosen = {"champions": {"champions": [jonas.id]}}
    priya.submits(chosen | {"team": {"team": words}})
    play.told(jonas, "You are a champion")
    a_week(play)
    FollowUpBook(play.container.record.engine).recommend(
        Week(2026, 46), [Action("a", (Words(words),), (Words(words),), "x")]
    )
    priya.runs("/uptake digest 2026-W46")
    message = play.told(priya, "Week 2026-W46", 60)
    priya.presses("digest_done", message)
    priya.submits({"did": {"did": words}})
    play.told(priya, "Done by", 30)
    priya.opens_app()
    play.home(priya, "Latest success stories")
    play.quiet()
    refused = [c for c in play.slack.calls() if c.error and c.error != "hash_conflict"]
    assert refused == []
    sent = [*play.direct(jonas), *play.direct(priya), *play.slack.messages("ai-stories")]
    people = {jonas.id, priya.id}
    for message in [m for m in sent if m.via_app]:
        text = "\n".join([*mrkdwn(message.body.get("blocks") or []), written(message)])
        assert "<!" not in text
        assert "<https://evil" not in text
        assert set(re.findall(r"<@([A-Z0-9]+)", text)) <= people
    assert strings(play.home(priya))
