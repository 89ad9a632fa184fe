"""The Home tab: for everybody, and more for champions and admins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.feedback.models import Vote
from adoption.reports.home import AdminHome, ChampionHome, OpenQuestion, OwnQuestion
from adoption.reports.use import GroupUse
from adoption.submissions.models import State
from adoption.submissions.submissions import Story
from bot import action_ids
from bot.features.digest.blocks import example_mark, figure_cards, point_blocks
from bot.features.gaps.blocks import dismissed_state, gap_blocks, gap_text
from bot.features.guides.blocks import GuideLine, guide_list
from bot.features.setup.blocks import setup_blocks
from bot.features.setup.steps import StepState
from bot.features.stories.blocks import gain_of
from bot.slack.blocks import actions, button, context, divider, header, section
from bot.slack.identity import mention
from bot.slack.mrkdwn import plain, rich
from bot.texts import texts

_MOST_BLOCKS = 100
_MOST_QUESTIONS = _MOST_STORIES = 5
_MOST_GAPS, _MOST_WAITING = 6, 8


@dataclass(frozen=True)
class Gap:
    """A question that the guides do not answer.

    Attributes:
        count: how often it was asked; None where too few people asked it.
        is_written: whether an answer was written since.
        dismissed_by: the account that dismissed it; None where nobody did.
    """

    text: str
    count: int | None
    is_written: bool = False
    dismissed_by: str | None = None


@dataclass(frozen=True)
class Waiting:
    """A submission that awaits review.

    Attributes:
        review: action id of the button that opens it.
    """

    id: str
    title: str
    review: str


@dataclass(frozen=True)
class AdminView:
    """What an admin sees beside everybody's Home."""

    home: AdminHome
    gaps: Sequence[Gap] = ()
    waiting: Sequence[Waiting] = ()
    guides: Mapping[str, Sequence[GuideLine]] = field(default_factory=dict)
    setup: Sequence[StepState] = ()


@dataclass(frozen=True)
class HomeView:
    """Everything that one person's Home shows.

    Attributes:
        links: where each question was asked, by its id, for those asked in Slack.
        parts: what features other than Home show there.
        is_example: whether the record is that of the example company.
    """

    questions: Sequence[OwnQuestion] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    own_stories: Sequence[Story] = ()
    stories: Sequence[Story] = ()
    team: ChampionHome | None = None
    admin: AdminView | None = None
    parts: Sequence[Block] = ()
    is_example: bool = False


def home_view(view: HomeView) -> View:
    """The Home tab for one person; admins see the programme first."""
    blocks = [
        *example_mark(view.is_example),
        *(_admin(view.admin) if view.admin else []),
        *_ask(),
        *view.parts,
        *(_team(view.team) if view.team else []),
        *_questions(view.questions, view.links),
        *_own_stories(view.own_stories),
        *_stories(view.stories),
    ]
    return View(type="home", blocks=blocks[:_MOST_BLOCKS])


def _ask() -> list[Block]:
    say = texts("home")
    buttons = actions(
        button(say["ask_button"], action_ids.ASK_QUESTION, style="primary"),
        button(say["override"], action_ids.OPEN_OVERRIDE),
        button(say["feedback"], action_ids.OPEN_FEEDBACK),
        button(say["story"], action_ids.WRITE_STORY),
        # Named, so that a press counts while Home is drawn again.
        block_id="home_ask",
    )
    return [header(say["ask_title"]), section(say["ask"]), buttons]


def _questions(questions: Sequence[OwnQuestion], links: Mapping[str, str]) -> list[Block]:
    if not questions:
        return []
    shown = [_question(each, links.get(each.id, "")) for each in questions[:_MOST_QUESTIONS]]
    return [divider(), header(texts("home")["questions"]), *shown]


def _question(each: OwnQuestion, link: str) -> Block:
    say = texts("home")
    came = [say[each.outcome.name.lower()]]
    if each.vote is not None:
        came.append(say["helped" if each.vote is Vote.POSITIVE else "not_helped"])
    if each.handed_on:
        came.append(say["person_answered" if each.solved else "person_asked"])
    return section(
        f"{_linked(plain(each.text, 300), link)}\n_{_day(each.asked_at)}: {', '.join(came)}_"
    )


def _own_stories(stories: Sequence[Story]) -> list[Block]:
    if not stories:
        return []
    say = texts("home")
    blocks: list[Block] = [header(say["my_stories"])]
    for story in stories:
        title = _linked(plain(story.fields.title, 300) or say["untitled"], story.link)
        unfinished = story.state in (State.DRAFT, State.CHANGES)
        finish = button(say["finish"], action_ids.FINISH_STORY, story.id) if unfinished else None
        state = say[f"story_{story.state.name.lower()}"]
        blocks.append(section(f"*{title}*\n_{state}_", finish))
    return blocks


def _team_figures(use: GroupUse) -> str:
    """A team's figures; what is hidden is left out."""
    say, now, before = texts("home"), use.now, use.before
    lines = [say["team_weekly"].format(weekly=now.weekly, eligible=now.eligible)]
    if before.weekly.value is not None:
        lines.append(say["team_before"].format(before=before.weekly))
    if now.habitual.value is not None:
        lines.append(say["team_habitual"].format(habitual=now.habitual))
    if now.never_used.value is not None:
        lines.append(say["team_never"].format(never=now.never_used))
    return " · ".join(lines)


def _team(team: ChampionHome) -> list[Block]:
    say = texts("home")
    champion = say["champion_of"].format(team=plain(team.team, 200))
    figures = _team_figures(team.use) if team.use is not None else say["team_small"]
    waiting = [_open(each, "team") for each in team.open[:_MOST_WAITING]]
    return [
        divider(),
        header(say["team"]),
        context(champion),
        section(figures),
        *(waiting or [section(say["none_waiting"])]),
    ]


def _open(question: OpenQuestion, among: str) -> Block:
    say = texts("home")
    since = say["since"].format(day=_day(question.asked_at))
    where = ", ".join(part for part in (since, plain(question.team, 150)) if part)
    text = f"{plain(question.text, 500)}\n_{where}_"
    if question.taken_by:
        return section(f"{text}\n{say['taken'].format(helper=mention(question.taken_by))}")
    shown = section(text, button(say["take"], action_ids.TAKE_HANDOFF, question.id))
    shown.block_id = f"{among}:{question.id}"[:255]
    return shown


def _admin(admin: AdminView) -> list[Block]:
    say, home = texts("home"), admin.home
    points = [block for point in home.recommended[:_MOST_STORIES] for block in point_blocks(point)]
    waiting = [_open(each, "all") for each in home.open[:_MOST_WAITING]]
    lists = [block for name, lines in admin.guides.items() for block in guide_list(name, lines)]
    return [
        header(say["admin_title"].format(week=home.week.in_words)),
        section(rich(home.headline) or say["no_figures"]),
        *figure_cards(home.figures),
        *setup_blocks(admin.setup),
        *_review(admin.waiting),
        *([header(say["recommended"]), *points] if points else []),
        *_gaps(admin.gaps),
        *([header(say["waiting_title"]), *waiting] if waiting else []),
        *lists,
        divider(),
    ]


def _review(waiting: Sequence[Waiting]) -> list[Block]:
    if not waiting:
        return []
    say = texts("home")
    blocks: list[Block] = [header(say["needs_you"])]
    for each in waiting[:_MOST_WAITING]:
        text = say[f"waits_{each.review}"].format(title=plain(each.title, 150) or say["untitled"])
        shown = section(text, button(say["review"], each.review, each.id))
        shown.block_id = f"review:{each.id}"[:255]
        blocks.append(shown)
    return blocks


def _gaps(gaps: Sequence[Gap]) -> list[Block]:
    if not gaps:
        return []
    say = texts("home")
    blocks: list[Block] = [header(say["gaps"])]
    for number, each in enumerate(gaps[:_MOST_GAPS]):
        blocks += _gap(each, f"gap:{number}")
    if len(gaps) > _MOST_GAPS:
        blocks.append(context(say["more_gaps"].format(count=len(gaps) - _MOST_GAPS)))
    return blocks


def _gap(gap: Gap, block_id: str) -> list[Block]:
    text = gap_text(gap.text, gap.count)
    if gap.is_written:
        return [section(f"{text}\n{texts('gaps')['written']}")]
    if gap.dismissed_by is not None:
        return [section(text), dismissed_state(gap.text, gap.dismissed_by, block_id)]
    return gap_blocks(gap.text, gap.count, block_id)


def _stories(stories: Sequence[Story]) -> list[Block]:
    if not stories:
        return []
    return [divider(), header(texts("home")["stories"]), *(_story(each) for each in stories)]


def _story(story: Story) -> Block:
    say, title = texts("home"), _linked(plain(story.fields.title, 300), story.link)
    count, parts = story.reactions, [gain_of(story.fields), plain(story.fields.tool, 150)]
    parts.append(mention(story.account))
    if count:
        parts.append(say["reacted_one"] if count == 1 else say["reacted_many"].format(count=count))
    return section(f"*{title}*\n{' · '.join(part for part in parts if part)}")


def _linked(text: str, link: str) -> str:
    """A text on one line as a link, where there is one."""
    if not link.startswith(("https://", "http://")):
        return text
    return f"<{link}|{' '.join(text.split()).replace('|', '¦')}>"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"
