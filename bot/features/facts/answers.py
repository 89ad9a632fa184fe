"""Answers from roster, roles and tools to whoever asks."""

from __future__ import annotations

from pathlib import Path

from bot.answering.facts import Asking, Fact, FactAnswer, examples_in
from bot.container import Container
from bot.slack.identity import user_of
from bot.texts import texts


def champion(container: Container, asking: Asking) -> FactAnswer:
    """Who the champions of the asker's team are."""
    say, roles = texts("facts"), container.record.roles
    team = container.record.roster.team_of(asking.account)
    if team is None:
        return _unknown(container, "not_listed")
    if not team:
        return _unknown(container, "no_team")
    others = tuple(roles.champions_for(asking.account))
    own = roles.champion(asking.account)
    names = _names(container, others)
    if own is not None and own.team == team:
        text = say["own_champion"].format(team=team)
        return FactAnswer(
            f"{text} {say['with_you'].format(names=names)}" if names else text, others
        )
    if not names:
        return _unknown(container, "no_champion", team=team)
    name = "champions" if len(others) > 1 else "champion"
    return FactAnswer(say[name].format(team=team, names=names), others)


def tools(container: Container, asking: Asking) -> FactAnswer:
    """Which tools the asker has."""
    if container.record.roster.team_of(asking.account) is None:
        return _unknown(container, "not_listed")
    mine = container.record.tools.of(asking.account)
    wanted = [tool for tool in asking.tools if tool not in mine]
    if wanted:
        missing = _unknown(container, "without_tool", tools=_joined(wanted))
        return FactAnswer(f"{missing.text} {_have(mine)}".strip())
    return FactAnswer(_have(mine)) if mine else _unknown(container, "no_tools")


def wave(container: Container, asking: Asking) -> FactAnswer:
    """Which wave the asker is in, and from when on they may use the tools, or one of them."""
    say = texts("facts")
    start = container.record.waves.go_live_of(asking.account)
    if start is None:
        return _unknown(container, "not_listed")
    if not start.wave and start.on is None:
        return _unknown(container, "no_wave")
    parts = [say["wave"].format(wave=start.wave) if start.wave else say["without_wave"]]
    if start.on is not None:
        has_come = start.on <= container.now().astimezone(container.settings.zone).date()
        when = ("late" if start.is_planned else "since") if has_come else "from"
        parts.append(say[when].format(day=f"{start.on.day} {start.on:%B %Y}"))
    mine = container.record.tools.of(asking.account)
    wanted = [tool for tool in asking.tools if tool not in mine]
    if wanted:
        parts.append(_unknown(container, "without_tool", tools=_joined(wanted)).text)
    return FactAnswer(" ".join(parts))


def owner(container: Container, asking: Asking) -> FactAnswer | None:
    """Who owns a tool; None where the question names no tool, which the guides may explain."""
    if len(asking.tools) != 1:
        return None
    say, tool = texts("facts"), asking.tools[0]
    known = next((each for each in container.record.tools.all() if each.name == tool), None)
    if known is None or not known.owner:
        return _unknown(container, "no_owner", tool=tool)
    contacts = (known.owner,) if user_of(known.owner) else ()
    name = _names(container, contacts) or known.owner
    return FactAnswer(say["owner"].format(tool=tool, owner=name), contacts)


_EXAMPLES = examples_in(Path(__file__).parent / "examples.toml")
FACTS = (
    Fact("champion", _EXAMPLES["champion"], champion, _EXAMPLES["guides"]),
    Fact("tools", _EXAMPLES["tools"], tools),
    Fact("wave", _EXAMPLES["wave"], wave),
    Fact("owner", _EXAMPLES["owner"], owner),
)


def _have(tools: list[str]) -> str:
    return texts("facts")["tools"].format(tools=_joined(tools)) if tools else ""


def _unknown(container: Container, name: str, **values: str) -> FactAnswer:
    """What the record does not say, and whom to ask."""
    say = texts("facts")
    where = container.settings.help_channel
    ask = say["ask_channel"].format(where=container.slack.name_of(where)) if where else ""
    return FactAnswer(f"{say[name].format(**values)} {ask or say['ask_team']}")


def _names(container: Container, accounts: tuple[str, ...]) -> str:
    """The names of people, as Slack has them."""
    say = texts("facts")
    named = (container.slack.name_of(user_of(each)) for each in accounts)
    return _joined([name or say["colleague"] for name in named])


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
