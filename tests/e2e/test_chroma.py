"""The Chroma server is killed while people ask, and before guides are indexed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from adoption.record import Record
from tests.chroma_server import stoppable_chroma
from tests.conftest import uptake_process, write_guides
from tests.e2e.fleet import Worker, answered_once, ask, crowd, index, workspace
from tests.e2e.test_conversation import BUDGET, WEATHER
from tests.support.app import MANIFEST

pytestmark = pytest.mark.soak


def test_the_chroma_server_is_killed_while_people_ask_and_before_guides_are_indexed(
    guides: Path, tmp_path: Path, postgres: str
):
    with (
        stoppable_chroma(tmp_path / "chroma") as server,
        workspace(manifest=MANIFEST) as slack,
    ):
        shared = {"UPTAKE_DATABASE_URL": postgres, "UPTAKE_CHROMA_URL": server.url}
        here = {"UPTAKE_DATA_DIR": str(tmp_path / "a")}
        index(guides, tmp_path, shared)
        worker = Worker(slack, tmp_path / "b", **shared)
        slack.wait_until_connected(1, 120)
        places, (who, *_) = crowd(slack, 12)
        asked = [ask(slack, BUDGET, place, who) for place in places[:6]]
        many = tmp_path / "many"
        for number in range(10):
            write_guides(many / f"part-{number}")
        server.end()
        refused = uptake_process("ingest", str(many), cwd=tmp_path, **here, **shared)
        assert refused.returncode == 2
        assert "does not answer" in refused.stderr
        assert "Traceback" not in refused.stderr
        asked += [ask(slack, WEATHER, place, who) for place in places[6:]]
        record = Record.open(postgres)
        began = time.monotonic()
        answered_once(slack, record, asked, seconds=120)
        print(f"MEASURED all answers while Chroma is away: {time.monotonic() - began:.1f} s")
        doctor = uptake_process(
            "doctor", cwd=tmp_path, UPTAKE_DATA_DIR=str(tmp_path / "c"), **shared
        )
        print(doctor.stdout)
        assert "FAIL  index" in doctor.stdout
        server.start()
        index(guides, tmp_path, shared)
        more = ask(slack, BUDGET, places[0], who)
        answered_once(slack, record, [*asked, more], seconds=120)
        record.close()
        assert "Traceback" not in "\n".join(worker.output)
        assert worker.stop() == 0
