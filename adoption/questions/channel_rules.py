"""How the app behaves in each channel: when it answers, to whom, and from what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from adoption.people.directory import writing
from adoption.questions.desk_models import ChannelRule, Hearing
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class Rule:
    """The rule of a channel; the default is that of a channel nobody has set anything for.

    Attributes:
        only_asker: whether an answer is shown to the asker alone, who may share it.
        kinds: of guides to answer from; empty for all.
        tools: whose guides to answer from, beside those about any; empty for all.
        helper: Slack id of the person to hand a question over to.
    """

    hearing: Hearing = Hearing.MENTIONED
    only_asker: bool = False
    kinds: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    helper: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, which is what a durable job keeps."""
        return asdict(self) | {"hearing": self.hearing.value}

    @classmethod
    def of(cls, values: dict[str, Any]) -> Rule:
        """The rule that `as_dict` took apart."""
        return cls(
            Hearing(values["hearing"]),
            bool(values["only_asker"]),
            tuple(values["kinds"]),
            tuple(values["tools"]),
            values["helper"],
        )


DEFAULT = Rule()


def rule_of(engine: Engine, channel: str) -> Rule:
    """The rule of a channel."""
    columns = [getattr(ChannelRule, name) for name in Rule.__dataclass_fields__]
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(ChannelRule.channel == channel)).first()
    return DEFAULT if row is None else Rule.of(dict(row._mapping))


def keep_rule(engine: Engine, channel: str, rule: Rule, set_by: str, set_at: datetime) -> None:
    """Writes the rule of a channel down, in place of an older one."""
    row = rule.as_dict() | {"channel": channel, "set_by": set_by, "set_at": set_at}
    row |= {"hearing": rule.hearing, "kinds": list(rule.kinds), "tools": list(rule.tools)}
    with writing(engine) as connection:
        insert = upsert(connection, ChannelRule)
        renewed = {name: insert.excluded[name] for name in row if name != "channel"}
        newer = insert.on_conflict_do_update(
            index_elements=["channel"],
            set_=renewed,
            where=ChannelRule.set_at <= insert.excluded.set_at,
        )
        connection.execute(newer, [row])
