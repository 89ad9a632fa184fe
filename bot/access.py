"""What only admins may do: checked, refused, and every refused attempt logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from bot.api.mcp_settings import WriteTool
from bot.container import Container, JobContext
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import account_of
from bot.slack.view_values import trigger_in, value_in
from ingest.parse.audiences import ADMINS

NOT_ALLOWED = "Only an admin of the programme can do that. Nothing was changed."


@dataclass(frozen=True)
class Attempt:
    """What somebody tried.

    Attributes:
        about: what it was about, as the audit log names it: a channel, a week, a story.
        url: of the interaction on which they are answered; empty for a direct message.
        refusal: the reply to somebody who is not an admin; none where it is empty.
    """

    account: str
    act: RestrictedAction
    about: str = ""
    url: str = ""
    refusal: str = NOT_ALLOWED


def is_allowed(context: JobContext, attempt: Attempt) -> bool:
    """Whether whoever tried is an admin; if not, stores the attempt and replies to them."""
    if context.step(context.container.admins.is_admin, attempt.account):
        return True
    _refuse(context, attempt)
    return False


def turn_away(container: Container, attempt: Attempt, key: str) -> None:
    """Stores, in a job, an attempt that a listener refused, and replies to the person.

    Args:
        key: names the press, command or dialog.
    """
    container.jobs.enqueue(refuse, attempt, key=key)


@job("access.refuse", version=1)
def refuse(context: JobContext, attempt: Attempt) -> None:
    """Stores a refused attempt, and replies to the person."""
    _refuse(context, attempt)


@dataclass(frozen=True)
class Reply:
    """A sentence for whoever pressed something."""

    account: str
    url: str
    text: str


@job("access.reply", version=1)
def send_reply(context: JobContext, reply: Reply) -> None:
    """Answers somebody where they pressed."""
    context.reply("reply", reply.url, reply.account, line(reply.text))


JOBS = (refuse, send_reply)


def is_admin_press(
    container: Container,
    action: Mapping[str, Any],
    body: Mapping[str, Any],
    context: BoltContext,
    act: RestrictedAction,
    about: str = "",
    refusal: str = NOT_ALLOWED,
) -> bool:
    """Whether an admin pressed a button; others get a reply, and the attempt is logged.

    Raises:
        SlackError: Slack does not say who is an admin.
    """
    account, url = account_of(context), str(body.get("response_url") or "")
    if container.admins.is_admin(account):
        return True
    turn_away(container, Attempt(account, act, about, url, refusal), _key_of(action, account))
    return False


def logs_allowed(container: Container) -> frozenset[WriteTool]:
    """What admins let AI tools log, of what the settings let them allow."""
    on = container.record.allowed_logs.all()
    return frozenset(each for each in container.settings.mcp_writes if each in on)


def opens_for_admins(
    container: Container,
    act: RestrictedAction,
    dialog_of: Callable[[str, str], View | None],
    *,
    refusal: str = NOT_ALLOWED,
    missing: str = "",
    about_of: Callable[[str], str] = str,
) -> Callable[..., None]:
    """A listener for a button that opens a dialog, for admins only.

    Args:
        dialog_of: the dialog for the action and value of the button; None where what it is about
            is not there any more.
        refusal: the reply to somebody who is not an admin.
        missing: the reply to an admin where `dialog_of` returns None; none if empty.
        about_of: what the audit log says the attempt was about, from the button's value.
    """

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        value = value_in(action)
        if is_admin_press(container, action, body, context, act, about_of(value), refusal):
            dialog = dialog_of(str(action["action_id"]), value)
            if dialog is not None:
                trigger, reader = trigger_in(body), context.user_id or ""
                container.slack.open_dialog(
                    trigger, dialog, audiences=frozenset({ADMINS}), reader=reader
                )
            elif missing:
                account, url = account_of(context), str(body.get("response_url") or "")
                reply = Reply(account, url, missing)
                container.jobs.enqueue(send_reply, reply, key=_key_of(action, account))
        ack()

    return pressed


def _key_of(action: Mapping[str, Any], account: str) -> str:
    return f"{action['action_id']}:{action['action_ts']}:{account}"


def _refuse(context: JobContext, attempt: Attempt) -> None:
    add, at = context.container.record.refused_actions.add, context.enqueued_at
    context.step(add, context.id, attempt.account, attempt.act, attempt.about, at)
    if attempt.refusal:
        context.reply("refused", attempt.url, attempt.account, line(attempt.refusal))
