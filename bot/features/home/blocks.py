"""The Home tab: how to ask, one's own questions, stories; more for champions and admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adoption.feedback.models import Vote
from adoption.questions.models import Outcome
from adoption.reports.follow_ups import Point
from adoption.reports.home import OpenQuestion, OwnQuestion
from adoption.submissions.models import State
from adoption.submissions.submissions import FaqEntry, Story
from bot.features.digest.blocks import point_blocks
from bot.features.faqs import blocks as faqs
from bot.features.feedback.blocks import OPEN_FEEDBACK
from bot.features.guides.blocks import BRING_BACK, LOOK, GuideLine, guide_list
from bot.features.handoff.blocks import TAKE
from bot.features.stories.blocks import FINISH, WRITE, decide_buttons, gain_of, story_blocks
from bot.slack.blocks.parts import (
    Block,
    actions,
    button,
    context,
    divider,
    header,
    modal,
    named,
    section,
    text_input,
)
from bot.slack.mrkdwn import plain
from bot.texts import texts

ASK, ASK_DIALOG, QUESTION = "home_ask", "home_ask", "home_question"
OVERRIDE = "open_override"
LONGEST_QUESTION = 2000
_MOST_BLOCKS = 100
_MOST_GAPS = 6

_OUTCOMES = {
    Outcome.ANSWERED: "answered",
    Outcome.UNSURE: "answered, not surely",
    Outcome.ABSTAINED: "no answer in the guides yet",
    Outcome.FAILED: "could not be looked up",
    Outcome.STOPPED: "stopped by you",
    Outcome.WITHDRAWN: "taken back by you",
}
_STATES = {
    State.DRAFT: "not sent yet",
    State.CHANGES: "an admin asks for changes",
    State.AWAITING: "waits for an admin",
}


@dataclass(frozen=True)
class TeamFacts:
    """What a champion sees of their team.

    Attributes:
        figures: use of the team in words; empty where the team is too small to be shown.
    """

    team: str
    figures: str
    open: Sequence[OpenQuestion] = ()


@dataclass(frozen=True)
class Gap:
    """A question that could not be answered, and how often it was asked.

    Attributes:
        written: whether somebody has written an answer since.
    """

    text: str
    count: int | None
    written: bool = False


@dataclass(frozen=True)
class AdminFacts:
    """What an admin sees.

    Attributes:
        figures: name, this week, the week before.
        unanswered: questions without an answer.
        guides: guides to look at, by what is the matter with them.
    """

    week: str
    figures: Sequence[tuple[str, str, str]] = ()
    unanswered: Sequence[Gap] = ()
    awaiting: Sequence[Story] = ()
    faqs: Sequence[FaqEntry] = ()
    guides: Mapping[str, Sequence[GuideLine]] = field(default_factory=dict)
    open: Sequence[OpenQuestion] = ()
    points: Sequence[Point] = ()


@dataclass(frozen=True)
class HomeFacts:
    """Everything a Home tab shows."""

    questions: Sequence[OwnQuestion] = ()
    mine: Sequence[Story] = ()
    stories: Sequence[Story] = field(default_factory=tuple)
    team: TeamFacts | None = None
    admin: AdminFacts | None = None


def home_view(facts: HomeFacts) -> Block:
    """The Home tab for one person."""
    blocks = [*_start(), *_questions(facts.questions), *_mine(facts.mine)]
    if facts.team:
        blocks += _team(facts.team)
    if facts.admin:
        blocks += _admin(facts.admin)
    blocks += _stories(facts.stories)
    return {"type": "home", "blocks": blocks[:_MOST_BLOCKS]}


def ask_dialog() -> Block:
    """The dialog for a question."""
    field_ = text_input(
        QUESTION,
        "What would you like to know?",
        most=LONGEST_QUESTION,
        long=True,
        hint="I answer in our direct messages.",
    )
    return modal(ASK_DIALOG, "Ask Uptake", [field_], submit="Ask")


def _start() -> list[Block]:
    return [
        header("How to ask"),
        section(
            "Ask me about our AI tools: here, in a direct message, or in a channel by "
            "mentioning me. I answer from our own guides and show where it stands."
        ),
        # Named, so that a press counts while Home is drawn anew, as it is when it is opened.
        actions(
            button("Ask a question", ASK, style="primary"),
            button("I did it differently", OVERRIDE),
            button("Give feedback", OPEN_FEEDBACK),
            button("Tell a success story", WRITE),
        )
        | {"block_id": "home_start"},
    ]


def _questions(questions: Sequence[OwnQuestion]) -> list[Block]:
    if not questions:
        return []
    return [header("My last questions"), *(_question(each) for each in questions[:5])]


def _question(each: OwnQuestion) -> Block:
    came = [_OUTCOMES[each.outcome]]
    if each.vote is not None:
        came.append("it helped" if each.vote is Vote.POSITIVE else "it did not help")
    if each.handed_on:
        came.append("a person answered" if each.solved else "a person is asked")
    day = f"{each.asked_at.day} {each.asked_at:%b}"
    return section(f"{plain(each.text, 300)}\n_{day}: {', '.join(came)}_")


def _mine(stories: Sequence[Story]) -> list[Block]:
    if not stories:
        return []
    blocks = [header("My stories")]
    for story in stories[:5]:
        title = plain(story.fields.title, 300) or "Without a title"
        text = f"*{title}*\n_{_STATES.get(story.state, '')}_"
        unfinished = story.state in (State.DRAFT, State.CHANGES)
        blocks.append(section(text, button("Finish it", FINISH, story.id) if unfinished else None))
    return blocks


def _team(team: TeamFacts) -> list[Block]:
    blocks = [divider(), header("My team"), context(f"You are champion of {plain(team.team, 200)}")]
    blocks.append(section(team.figures or "Your team is too small for figures of its own."))
    if team.open:
        blocks.append(section("*Questions that wait for a person*"))
        blocks += [_open(each, "team") for each in team.open[:5]]
    else:
        blocks.append(section("No question of your team waits."))
    return blocks


def _open(question: OpenQuestion, among: str) -> Block:
    day = f"{question.asked_at.day} {question.asked_at:%b}"
    where = f", {plain(question.team, 150)}" if question.team else ""
    text = f"{plain(question.text, 500)}\n_since {day}{where}_"
    if question.taken_by:
        taken = texts("handoff")["taken_line"].format(helper=named(question.taken_by))
        return section(f"{text}\n{taken}")
    shown = section(text, button(texts("handoff")["take"], TAKE, question.id))
    return shown | {"block_id": f"{among}:{question.id}"[:255]}


def _admin(admin: AdminFacts) -> list[Block]:
    rows = "\n".join(f"*{name}* {now} (week before: {was})" for name, now, was in admin.figures)
    blocks = [divider(), header(f"Last week, {admin.week}"), section(rows or "Nothing yet.")]
    blocks.append(header(f"Stories that wait for you: {len(admin.awaiting)}"))
    for story in admin.awaiting[:4]:
        blocks += [*story_blocks(story.fields, story.account), decide_buttons(story.id)]
    if admin.faqs:
        blocks.append(header(faqs.waiting_title(len(admin.faqs))))
        for entry in admin.faqs[:4]:
            blocks += [*faqs.faq_blocks(entry.fields), faqs.decide_buttons(entry.id)]
    if admin.points:
        blocks.append(header("Recommended last week"))
        for point in admin.points[:5]:
            blocks += point_blocks(point)
    blocks += _gaps(admin.unanswered)
    if admin.open:
        blocks.append(header("Questions that wait for a person"))
        blocks += [_open(each, "all") for each in admin.open[:5]]
    for title, lines in admin.guides.items():
        blocks += guide_list(title, lines, BRING_BACK if title == "left_out" else LOOK)
    return blocks


def _gaps(gaps: Sequence[Gap]) -> list[Block]:
    blocks = [header("What could not be answered")]
    for number, each in enumerate(gaps[:_MOST_GAPS]):
        text = f"{f'{each.count} × ' if each.count else ''}{plain(each.text, 500)}"
        if each.written:
            blocks.append(section(f"{text}\n_{texts('guides')['written']}_"))
        else:
            shown = section(text, faqs.write_button(each.text))
            blocks.append(shown | {"block_id": f"gap:{number}"})
    if len(gaps) > _MOST_GAPS:
        blocks.append(context(f"and {len(gaps) - _MOST_GAPS} more; the digest has them all"))
    return blocks if gaps else [*blocks, section("Everything was answered.")]


def _stories(stories: Sequence[Story]) -> list[Block]:
    if not stories:
        return []
    blocks = [divider(), header("Latest success stories")]
    for story in stories[:3]:
        gain = gain_of(story.fields)
        title = plain(story.fields.title, 300)
        if story.link.startswith(("https://", "http://")):
            title = f"<{story.link}|{title.replace('|', '¦')}>"
        count = story.reactions
        parts = [gain, plain(story.fields.tool, 150), named(story.account)]
        if count:
            parts.append(f"{count} {'person' if count == 1 else 'people'} reacted")
        blocks.append(section(f"*{title}*\n{' · '.join(part for part in parts if part)}"))
    return blocks
