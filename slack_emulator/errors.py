"""How the workspace says no: to the app in Slack's words, to its owner in plain ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class SlackError(Exception):
    """An error answer of the Web API.

    Attributes:
        code: Slack's name of the error, such as `channel_not_found`.
        status: The HTTP status; Slack answers most errors with 200.
        headers: Headers of the answer.
        fields: What the answer says besides.
    """

    def __init__(
        self,
        code: str,
        *,
        messages: Sequence[str] = (),
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> None:
        """Take the code and, where Slack gives them, messages that point at the fault."""
        super().__init__(code if not messages else f"{code}: {'; '.join(messages)}")
        self.code = code
        self.status = status
        self.headers = dict(headers or {})
        self.fields = fields
        if messages:
            self.fields["response_metadata"] = {"messages": list(messages)}

    def body(self) -> dict[str, Any]:
        """Return the JSON answer."""
        return {"ok": False, "error": self.code, **self.fields}


class WorkspaceError(Exception):
    """Something the owner of the workspace gave it cannot be used; says what to do."""


class NotDelivered(Exception):
    """The app did not answer in time; the message is for the person who acted."""


class PageError(Exception):
    """Something the person asked for on the page cannot be done; the words are shown to them."""
