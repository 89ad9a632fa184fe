"""What Slack answers when it does not do what it was asked: final, limited for now, or to retry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from slack_sdk.errors import SlackApiError, SlackClientError

from uptake import UptakeError

T = TypeVar("T")

# The codes after which another try gives the same answer, by what they are about. Everything
# else is tried again: https://docs.slack.dev/reference/methods lists the codes of each method.
_FINAL = frozenset(
    (
        # The token, the app's rights, the method itself.
        "invalid_auth not_authed account_inactive token_revoked token_expired missing_scope "
        "not_allowed_token_type no_permission access_denied ekm_access_denied unknown_method "
        "feature_not_enabled not_enabled method_deprecated "
        # The channel or person.
        "channel_not_found is_archived not_in_channel user_not_in_channel restricted_action "
        "user_not_found users_not_found user_disabled cannot_dm_bot messages_tab_disabled "
        "cannot_reply_to_message "
        # The message, thread, view or file.
        "message_not_found thread_not_found not_found no_reaction file_not_found view_not_found "
        "cant_update_message cant_delete_message edit_window_closed hash_conflict "
        "message_not_in_streaming_state not_allowed expired_trigger_id exchanged_trigger_id "
        "trigger_expired invalid_trigger_id duplicate_external_id push_limit_reached "
        # What was sent.
        "invalid_arguments invalid_arg_name invalid_blocks invalid_blocks_format msg_too_long "
        "msg_blocks_too_long no_text view_too_large invalid_metadata_format "
        "metadata_too_large restricted_action_read_only_channel"
    ).split()
)
_USUAL_WAIT = 1.0


class SlackError(UptakeError):
    """Slack did not do what it was asked.

    Attributes:
        code: Slack's word for why, or the name of the network's error.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class SlackRefused(SlackError):
    """Slack refuses; another try gives the same.

    Attributes:
        needed: the scopes that are missing; empty where the reason is another one.
    """

    def __init__(self, code: str, needed: str = "") -> None:
        super().__init__(code, f"Slack refuses ({code}).")
        self.needed = needed


class SlackUnavailable(SlackError):
    """Slack does not answer, or has a fault of its own; another try may succeed."""


class SlackDown(SlackUnavailable):
    """The network fails, or Slack answers nothing that it knows; it may take an hour."""


class SlackRateLimited(SlackUnavailable):
    """Slack asks to be called again after some seconds; nothing was done.

    Attributes:
        seconds: as Slack's `Retry-After` says.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited", f"Slack asks to be called again in {seconds:g} s.")
        self.seconds = seconds


def code_of(error: SlackApiError) -> str:
    """Slack's word for what went wrong."""
    return str(error.response.get("error") or "")


def is_final(code: str) -> bool:
    """Whether another try would give the same."""
    return code in _FINAL


def retry_after(error: SlackApiError) -> float:
    """The seconds that Slack asks to be left alone."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        return max(float(headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return _USUAL_WAIT


@contextmanager
def translated() -> Iterator[None]:
    """Turns slack_sdk's errors into this module's.

    Raises:
        SlackRefused: the code is final.
        SlackRateLimited: Slack answered 429.
        SlackDown: the network failed, or Slack's servers do.
        SlackUnavailable: any other code.
    """
    try:
        yield
    except SlackApiError as error:
        raise translation_of(error) from error
    except (SlackClientError, OSError) as error:
        kind = type(error).__name__
        raise SlackDown(kind, f"Slack does not answer ({kind}).") from error


def translation_of(error: SlackApiError) -> SlackError:
    """This module's error for one of slack_sdk's."""
    code = code_of(error)
    if error.response.status_code == 429 or code == "ratelimited":
        return SlackRateLimited(retry_after(error))
    if is_final(code):
        return SlackRefused(code, str(error.response.get("needed") or ""))
    if error.response.status_code >= 500:
        return SlackDown(code, f"Slack's servers have a fault ({error.response.status_code}).")
    return SlackUnavailable(code, f"Slack has a fault ({code}).")


def when_allowed(call: Callable[[], T]) -> T:
    """What `call` returns; waits as long as Slack says whenever it limits the rate."""
    while True:
        try:
            return call()
        except SlackRateLimited as error:
            time.sleep(error.seconds)
