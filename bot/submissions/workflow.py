"""Brings a submission to the admins, and carries out what they decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic

from slack_sdk.models.blocks import Block

from adoption.privacy.models import RestrictedAction
from adoption.record import Record
from adoption.submissions.models import State
from adoption.submissions.schemas import Fields
from adoption.submissions.submissions import Decision, Submission, Submissions
from bot.access import Attempt, is_allowed
from bot.admin_messages import reach_admins
from bot.container import Container, JobContext
from bot.slack.blocks import actions, button, context, line, section
from bot.slack.identity import mention, user_of
from bot.slack.messages import PUBLIC, Message, Place, Posted
from bot.slack.mrkdwn import plain
from bot.texts import texts


@dataclass(frozen=True)
class Workflow(Generic[Fields]):
    """One kind of submission, as the review needs it.

    Attributes:
        approve, review: action ids of the buttons under what awaits review.
        get: reads one submission.
        shown: what reviewers see of it.
        notice: the review in one line, escaped.
        author: says who wants it, escaped.
        publish: what publishing takes, as steps of a job; the submission afterwards.
        author_message: the message to its author about its state.
        audiences: who may be shown what it says while it is reviewed.
    """

    action: RestrictedAction
    approve: str
    review: str
    submissions: Callable[[Record], Submissions[Fields]]
    get: Callable[[Container, str], Submission[Fields] | None]
    shown: Callable[[Submission[Fields]], list[Block]]
    notice: Callable[[Submission[Fields]], str]
    author: Callable[[Submission[Fields]], str]
    publish: Callable[[JobContext, Submission[Fields]], Submission[Fields]]
    author_message: Callable[[Submission[Fields]], Message]
    audiences: Callable[[Submission[Fields]], frozenset[str]]


@dataclass(frozen=True)
class Decided(Generic[Fields]):
    """What somebody decided about a submission.

    Attributes:
        edited: what it says from then on; None leaves it.
    """

    account: str
    id: str
    state: State
    note: str = ""
    url: str = ""
    edited: Fields | None = None


def ask_for_review(context: JobContext, workflow: Workflow[Fields], id: str) -> None:
    """Asks the admins to decide about a submission, and thanks its author."""
    container = context.container
    submission = context.step(workflow.get, container, id)
    if submission is None:
        return
    waiting = replace(submission, state=State.AWAITING, note="")

    def ask(place: str) -> Posted | None:
        message = context.step(_message_at, container, workflow, waiting, place)
        return context.post_once(f"review {place}", Place(place), message)

    posted = [(each.channel, each.ts) for each in reach_admins(context, ask)]
    submissions = workflow.submissions(container.record)
    context.step(submissions.set_review_messages, id, posted)
    thanks = workflow.author_message(waiting)
    context.post_once("thanks", Place(user_of(waiting.account)), thanks)
    container.refresh_home(context, [waiting.account], admins=True)


def decide(
    context: JobContext, workflow: Workflow[Fields], decided: Decided[Fields]
) -> Submission[Fields] | None:
    """Carries out a decision; of two at once, one counts.

    Returns:
        The submission afterwards; None where nothing was decided.
    """
    container, words = context.container, texts("submissions")["not_admin"]
    attempt = Attempt(decided.account, workflow.action, decided.id, decided.url, words)
    if not is_allowed(context, attempt):
        return None
    decision = Decision(
        decided.state,
        context.id,
        decided.account,
        context.enqueued_at,
        decided.note,
        decided.edited,
    )
    submissions = workflow.submissions(container.record)
    won = context.step(submissions.decide, decided.id, decision)
    submission = context.step(workflow.get, container, decided.id)
    if submission is None or not won:
        _tell_slower(context, decided, submission)
        return None
    if decided.state is State.PUBLISHED:
        submission = workflow.publish(context, submission)
    for channel, ts in submission.review_messages:
        message = context.step(_message_at, container, workflow, submission, channel)
        context.slack(container.slack.update, channel, ts, message)
    if user_of(submission.account):
        author = Place(user_of(submission.account))
        context.post_once("author", author, workflow.author_message(submission))
    container.refresh_home(context, [submission.account], admins=True)
    return submission


def _tell_slower(
    context: JobContext, decided: Decided[Fields], submission: Submission[Fields] | None
) -> None:
    say = texts("submissions")
    if submission is None:
        text = say["gone"]
    elif submission.decided_by:
        text = say["faster"].format(admin=mention(submission.decided_by))
    else:
        text = say["by_author"]
    context.reply("slower", decided.url, decided.account, line(text))


def _message_at(
    container: Container, workflow: Workflow[Fields], submission: Submission[Fields], place: str
) -> Message:
    audiences = workflow.audiences(submission)
    whole = container.visibility.may_be_shown(audiences, Place(place))
    return review_message(workflow, submission, whole)


def review_message(
    workflow: Workflow[Fields], submission: Submission[Fields], whole: bool = True
) -> Message:
    """Asks an admin to decide, or says what was decided.

    Args:
        whole: whether what is submitted is shown; otherwise admins open it.
    """
    say = texts("submissions")
    body: list[Block] = [section(say["restricted"])]
    if whole:
        body = workflow.shown(submission)
    notice = workflow.notice(submission) if whole else say["restricted"]
    blocks: list[Block] = [context(workflow.author(submission)), *body]
    if submission.state is State.AWAITING:
        approve = button(say["approve"], workflow.approve, submission.id, "primary")
        review = button(say["review"], workflow.review, submission.id)
        blocks.append(actions(approve, review) if whole else actions(review))
    else:
        verdict = say[f"verdict_{submission.state.name.lower()}"]
        blocks.append(context(verdict.format(admin=mention(submission.decided_by))))
        if submission.note and whole:
            note = plain(submission.note, 2500)
            blocks.append(context(say["shown_note"].format(note=note)))
    audiences = workflow.audiences(submission) if whole else PUBLIC
    return Message.of(notice, *blocks, audiences=audiences)
