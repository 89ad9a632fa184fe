"""The dialog of roles: who is an admin, and in which admins name champions."""

from __future__ import annotations

from collections.abc import Sequence

from adoption.people.roles import Champion
from bot.slack.blocks.parts import (
    Block,
    button,
    context,
    header,
    label,
    modal,
    named,
    section,
    text_input,
    user_of,
)
from bot.slack.mrkdwn import plain
from bot.texts import texts

ROLES_DIALOG, CHOSEN, TEAM, TRAINED = (
    "champions",
    "champions_chosen",
    "champions_team",
    "champion_trained",
)
LONGEST_TEAM = 100
_MOST_LISTED = 60
_MOST_CHOSEN = 100
_MOST_ADMINS = 60


def roles_dialog(champions: Sequence[Champion], admins: Sequence[str], by_setting: bool) -> Block:
    """Lists admins, and champions with team and training; lets one choose the champions.

    Args:
        admins: Slack ids of those who are known.
        by_setting: whether the setting names them, and not the workspace.
    """
    say = texts("roles")
    blocks = [*_admins(admins, by_setting), header(say["champions"])]
    blocks += [_listed(each) for each in champions[:_MOST_LISTED]]
    if not champions:
        blocks.append(section(say["no_champions"]))
    chosen: Block = {
        "type": "multi_users_select",
        "action_id": CHOSEN,
        "placeholder": label(say["choose"]),
        "max_selected_items": _MOST_CHOSEN,
    }
    users = [user for each in champions[:_MOST_CHOSEN] if (user := user_of(each.account))]
    if users:
        chosen["initial_users"] = users
    blocks.append(
        {
            "type": "input",
            "block_id": CHOSEN,
            "optional": True,
            "label": label(say["chosen"]),
            "hint": label(say["chosen_hint"], 200),
            "element": chosen,
        }
    )
    blocks.append(
        text_input(
            TEAM,
            say["team"],
            most=LONGEST_TEAM,
            optional=True,
            hint=say["team_hint"],
        )
    )
    # Who was a champion when the dialog opened: others may be named while it is open.
    metadata = " ".join(users)
    return modal(ROLES_DIALOG, say["title"], blocks, submit=say["save"], metadata=metadata)


def _admins(admins: Sequence[str], by_setting: bool) -> list[Block]:
    say = texts("roles")
    shown = ", ".join(named(user) for user in admins[:_MOST_ADMINS])
    if by_setting:
        return [header(say["admins"]), section(shown), context(say["by_setting"])]
    known = [context(say["known"].format(admins=shown))] if shown else []
    return [header(say["admins"]), section(say["by_workspace"]), *known]


def _listed(champion: Champion) -> Block:
    team = plain(champion.team, 300) or "no team"
    if champion.trained_on:
        return section(f"{named(champion.account)} · {team} · ✓ trained {champion.trained_on}")
    mark = button("Mark as trained", TRAINED, champion.account)
    return section(f"{named(champion.account)} · {team} · not trained yet", mark)
