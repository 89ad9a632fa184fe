"""Runs an emulated Slack workspace: `python -m slack_emulator --port 8080 --manifest FILE`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from slack_emulator.errors import WorkspaceError
from slack_emulator.faults import KINDS, faults_of
from slack_emulator.manifest import DEFAULT_MANIFEST
from slack_emulator.workspace import LocalWorkspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a workspace until a signal to stop arrives; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        faults = faults_of(asked.fault, asked.seed)
        faults.refused_blocks.update(asked.refuse_block)
        made = LocalWorkspace(
            asked.manifest,
            port=asked.port,
            faults=faults,
            strict_rates=not asked.no_rates,
            request_url=asked.request_url,
        )
        with _stop_signal() as stop, made as slack:
            _print(slack)
            stop.wait()
    except WorkspaceError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m slack_emulator", description="A Slack workspace on this computer."
    )
    parser.add_argument("--port", type=int, default=8080, help="where to listen; 0 for any")
    parser.add_argument(
        "--manifest",
        default=DEFAULT_MANIFEST,
        help="the app's manifest, JSON or YAML; a small example app by default",
    )
    parser.add_argument("--request-url", default="", help="post payloads there instead of sockets")
    kinds = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())
    fault = f"a fault and its share of calls or events, such as 500=0.01 ({kinds})"
    parser.add_argument("--fault", action="append", default=[], help=fault)
    refused = "a type of block to refuse with invalid_blocks, such as data_visualization"
    parser.add_argument("--refuse-block", action="append", default=[], help=refused)
    parser.add_argument("--seed", type=int, default=0, help="makes the faults repeatable")
    parser.add_argument("--no-rates", action="store_true", help="never answer 429 on its own")
    return parser


def _print(slack: LocalWorkspace) -> None:
    print(f"The workspace is open at {slack.url}")
    print(f"  Web API              {slack.api_url}")
    print(f"  SLACK_BOT_TOKEN      {slack.bot_token}")
    print(f"  SLACK_APP_TOKEN      {slack.app_token}")
    print(f"  SLACK_SIGNING_SECRET {slack.signing_secret}")
    print("Ctrl-C stops it.", flush=True)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    stop = threading.Event()

    def stopped(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, stopped) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
