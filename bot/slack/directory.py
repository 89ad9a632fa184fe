"""Who is in the Slack workspace, and in which of some user groups: for the roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from adoption.people.slack_roster import SlackMember
from bot.errors import SettingsWrong, SlackUnreachable
from bot.slack.errors import SlackError, SlackRefused, when_allowed
from bot.slack.gateway import SlackGateway

# As many as Slack recommends to ask for at a time.
_PAGE = 200
_SLACKBOT = "USLACKBOT"
Progress = Callable[[int], None]


def teams_named(groups: Sequence[str]) -> dict[str, str]:
    """User groups by handle with their team; without a name the handle is the team.

    Raises:
        SettingsWrong: what stands there names no user group.
    """
    named = {}
    for each in groups:
        handle, _, team = each.partition("=")
        handle, team = handle.strip().removeprefix("@"), team.strip()
        if not handle or len(team) > 255:
            raise SettingsWrong(f"“{each}” names no user group; write it like sales-eu=Sales.")
        named[handle] = team or handle
    return named


def people_in(
    slack: SlackGateway, teams: Mapping[str, str], progress: Progress = lambda done: None
) -> list[SlackMember]:
    """Everybody in the workspace but bots and people of other companies, closed accounts marked.

    Args:
        teams: user groups by handle, each with the name of the team that it stands for. Who is
            in several of them is in the team that is named first.

    Raises:
        SettingsWrong: there is no such user group.
        SlackUnreachable: Slack does not answer, or refuses.
    """
    try:
        home = when_allowed(lambda: slack.team)
        team_of = _teams(slack, teams) if teams else {}
        found = []
        for person in slack.users():
            if _counts(person, home):
                found.append(_seen(person, home, team_of))
                progress(len(found))
    except SlackRefused as error:
        raise SlackUnreachable(_in_words(error)) from error
    except SlackError as error:
        raise SlackUnreachable("Slack does not answer. Check the network and try again.") from error
    return found


def _counts(person: Mapping[str, Any], home: str) -> bool:
    stranger = person.get("is_stranger") or person.get("team_id", home) != home
    return not (person.get("is_bot") or person.get("id") == _SLACKBOT or stranger)


def _seen(person: Mapping[str, Any], home: str, teams: Mapping[str, str]) -> SlackMember:
    profile = cast(dict[str, Any], person.get("profile") or {})
    return SlackMember(
        account=f"{home}:{person['id']}",
        name=str(profile.get("real_name") or person.get("real_name") or "").strip(),
        # Slack gives addresses only to apps that may read them.
        email=str(profile.get("email") or "").strip() or None,
        team=teams.get(str(person["id"])),
        gone=bool(person.get("deleted")),
    )


def _teams(slack: SlackGateway, teams: Mapping[str, str]) -> dict[str, str]:
    """The team of each user id in the user groups."""
    groups = when_allowed(slack.user_groups)
    ids = {str(group["handle"]).casefold(): str(group["id"]) for group in groups}
    found: dict[str, str] = {}
    for handle, team in teams.items():
        id = ids.get(handle.casefold().removeprefix("@"))
        if id is None:
            there = ", ".join(sorted(ids)) or "none"
            raise SettingsWrong(f"There is no user group @{handle}. Slack has: {there}.")
        for user in _members(slack, id):
            found.setdefault(user, team)
    return found


def _members(slack: SlackGateway, group: str) -> list[str]:
    return when_allowed(lambda: slack.user_group(group))


def _in_words(error: SlackRefused) -> str:
    if error.code == "missing_scope":
        needed = error.needed or "users:read, usergroups:read"
        return (
            f"Slack does not let Uptake read that ({needed}). Put the present manifest into the "
            "app's pages (`uptake manifest` prints it) and install the app again."
        )
    return f"Slack does not say who is there ({error.code}). Check SLACK_BOT_TOKEN."
