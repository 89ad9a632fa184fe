"""What happens to a success story: saved, reviewed, posted, indexed, and its reactions counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from adoption.privacy.models import RestrictedAction
from adoption.submissions.models import State
from adoption.submissions.schemas import StoryFields
from adoption.submissions.submissions import Story
from bot.container import Container, JobContext
from bot.features.stories import blocks
from bot.features.stories.files import as_markdown
from bot.guides.published_files import write_guides
from bot.jobs.job import job
from bot.slack.messages import PUBLIC, Place
from bot.submissions.workflow import Decided, Workflow, ask_for_review, decide

# Slack takes some hundred Home tabs a minute.
_MOST_HOMES = 50


@dataclass(frozen=True)
class DraftWritten:
    """What the dialog holds.

    Attributes:
        at: when it was written, in seconds since 1970; the newest draft is kept.
        closed: whether the dialog was closed with it.
    """

    account: str
    story: str
    fields: StoryFields
    at: float
    closed: bool = False


@dataclass(frozen=True)
class StorySent:
    """A story that its author submits for review."""

    account: str
    story: str


@dataclass(frozen=True)
class Reacted:
    """A message in the stories channel that somebody reacted to."""

    channel: str
    ts: str


@job("stories.save_draft", version=1)
def save_draft(context: JobContext, draft: DraftWritten) -> None:
    """Saves a draft."""
    container, at = context.container, datetime.fromtimestamp(draft.at, UTC)
    save = container.record.stories.save_draft
    context.step(save, draft.story, draft.account, draft.fields, at)
    if draft.closed:
        container.refresh_home(context, [draft.account])


@job("stories.submit", version=1)
def submit(context: JobContext, sent: StorySent) -> None:
    """Submits a story, and asks the admins to decide."""
    submit_story = context.container.record.stories.submit
    if context.step(submit_story, sent.story, sent.account, context.enqueued_at):
        ask_for_review(context, WORKFLOW, sent.story)


@job("stories.decide", version=1)
def decide_story(context: JobContext, decided: Decided[StoryFields]) -> None:
    """Carries out what an admin decides."""
    story = decide(context, WORKFLOW, decided)
    if story is not None and story.state is State.PUBLISHED:
        container = context.container
        recent = context.step(container.record.home_views.accounts, most=_MOST_HOMES)
        container.refresh_home(context, recent)


@job("stories.count_reactions", version=1)
def count_reactions(context: JobContext, reacted: Reacted) -> None:
    """Counts who reacted to a story."""
    stories, slack = context.container.record.stories, context.container.slack
    if context.step(stories.is_message, reacted.channel, reacted.ts):
        count = context.slack(slack.reactions, reacted.channel, reacted.ts)
        if count is not None:
            context.step(stories.set_reactions, reacted.channel, reacted.ts, count)


JOBS = (save_draft, submit, decide_story, count_reactions)


def _publish(context: JobContext, story: Story) -> Story:
    """Posts a story and brings it into the index."""
    container = context.container
    channel, slack = container.settings.stories_channel, container.slack
    message = blocks.story_message(story)
    posted = context.post_once("story", Place(channel), message) if channel else None
    if posted is not None:
        link = context.slack(slack.permalink, posted.channel, posted.ts) or ""
        set_message = container.record.stories.set_message
        context.step(set_message, story.id, posted.channel, posted.ts, link)
        story = replace(story, channel=posted.channel, ts=posted.ts, link=link)
    context.step(_index, container)
    return story


def _index(container: Container) -> None:
    """Writes the published stories as files and brings the index up to date."""
    guides = {story.id: as_markdown(story) for story in container.record.stories.published()}
    write_guides(guides, container.settings.stories_dir)
    container.sync.content()


def _story(container: Container, id: str) -> Story | None:
    return container.record.stories.get(id)


WORKFLOW = Workflow(
    action=RestrictedAction.STORY,
    approve=blocks.APPROVE,
    review=blocks.REVIEW,
    submissions=lambda record: record.stories,
    get=_story,
    shown=lambda story: blocks.story_blocks(story.fields, story.account),
    notice=blocks.review_notice,
    author=blocks.author_line,
    publish=_publish,
    author_message=blocks.author_message,
    audiences=lambda story: PUBLIC,
)
