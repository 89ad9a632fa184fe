"""What was answered from a guide is shown to nobody anew once the guide is restricted, or gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.questions.models import Surface
from adoption.rollout.models import WaveState
from adoption.rollout.wave import Wave, WavePlan
from bot.answering.jobs import audiences_in
from bot.answering.pipeline import answer_from, search
from bot.conversation.question import Question
from bot.delivery.streaming import PAUSE_SECONDS
from bot.features.channels.jobs import Sharing, share
from bot.features.nudges.choosing import tip_for
from bot.features.nudges.message import Nudge, nudge_message
from bot.features.rollout.blocks import reminder, unreached
from bot.features.rollout.drafts import Draft, draft_of
from bot.slack.messages import GUIDE, PUBLIC, Place
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.retrieval.confidence import Confidence
from slack_emulator import Message
from tests.bot.features.handoff.test_handoff import offer_of
from tests.bot.test_visibility import answered
from tests.conftest import write_guides
from tests.support.app import RunningApp, overrides, running_app, said, written

CAKE = "How many crowns does the {subject} cake cost?"
SECRET = "forty crowns"
ABOUT_CAKE = """---
title: The {subject} cake
owner: AI programme team
{audience}---
# The {subject} cake

## How many crowns does the {subject} cake cost?

The {subject} cake costs forty crowns at the baker's.
"""
# What becomes of a guide; of the last one everyone may go on reading.
RESTRICTED = {
    "restricted": "audience: admins\n",
    "unclear": "audience: the board\n",
    "removed": None,
}


@dataclass
class Guides:
    """A folder of guides, of which some are about cakes."""

    app: RunningApp
    folder: Path

    def becomes(self, subject: str, audience: str | None) -> None:
        """Writes the guide anew, or deletes it, and brings the index up to date."""
        path = self.folder / f"{subject}.md"
        if audience is None:
            path.unlink()
        else:
            path.write_text(ABOUT_CAKE.format(subject=subject, audience=audience), "utf-8")
        Sync(self.app.container.index).run([self.folder])


@pytest.fixture(scope="module")
def guides(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Guides]:
    root = tmp_path_factory.mktemp("later")
    folder = write_guides(root / "guides")
    for subject in ("plum", "pear", "apple", "cherry", "lemon", "carrot"):
        text = ABOUT_CAKE.format(subject=subject, audience="")
        (folder / f"{subject}.md").write_text(text, "utf-8")
    Sync(Index.open(root / "data" / "index", encoder)).run([folder])
    with running_app(root / "data", admins=("admin",)) as app:
        yield Guides(app, folder)


@pytest.mark.parametrize(
    ("subject", "becomes"),
    [("plum", "restricted"), ("pear", "unclear"), ("apple", "removed")],
)
def test_a_stored_answer_is_handed_over_shared_and_filled_in_no_more(
    subject: str, becomes: str, guides: Guides
):
    it, question = guides.app, CAKE.format(subject=subject)
    maya = it.slack.user()
    id, answer = answered(it, "user", question)
    assert SECRET in said(answer)
    guides.becomes(subject, RESTRICTED[becomes])

    maya.presses("ask_person", answer)
    assert SECRET not in said(offer_of(it, question))
    sharing = Sharing(it.account("user"), id, it.slack.channel("general"), "")
    it.container.jobs.enqueue_and_wait(share, sharing, key=subject)
    it.whisper("user", "general", "so I can't share it")
    overrides(maya, answer)
    assert SECRET not in str(maya.modal)
    maya.closes()
    it.quiet()
    seen = [m for name in ("general", "ai-help") for m in it.slack.messages(name)]
    assert SECRET not in "\n".join(map(written, seen))
    # What somebody was told stays with them.
    assert SECRET in said(it.slack.message(answer))


def test_an_offer_that_is_drawn_anew_no_longer_quotes_it(guides: Guides):
    it, question = guides.app, CAKE.format(subject="cherry")
    _, answer = answered(it, "user", question)
    it.slack.user().presses("ask_person", answer)
    offer = offer_of(it, question)
    assert SECRET in said(offer)
    guides.becomes("cherry", RESTRICTED["restricted"])
    it.slack.user("second").presses("handoff_take", offer)
    it.eventually(lambda: "is on it." in said(it.slack.message(offer)))
    assert SECRET not in said(it.slack.message(offer))


def test_an_answer_that_is_held_up_is_not_posted_once_its_guide_is_restricted(guides: Guides):
    it = guides.app
    # Nothing else is sent meanwhile.
    it.quiet()
    faults, since = it.slack.faults, len(it.slack.calls())
    faults.plan("chat.postMessage", "internal_error", times=1000)
    question = CAKE.format(subject="lemon")
    asked = it.slack.user().says(f"{it.slack.mention} {question}", channel="general")

    def tried() -> bool:
        calls = it.slack.calls()[since:]
        return any(SECRET in str(call.arguments) for call in calls)

    it.eventually(tried, "a try to post the answer")
    guides.becomes("lemon", RESTRICTED["restricted"])
    faults.forget()
    answer = it.slack.wait_for_answer(asked, 60)
    assert "not everybody here may read it" in written(answer)
    assert SECRET not in str(it.slack.messages("general"))


def test_what_the_programme_quotes_is_not_sent_once_its_guide_is_restricted(guides: Guides):
    it, person = guides.app, guides.app.slack.user("second")
    container, now = it.container, it.container.now()
    tip = tip_for(container, "Oven", "")
    assert tip is not None
    plan = WavePlan(now.date(), now.date() + timedelta(weeks=12), owner=it.account("second"))
    wave = Wave("w1", "First", WaveState.PLANNED, 1, plan, {})
    (due, *_) = container.record.wave_calendar.of(wave)
    assert draft_of(container, wave, due.kind).audiences > PUBLIC
    asked = reminder(wave, due, Draft("Words.", tip.title, audiences=tip.audiences), now.date())
    messages = [nudge_message(Nudge("c1", "Oven", tip)), asked, unreached(asked, "")]

    def sent() -> Iterator[Message]:
        for message in messages:
            posted = container.slack.post(Place(person.id), message)
            yield it.slack.messages(posted.channel)[-1]

    assert all(tip.title in written(each) for each in sent())
    (guide,) = (each.removeprefix(GUIDE) for each in tip.audiences - PUBLIC)
    text = Path(guide).read_text("utf-8")
    Path(guide).write_text(text.replace("audience: everyone", "audience: admins"), "utf-8")
    Sync(container.index).run([guides.folder])
    for message in sent():
        assert tip.title not in said(message)
        # What is sent in its stead says what it is about, and no more.
        assert "Oven" in written(message) or "First" in written(message)


def test_an_edit_that_restricts_nothing_keeps_what_was_answered(guides: Guides):
    it, question = guides.app, CAKE.format(subject="carrot")
    _, answer = answered(it, "user", question)
    guides.becomes("carrot", "reviewed: 2026-11-02\n")
    it.slack.user().presses("ask_person", answer)
    assert SECRET in said(offer_of(it, question))
    it.quiet()
    assert SECRET in said(it.slack.message(answer))


def test_an_answer_that_grows_stops_and_goes_once_a_guide_of_it_is_restricted(guides: Guides):
    it, question = guides.app, CAKE.format(subject="sponge")
    guides.becomes("sponge", "")
    container, delivery = it.container, it.container.delivery
    user, said_by = it.slack.user(), it.account("user")
    root = user.says("An answer grows below.", channel="general")
    id = f"{root.channel}:{root.ts}"
    place = (Surface.CHANNEL, root.channel, root.ts)
    asked = Question(id, said_by, *place, question, float(root.ts))
    found = search(container, asked)
    generated = answer_from(container, asked, found)
    show = delivery.begin(asked, audiences_in(found))
    assert show is not None
    show(Confidence.ANSWERED, f"It costs {SECRET}.")
    (grown,) = [m for m in it.slack.replies(root) if SECRET in said(m)]
    guides.becomes("sponge", RESTRICTED["restricted"])
    time.sleep(PAUSE_SECONDS)
    show(Confidence.ANSWERED, "More of the secret.")
    assert "More of the secret" not in said(it.slack.message(grown))
    delivery.post(asked, generated.answer, is_retry=False)
    assert SECRET not in said(it.slack.message(grown))
