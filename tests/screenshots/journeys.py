"""The pictures of a programme under way: seats, a checklist, messages to owners, late answers."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked
from adoption.record import Record
from adoption.rollout.wave import WavePlan
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.e2e.personas import Cast
from tests.e2e.programme import JONAS, TOOL, plant
from tests.e2e.trial import tried_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SETTINGS = {
    "UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59",
    "UPTAKE_TIMEZONE": "Europe/Berlin",
    "UPTAKE_NUDGE_HOLDOUT": "0",
}
_STARTER = Path(__file__).parents[2] / "knowledge" / "starter"
_PARKING = "Where may visitors park their bicycles?"
_GUIDE = """---
title: Visitors
kind: faq
tool: any
audience: everyone
owner: Facilities
reviewed: 2026-11-02
---
# Visitors

## Where may visitors park their bicycles?

Visitors park their bicycles in the yard behind gate 4.
"""
_DID = (
    ("Order 400 boxes of gloves.", "Ordered 250, because the new depot counts them apart."),
    ("Send the reminder in January.", "Sent it now: the contract ends in December."),
    ("Close the ticket.", "Kept it open, the second site still waits."),
)


def take(browser: Browser, folder: Path, data_dir: Path) -> None:
    """Writes them below a folder."""
    data_dir.mkdir(parents=True)
    guides = Path(shutil.copytree(_STARTER, data_dir.parent / "guides"))
    plant(data_dir)
    _plant_more(data_dir)
    with tried_out(data_dir, example=False, UPTAKE_CONTENT=str(guides), **_SETTINGS) as address:
        cast = Cast(browser, address)
        _training(cast, folder)
        _readiness(cast, folder)
        _owners(cast, folder)
        _nudge(cast, folder)
        cast.maya.says(_PARKING, "Uptake")
        cast.maya.page.get_by_text("I'll send you the answer").wait_for()
        cast.leaves()
    (guides / "faq" / "visitors.md").write_text(_GUIDE, "utf-8")
    Sync(Index.open(data_dir / "index", Encoder())).run([guides])
    # What was due today is due again.
    for file in data_dir.glob("jobs.sqlite*"):
        file.unlink()
    with tried_out(data_dir, example=False, UPTAKE_CONTENT=str(guides), **_SETTINGS) as address:
        maya = Cast(browser, address).maya
        maya.enters("Uptake")
        late = maya.message("Now there is one")
        late.wait_for()
        maya.shoot(folder / "everyone-late-answer.png", 700, late)


def _plant_more(data_dir: Path) -> None:
    """Overrides of last week for the tool's owner, and a message to send today."""
    record, now = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}"), datetime.now(UTC)
    record.tools.store(TOOL, owner=JONAS)
    last_week = now - timedelta(days=now.weekday() + 4)
    overrides = [
        Override(
            f"o{n}",
            f"T000000004:U9{n:02}",
            TOOL,
            last_week,
            OverrideReason.WRONG_DATA,
            recommended=_DID[n][0] if n < len(_DID) else None,
            did_instead=_DID[n][1] if n < len(_DID) else None,
            consent=n < len(_DID),
        )
        for n in range(15)
    ]
    record.feedback.add_overrides(overrides)
    for n in range(8):
        account, question = f"T000000004:U9{n:02}", f"How do I check answer {n}?"
        asked = Asked(
            f"q{n}",
            account,
            last_week,
            Surface.DIRECT,
            "D1",
            question,
            Outcome.ANSWERED,
            "Yes.",
            "1",
        )
        record.questions.add(asked)
    go_live = now.date() + timedelta(weeks=6)
    plan = WavePlan(go_live, go_live + timedelta(weeks=12), owner=JONAS)
    record.waves.create("4", "Fourth wave", plan)
    record.close()


def _training(cast: Cast, folder: Path) -> None:
    maya, tom = cast.maya, cast.tom
    maya.says("/uptake training", "general")
    offered = maya.dialog.locator(".block", has_text="AI in your own work")
    offered.get_by_role("button", name="Sign up").click()
    maya.dialog.get_by_text("You have a seat.").first.wait_for()
    maya.closes()
    tom.says("/uptake training", "general")
    tom.dialog.get_by_role("button", name="Join the wait list").click()
    tom.dialog.get_by_text("You are on the wait list").wait_for()
    tom.closes()
    maya.enters("Uptake")
    seat = maya.message("You have a seat in AI in your own work")
    seat.get_by_role("button", name="Cancel my seat").click()
    maya.confirms()
    tom.enters("Uptake")
    tom.message("A seat became free").wait_for()
    tom.shoot(folder / "everyone-moved-up.png", 700, tom.message("A seat became free"))


def _readiness(cast: Cast, folder: Path) -> None:
    priya, jonas = cast.priya, cast.jonas
    priya.says("/uptake readiness", "general")
    item = priya.dialog.locator(".block", has_text="The sponsor has said why in public").last
    item.get_by_role("button", name="Edit").click()
    priya.dialog.get_by_label("Owner").select_option(label="Jonas Weber")
    priya.shoot(folder / "admins-item.png", 800)
    priya.submits()
    priya.returns("Readiness")
    priya.closes()
    jonas.enters("Uptake")
    asked = jonas.message("asks you to take care of this before")
    asked.get_by_role("button", name="Done").click()
    jonas.dialog.get_by_label("What shows that it's done?").fill(
        "The chief executive said it at the town hall of Monday; the recording is on the intranet."
    )
    jonas.shoot(folder / "champions-item.png", 640)
    jonas.submits()
    jonas.dialog.wait_for(state="hidden")
    priya.enters("ai-programme")
    due = priya.message("Third wave goes live today.")
    due.get_by_role("button", name="Go live").click()
    priya.dialog.get_by_text("items on the checklist are not ready").wait_for()
    priya.shoot(folder / "admins-launch.png", 800)
    priya.closes()


def _owners(cast: Cast, folder: Path) -> None:
    """What reaches whoever owns a tool, or sends a wave's message."""
    jonas, priya = cast.jonas, cast.priya
    jonas.enters("Uptake")
    draft = jonas.message("Fourth wave")
    draft.wait_for()
    jonas.shoot(folder / "champions-draft.png", 760, draft)
    priya.says("/uptake rollout", "general")
    priya.dialog.get_by_role("button", name="Messages").first.click()
    priya.dialog.get_by_text("The messages about").wait_for()
    priya.shoot(folder / "admins-messages.png", 1100)
    priya.returns("Rollout")
    priya.closes()
    priya.enters("ai-programme")
    digest = priya.page.locator("#main article", has_text="Do this week").first
    digest.get_by_role("button", name="Send a change request").first.click()
    jonas.enters("Uptake")
    request = jonas.message("Change request for")
    request.wait_for()
    jonas.shoot(folder / "champions-change.png", 700, request)


def _nudge(cast: Cast, folder: Path) -> None:
    priya, tom = cast.priya, cast.tom
    priya.says("/uptake nudges", "general")
    priya.dialog.get_by_role("button", name="Preview").click()
    priya.dialog.get_by_role("button", name="Approve and send").click()
    priya.dialog.get_by_text("go out in").wait_for()
    priya.closes()
    tom.enters("Uptake")
    nudge = tom.message("Something to try with")
    nudge.get_by_role("button", name="Don't remind me").click()
    nudge.get_by_text("OK, I won't send you any more of these.").wait_for()
    tom.shoot(folder / "everyone-no-more.png", 620, nudge)
