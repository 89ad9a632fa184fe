"""How the app behaves in each channel: when it answers, to whom, and from what."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from adoption.channels.models import AnswerMode, ChannelRuleRow
from adoption.db.writes import replace, write_lock


@dataclass(frozen=True)
class ChannelRule:
    """The rule of a channel; the default is that of a channel nobody has set anything for.

    Attributes:
        only_asker: whether an answer is shown to the asker alone, who may share it.
        kinds: of guides to answer from; empty for all.
        tools: whose guides to answer from, beside those about any; empty for all.
        helper: Slack id of the person to hand a question over to.
    """

    mode: AnswerMode = AnswerMode.MENTIONED
    only_asker: bool = False
    kinds: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    helper: str | None = None

    @classmethod
    def of(cls, values: dict[str, Any]) -> ChannelRule:
        """The rule that a row of the table holds."""
        return cls(
            AnswerMode(values["mode"]),
            bool(values["only_asker"]),
            tuple(values["kinds"]),
            tuple(values["tools"]),
            values["helper"],
        )


DEFAULT = ChannelRule()
_REMEMBERED_SECONDS = 10.0


@dataclass(frozen=True)
class RuleChange:
    """Who set a rule last, and when; the account is empty where they erased their data."""

    account: str
    at: datetime


class ChannelRules:
    """The rules of all channels."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, tuple[ChannelRule, float]] = {}

    def get(self, channel: str) -> ChannelRule:
        """The rule of a channel, as it was ten seconds ago at most.

        Every message in a channel asks for it, and every step of an answer.
        """
        now = time.monotonic()
        rule, read_at = self._known.get(channel, (DEFAULT, -_REMEMBERED_SECONDS))
        if now - read_at >= _REMEMBERED_SECONDS:
            rule = self._read(channel)
            self._known[channel] = rule, now
        return rule

    def _read(self, channel: str) -> ChannelRule:
        columns = [getattr(ChannelRuleRow, name) for name in ChannelRule.__dataclass_fields__]
        query = select(*columns).where(ChannelRuleRow.channel == channel)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return DEFAULT if row is None else ChannelRule.of(dict(row._mapping))

    def last_change(self, channel: str) -> RuleChange | None:
        """Who set the rule of a channel, and when; None where nobody has."""
        query = select(ChannelRuleRow.set_by, ChannelRuleRow.set_at)
        with self._engine.connect() as connection:
            row = connection.execute(query.where(ChannelRuleRow.channel == channel)).first()
        return None if row is None else RuleChange(row.set_by, row.set_at)

    def set(self, channel: str, rule: ChannelRule, set_by: str, set_at: datetime) -> None:
        """Stores the rule of a channel in place of an older one."""
        row = asdict(rule) | {"channel": channel, "set_by": set_by, "set_at": set_at}
        row |= {"kinds": list(rule.kinds), "tools": list(rule.tools)}
        with write_lock(self._engine) as connection:
            replace(connection, ChannelRuleRow, [row], newer_by="set_at")
        self._known.pop(channel, None)
