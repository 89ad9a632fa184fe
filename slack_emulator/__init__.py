"""A Slack on this computer: the platform's rules, without an account."""

from slack_emulator.clock import ManualClock
from slack_emulator.errors import NotDelivered, WorkspaceError
from slack_emulator.faults import Faults
from slack_emulator.local import LocalWorkspace
from slack_emulator.person import Person

__all__ = ["Faults", "LocalWorkspace", "ManualClock", "NotDelivered", "Person", "WorkspaceError"]
