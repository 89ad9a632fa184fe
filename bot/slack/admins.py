"""Who administers the programme; the one place that decides it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 300.0


class Admins:
    """Knows who may decide: those the setting names, or else the workspace's own admins."""

    def __init__(self, client: WebClient, named: Sequence[str], clock: Callable[[], float]) -> None:
        self._client = client
        self._named = frozenset(named)
        self._clock = clock
        self._known: dict[str, tuple[bool, float]] = {}
        self._lock = threading.Lock()

    @property
    def named(self) -> list[str]:
        """The user ids that the setting names."""
        return sorted(self._named)

    def knows(self, user: str) -> bool:
        """Whether a user is an admin; nobody is while Slack does not say."""
        if self._named:
            return user in self._named
        now = self._clock()
        with self._lock:
            known = self._known.get(user)
        if known is not None and now - known[1] < _REMEMBERED_SECONDS:
            return known[0]
        try:
            made = self._client.users_info(user=user)
        except (SlackApiError, OSError) as error:
            log.warning("Slack does not say who is an admin: %s", type(error).__name__)
            return False
        found = cast(dict[str, Any], made.get("user") or {})
        is_admin = bool(found.get("is_admin") or found.get("is_owner"))
        with self._lock:
            self._known[user] = (is_admin, now)
        return is_admin
