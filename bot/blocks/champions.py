"""The dialog in which admins name champions."""

from __future__ import annotations

from collections.abc import Sequence

from adoption.roles import Champion
from bot.blocks.parts import Block, button, label, modal, named, section, text_input, user_of
from bot.blocks.text import plain

CHAMPIONS_DIALOG, CHOSEN, TEAM, TRAINED = (
    "champions",
    "champions_chosen",
    "champions_team",
    "champion_trained",
)
LONGEST_TEAM = 100
_MOST_LISTED = 60
_MOST_CHOSEN = 100


def champions_dialog(champions: Sequence[Champion]) -> Block:
    """Lists champions with team and training, and lets one choose who they are."""
    blocks = [_listed(each) for each in champions[:_MOST_LISTED]]
    chosen: Block = {
        "type": "multi_users_select",
        "action_id": CHOSEN,
        "placeholder": label("Choose people"),
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
            "label": label("Champions"),
            "hint": label("Who is new gets a message from me, once.", 200),
            "element": chosen,
        }
    )
    blocks.append(
        text_input(
            TEAM,
            "Team of those who are new",
            most=LONGEST_TEAM,
            optional=True,
            hint="Left empty, their team on the roster counts.",
        )
    )
    # Who was a champion when the dialog opened: others may be named while it is open.
    metadata = " ".join(users)
    return modal(CHAMPIONS_DIALOG, "Champions", blocks, submit="Save", metadata=metadata)


def _listed(champion: Champion) -> Block:
    team = plain(champion.team, 300) or "no team"
    if champion.trained_on:
        return section(f"{named(champion.account)} · {team} · ✓ trained {champion.trained_on}")
    mark = button("Mark as trained", TRAINED, champion.account)
    return section(f"{named(champion.account)} · {team} · not trained yet", mark)
