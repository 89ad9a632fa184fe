"""Checks recorded messages and views against Slack's published types, npm's `@slack/types`.

    SLACK_EMULATOR_RECORD=sent pytest && python -m slack_emulator.published_types sent

Needs node and npm.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from slack_emulator.errors import WorkspaceError
from slack_emulator.models import Json

PACKAGES = ("@slack/types@3.2.0", "typescript@5.9.3")
# Chart blocks came after that version: this follows Slack's reference of the block.
_HEAD = """\
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
interface Point { label: string; value: number }
interface Plot {
  type: "line" | "bar" | "area";
  series: { name: string; data: Point[] }[];
  axis_config: { categories: string[]; x_label?: string; y_label?: string };
}
interface DataVisualizationBlock {
  type: "data_visualization";
  block_id?: string;
  title: string;
  chart: Plot | { type: "pie"; segments: Point[] };
}
type Blocks = (KnownBlock | DataVisualizationBlock)[];
type Home = Omit<HomeView, "blocks"> & { blocks: Blocks };
type Modal = Omit<ModalView, "blocks"> & { blocks: Blocks };
"""
_TYPES = {"message": "Blocks", "home": "Home", "modal": "Modal"}
_OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler")


@dataclass(frozen=True)
class Recorded:
    """The blocks of a message, or a view, that an app sent.

    Attributes:
        kind: `message`, `home` or `modal`.
        text: Its JSON.
    """

    kind: str
    text: str


def recorded_in(folder: Path) -> list[Recorded]:
    """Return what was recorded in a folder, each content once.

    Raises:
        WorkspaceError: Where there is nothing.
    """
    found = {
        _recorded(json.loads(line)): None
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    if not found:
        words = "Run the tests with SLACK_EMULATOR_RECORD set to that folder first."
        raise WorkspaceError(f"Nothing was recorded in {folder}. {words}")
    return list(found)


def _recorded(line: Json) -> Recorded:
    content = line.get("view") or line["blocks"]
    kind = content["type"] if "view" in line else "message"
    return Recorded(kind, json.dumps(_without_nulls(content), ensure_ascii=False))


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_nulls(part) for name, part in value.items() if part is not None}
    return [_without_nulls(part) for part in value] if isinstance(value, list) else value


def faults_of(recorded: Sequence[Recorded], folder: Path) -> str:
    """Return what the TypeScript compiler finds wrong, empty where nothing is.

    Args:
        recorded: What is checked; item n is one line of the program, called `sent_n`.
        folder: Where the packages are installed, and the program is written.

    Raises:
        WorkspaceError: Where node or npm is missing, or the packages cannot be installed.
    """
    _install(folder)
    program = folder / "sent.ts"
    program.write_text(_HEAD + "\n".join(_lines(recorded)) + "\n", encoding="utf-8")
    compiler = ("npx", "--no-install", "tsc", *_OPTIONS, "--module", "esnext", program.name)
    done = subprocess.run(compiler, cwd=folder, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout or done.stderr


def _lines(recorded: Iterable[Recorded]) -> Iterable[str]:
    for number, each in enumerate(recorded):
        yield f"export const sent_{number}: {_TYPES[each.kind]} = {each.text};"


def _install(folder: Path) -> None:
    if shutil.which("npm") is None:
        raise WorkspaceError("node and npm are needed to check the types. Install them first.")
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = ("npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise WorkspaceError(f"The packages could not be installed: {done.stderr.strip()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what was recorded in a folder and print the result; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m slack_emulator.published_types")
    parser.add_argument("folder", type=Path, help="where SLACK_EMULATOR_RECORD pointed")
    asked = parser.parse_args(arguments)
    try:
        recorded = recorded_in(asked.folder)
        with TemporaryDirectory(prefix="slack-types-") as folder:
            faults = faults_of(recorded, Path(folder))
    except WorkspaceError as fault:
        print(fault, file=sys.stderr)
        return 2
    messages = sum(each.kind == "message" for each in recorded)
    print(faults or f"{messages} messages and {len(recorded) - messages} views fit {PACKAGES[0]}.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
