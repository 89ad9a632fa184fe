"""Words of every kind in every field: no mention fires, no link is forged, no limit is broken."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.views import View

from adoption.feedback.models import Reason
from adoption.guides.statistics import Complaint, ShownUse
from adoption.privacy.disclosure import ShownShare
from adoption.questions.models import Outcome
from adoption.reports.actions import ActionBook, Point
from adoption.reports.alerts.alerts import Alert
from adoption.reports.digest.digest import Digest
from adoption.reports.feedback.quotes import Comment, StoryQuote
from adoption.reports.guides import GuideToFix
from adoption.reports.home import AdminHome, ChampionHome, OpenQuestion, OwnQuestion
from adoption.reports.key_figures import KeyFigure
from adoption.reports.questions import Gap as DigestGap
from adoption.reports.recommendations import Recommendation
from adoption.reports.rich_text import UntrustedText
from adoption.reports.use import GroupUse, UseFigures, WeeklyUse
from adoption.reports.weeks import Week
from adoption.roles.roles import Champion
from adoption.submissions.models import State
from adoption.submissions.schemas import UNITS, FaqFields, StoryFields
from adoption.submissions.submissions import Submission
from bot.champions import champion_message
from bot.delivery.blocks import late_message
from bot.features.digest.blocks import (
    alert_message,
    digest_message,
    done_dialog,
    late_digest_message,
)
from bot.features.faqs import blocks as faq_blocks
from bot.features.faqs.files import as_markdown as faq_as_markdown
from bot.features.faqs.jobs import WORKFLOW as FAQS
from bot.features.guides.blocks import (
    GuideFacts,
    GuideLine,
    guide_dialog,
    guide_list,
    review_request,
)
from bot.features.home.blocks import AdminView, Gap, HomeView, Waiting, home_view
from bot.features.questions.blocks import ask_dialog
from bot.features.roles.blocks import roles_dialog
from bot.features.stories.blocks import (
    author_message,
    fields_in,
    preview_dialog,
    story_blocks,
    story_dialog,
    story_message,
)
from bot.features.stories.files import as_markdown
from bot.features.stories.jobs import WORKFLOW as STORIES
from bot.slack.messages import Message, as_json
from bot.slack.view_values import ViewValues
from bot.submissions.review import review_dialog
from bot.submissions.workflow import review_message
from ingest.parse.load import load
from slack_emulator.blockkit import check_message_blocks, check_view
from tests.bot.features.digest.test_digest import a_week
from tests.bot.features.stories.test_stories import TOLD, admin_of, decides, form, review
from tests.support.app import RunningApp, strings, written
from tests.support.examples import examples

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
WEEK, SHARE = Week(2026, 46), ShownShare(0.5, 0.1, 10)
FIGURES = [KeyFigure("Weekly active", SHARE, SHARE, 0.6)]
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
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def harmless(value: Any, link: str = LINK) -> None:
    """No mention but those of people we name, and no link but to what we posted.

    Args:
        link: the one address that a link may lead to.
    """
    for text in mrkdwn(value):
        for mark in re.findall(r"<[^>]*>?", text):
            assert mark in ALLOWED or mark.startswith(f"<{link}|"), mark
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


def sound(message: Message, link: str = LINK) -> None:
    check_message_blocks(message.blocks)
    assert len(message.text) <= 4000
    harmless(message.blocks, link)
    harmless({"type": "mrkdwn", "text": message.text}, link)


def sound_view(model: View, kind: str = "modal", link: str = LINK) -> None:
    view = model.to_dict()
    check_view(view, kind)
    harmless(view, link)


@quick
@given(stories)
def test_no_words_of_a_story_do_anything(story: Submission):
    asked = review_message(STORIES, story)
    for message in (story_message(story), asked, author_message(story)):
        sound(message)
    sound_view(story_dialog(story.id, story.fields, story.note))
    sound_view(preview_dialog(story.id, story.fields, story.account))
    shown = story_blocks(story.fields, story.account)
    sound_view(review_dialog("story_review", story.id, shown, tuple(State)[2:]))


@quick
@given(entries, st.lists(texts.filter(str.strip), max_size=120))
def test_no_words_of_a_faq_entry_do_anything(entry: Submission, tools: list[str]):
    sound(review_message(FAQS, entry))
    if entry.state in (State.AWAITING, State.PUBLISHED, State.DECLINED):
        sound(faq_blocks.author_message(entry))
    sound_view(faq_blocks.save_dialog("C1:1.1", entry.fields, tools, "C0GENERAL"))
    sound_view(faq_blocks.review_dialog_for(entry, tools))
    asked, answer = entry.fields.question, entry.fields.answer
    sound(late_message(faq_blocks.written_answer(asked, answer), "C1:1.1", asked, "everyone"))


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
    points = [Point("2026-W46", text[:255], text, AUTHOR, text) for text in said]
    home = AdminHome(WEEK, (UntrustedText(team), " fell."), FIGURES, (), open_, points)
    waiting = [Waiting(f"s{n}", s.fields.title, "story_review") for n, s in enumerate(told)]
    waiting += [Waiting(f"f{n}", f.fields.question, "faq_review") for n, f in enumerate(saved)]
    guides = {
        name: [GuideLine(f"{n:032x}", text, "x", text) for n, text in enumerate(said)]
        for name in ("stale", "voted_down", "unused", "excluded")
    }
    gaps = [Gap(text, 2, n % 2 == 1) for n, text in enumerate(said)]
    view = home_view(
        HomeView(
            questions=[
                OwnQuestion(str(n % 2), text, MOMENT, Outcome.ANSWERED)
                for n, text in enumerate(said)
            ],
            links={"1": LINK},
            own_stories=[each for each in told if each.state is not State.PUBLISHED],
            stories=told,
            team=ChampionHome(team, WEEK, None, open_),
            admin=AdminView(home, gaps, waiting, guides),
        )
    )
    sound_view(view, "home")
    assert len(view.to_dict()["blocks"]) <= 100


@quick
@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(["", LINK]))
def test_no_words_about_a_guide_do_anything(said: list[str], link: str):
    title, note, kind = said[0], said[-1], said[len(said) // 2]
    owner, where = note, title
    # A guide's own address, be it as strange as it may, is the one that leads to it.
    link = link or note
    complaints = [Complaint(text, Reason.WRONG, text) for text in said]
    facts = GuideFacts(
        "0" * 32,
        title,
        kind,
        owner,
        "never reviewed",
        where,
        link,
        180,
        ShownUse(5, SHARE),
        complaints,
    )
    sound_view(guide_dialog(facts), link=link)
    sound(review_request(facts, AUTHOR, note), link)
    lines = [GuideLine("0" * 32, text, "x", text) for text in said]
    harmless(as_json(guide_list("stale", lines)))
    sound_view(faq_blocks.write_dialog(title[:2000], [kind, owner]))


@quick
@given(st.lists(texts, min_size=1, max_size=6))
def test_no_words_in_a_digest_do_anything(said: list[str]):
    use = UseFigures(eligible=10, weekly=SHARE)
    teams = [GroupUse(text, use, use) for text in dict.fromkeys(said)]
    digest = Digest(
        WEEK,
        (UntrustedText(said[0]), " fell."),
        use=WeeklyUse(use, use, teams=teams, trend={WEEK.monday: SHARE, MOMENT.date(): SHARE}),
        key_figures=FIGURES,
        gaps=[DigestGap(text, 3) for text in said],
        comments=[Comment(text, text) for text in said],
        stories=[StoryQuote(text, text, None) for text in said],
        guides=[GuideToFix(text, 3, "wrong", text) for text in said],
        followed=[Point("2026-W45", text[:255], text, AUTHOR, text) for text in said],
    )
    points = [Point("2026-W46", text[:255], text, "", "") for text in said[:5]]
    sound(digest_message(digest, points))
    sound(digest_message(digest, points, [("F1", "A picture"), ("F2", "Another")]))
    sound(late_digest_message(digest))
    sound_view(done_dialog("C1\n1.1\n2026-W46\nx", said[0]))
    look_at = ("Look at ", UntrustedText(said[-1]))
    series = [(each[:20], SHARE) for each in said]
    sound(alert_message(Alert("k", (UntrustedText(said[0]), " fell."), look_at, series)))


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
        st.sampled_from([f"story_{n}" for n in TOLD]), st.none() | st.dictionaries(texts, texts)
    )
)
@quick
def test_a_strange_payload_is_read_as_nothing(values: dict[str, Any]):
    state = {"values": {k: {k: v} if v is not None else {} for k, v in values.items()}}
    fields_in(ViewValues({"id": "V1", "state": state}), StoryFields())


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
    decides(priya, State.CHANGES, words[:1500])
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
    jonas.presses("ask_question", play.home(jonas, "Ask about our AI tools"))
    jonas.submits({"question": {"question": words[:2000]}})
    play.told(jonas, "You asked")
    priya.runs("/uptake champions")
    chosen = {"champions": {"champions": [jonas.id]}}
    priya.submits(chosen | {"team": {"team": words}})
    play.told(jonas, "You're a champion")
    a_week(play)
    ActionBook(play.container.record.engine).recommend(
        WEEK, [Recommendation("a", (UntrustedText(words),), (UntrustedText(words),), "x")]
    )
    priya.runs("/uptake digest 2026-W46")
    message = play.told(priya, "Week of 9 November 2026", 60)
    priya.presses("digest_done", message)
    priya.submits({"did": {"did": words}})
    play.told(priya, "Done by", 30)
    priya.opens_app()
    play.home(priya, "Latest success stories")
    play.quiet()
    # Home was drawn anew meanwhile, or a press came again over a new connection.
    expected = {"", "hash_conflict", "exchanged_trigger_id"}
    refused = [c for c in play.slack.calls() if (c.error or "") not in expected]
    assert refused == []
    sent = [*play.direct(jonas), *play.direct(priya), *play.slack.messages("ai-stories")]
    people = {jonas.id, priya.id}
    for message in [m for m in sent if m.via_app]:
        text = "\n".join([*mrkdwn(message.body.get("blocks") or []), written(message)])
        assert "<!" not in text
        assert "<https://evil" not in text
        assert set(re.findall(r"<@([A-Z0-9]+)", text)) <= people
    assert strings(play.home(priya))
