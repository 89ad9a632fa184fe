"""The company that a new workspace starts with: four people, one group, four channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slack_emulator.manifest import Manifest
from slack_emulator.models import Json
from slack_emulator.state import State, new_state
from slack_emulator.state.core import Core
from slack_emulator.state.directory import AppIdentity
from slack_emulator.state.users import PersonKind, Profile, user_object

TEAM_NAME, DOMAIN = "Northwind", "northwind.example"


@dataclass(frozen=True)
class Role:
    """A persona: what it is for, and who plays it."""

    name: str
    handle: str
    real_name: str
    title: str
    kind: PersonKind = "member"

    @property
    def profile(self) -> Profile:
        """Return who plays it."""
        return Profile(self.handle, self.real_name, self.title, self.kind, DOMAIN)


ROLES = (
    Role("user", "maya", "Maya Lindqvist", "Account manager, Sales"),
    Role("champion", "jonas", "Jonas Weber", "Controller, Finance · AI champion"),
    Role("admin", "priya", "Priya Raman", "AI programme lead", "admin"),
    Role("second", "tom", "Tom Okafor", "Planner, Operations"),
)


@dataclass(frozen=True)
class Place:
    """A channel of the start.

    Attributes:
        roles: Who is in it; nobody named means everyone.
        has_app: Whether the app is in it.
    """

    name: str
    topic: str
    roles: tuple[str, ...] = ()
    is_private: bool = False
    has_app: bool = True


PLACES = (
    Place("general", "Company-wide announcements"),
    Place("ai-help", "Questions about our AI tools"),
    Place("ai-stories", "What worked, and what it brought"),
    Place(
        "ai-programme", "The programme team", ("champion", "admin"), is_private=True, has_app=False
    ),
)


def seeded(core: Core, manifest: Manifest) -> tuple[State, Mapping[str, str]]:
    """Make the state of a new workspace; returns it with the user ids by role."""
    app = AppIdentity(core.new_id("A"), core.new_id("B"), core.new_id("U"))
    team = core.new_id("T")
    info = {"id": team, "name": TEAM_NAME, "domain": "northwind", "email_domain": DOMAIN}
    state = new_state(core, info, app)
    state.directory.add_user(_bot(app, team, manifest))
    people = {}
    for role in ROLES:
        person = user_object(core.new_id("U"), team, role.profile)
        people[role.name] = str(state.directory.add_user(person)["id"])
    state.directory.add_group(_group(core, team, people["champion"]))
    for place in PLACES:
        members = [people[name] for name in place.roles or people]
        members += [app.bot_user_id] if place.has_app else []
        kind = "private" if place.is_private else "public"
        state.directory.create(
            place.name, "private" if kind == "private" else "public", members, topic=place.topic
        )
    return state, people


def _bot(app: AppIdentity, team: str, manifest: Manifest) -> Json:
    handle = "".join(c for c in manifest.bot_name.lower() if c.isalnum() or c in "._-")
    profile = {
        "real_name": manifest.bot_name,
        "display_name": manifest.bot_name,
        "title": "",
        "bot_id": app.bot_id,
        "api_app_id": app.app_id,
        "team": team,
    }
    return {
        "id": app.bot_user_id,
        "team_id": team,
        "name": handle or "app",
        "real_name": manifest.bot_name,
        "deleted": False,
        "is_admin": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
        "profile": profile,
    }


def _group(core: Core, team: str, champion: str) -> Json:
    return {
        "id": core.new_id("S"),
        "team_id": team,
        "is_usergroup": True,
        "name": "AI champions",
        "handle": "ai-champions",
        "description": "People to ask about AI tools",
        "date_delete": 0,
        "users": [champion],
    }
