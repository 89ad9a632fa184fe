"""A Slack on this computer: the platform's rules, without an account."""

from bot.workspace.clock import ManualClock
from bot.workspace.errors import NotDelivered, WorkspaceError
from bot.workspace.faults import Faults
from bot.workspace.local import LocalWorkspace
from bot.workspace.person import Person

__all__ = ["Faults", "LocalWorkspace", "ManualClock", "NotDelivered", "Person", "WorkspaceError"]
