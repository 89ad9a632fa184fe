"""The dialog of roles: who is an admin, and who is a champion of which team."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.roles.roles import Champion
from bot.slack.blocks import button, context, header, modal, section, text_input, users_input
from bot.slack.identity import mention, user_of
from bot.slack.mrkdwn import plain
from bot.texts import texts

ROLES_DIALOG, TRAINED = "roles", "champion_trained"
CHOSEN, TEAM = "champions", "team"
LONGEST_TEAM = 100
_MOST_LISTED = 60
_MOST_CHOSEN = 100


def roles_dialog(champions: Sequence[Champion], admins: Sequence[str], by_setting: bool) -> View:
    """Lists admins, and champions with team and training; lets an admin choose the champions.

    Args:
        admins: Slack ids of those who are known.
        by_setting: whether the setting names them, and not the workspace.
    """
    say = texts("roles")
    users = [user for each in champions[:_MOST_CHOSEN] if (user := user_of(each.account))]
    listed: list[Block] = [_listed(each) for each in champions[:_MOST_LISTED]]
    blocks: list[Block] = [
        *_admins(admins, by_setting),
        header(say["champions"]),
        *(listed or [section(say["no_champions"])]),
        users_input(
            CHOSEN, say["chosen"], users, hint=say["chosen_hint"], placeholder=say["choose"]
        ),
        text_input(
            TEAM,
            say["team"],
            optional=True,
            multiline=False,
            most=LONGEST_TEAM,
            hint=say["team_hint"],
        ),
    ]
    # Who was a champion when the dialog opened: others may be named while it is open.
    return modal(ROLES_DIALOG, say["title"], blocks, submit=say["save"], metadata=" ".join(users))


def _admins(admins: Sequence[str], by_setting: bool) -> list[Block]:
    say = texts("roles")
    shown = ", ".join(mention(user) for user in admins[:_MOST_LISTED])
    if by_setting:
        return [header(say["admins"]), section(shown), context(say["by_setting"])]
    known: list[Block] = [context(say["known"].format(admins=shown))] if shown else []
    return [header(say["admins"]), section(say["by_workspace"]), *known]


def _listed(champion: Champion) -> Block:
    say, who = texts("roles"), mention(champion.account)
    team = plain(champion.team, 300) or say["no_team"]
    if champion.trained_on:
        day = say["trained"].format(day=champion.trained_on)
        return section(f"{who} · {team} · {day}")
    mark = button(say["mark_trained"], TRAINED, champion.account)
    return section(f"{who} · {team} · {say['not_trained']}", mark)
