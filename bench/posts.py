"""Answers that a bot posted in the emulator, and what can be said of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_emulator import LocalWorkspace


@dataclass(frozen=True)
class Post:
    """An answer that was posted: when, where, and the question's timestamp."""

    at: float
    channel: str
    thread: str


def posted(slack: LocalWorkspace, since: float = 0.0) -> list[Post]:
    """The answers that were posted from a moment on."""
    return [
        Post(call.at, call.arguments["channel"], call.arguments["thread_ts"])
        for call in slack.calls("chat.postMessage")
        if not call.error and call.at >= since
    ]


def quantile(values: Sequence[float], share: float) -> float:
    """The value in sorted ones below which a share lies; -1 where there is none."""
    return round(values[min(int(len(values) * share), len(values) - 1)], 3) if values else -1.0


def busiest(posts: Sequence[Post], window: float) -> int:
    """The most posts in one channel within so many seconds."""
    most = 0
    for channel in {post.channel for post in posts}:
        times = sorted(post.at for post in posts if post.channel == channel)
        for number, at in enumerate(times):
            most = max(most, sum(1 for each in times[number:] if each < at + window))
    return most


def disordered(posts: Sequence[Post]) -> int:
    """How many answers overtook that to an older question in the same channel."""
    last: dict[str, float] = {}
    count = 0
    for post in posts:
        count += float(post.thread) < last.get(post.channel, 0.0)
        last[post.channel] = max(last.get(post.channel, 0.0), float(post.thread))
    return count
