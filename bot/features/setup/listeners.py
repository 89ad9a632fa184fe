"""The buttons of the steps, and the choice of a channel."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.privacy.models import RestrictedAction
from bot.access import is_admin_press, opens_for_admins
from bot.container import Container
from bot.features.setup.blocks import CHOSEN, HOW, instruction_dialog
from bot.features.setup.steps import Step
from bot.slack.view_values import view_in
from ingest.parse.audiences import ADMINS

_STEPS = "|".join(Step)


def register(app: App, container: Container) -> None:
    """Connects them."""
    act = RestrictedAction.SETUP

    def chosen(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        step = Step(str(action["action_id"]).removeprefix(CHOSEN))
        if is_admin_press(container, action, body, context, act, step):
            dialog = instruction_dialog(step, str(action.get("selected_conversation") or ""))
            container.slack.update_dialog(
                view_in(body),
                dialog,
                audiences=frozenset({ADMINS}),
                reader=context.user_id or "",
            )
        ack()

    opened = opens_for_admins(
        container, act, lambda id, value: instruction_dialog(Step(id.removeprefix(HOW)))
    )
    app.action(re.compile(f"^{HOW}({_STEPS})$"))(opened)
    app.action(re.compile(f"^{CHOSEN}({_STEPS})$"))(chosen)
