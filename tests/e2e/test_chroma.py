"""The Chroma server is killed while people ask and while guides are indexed."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.chroma_server import stoppable_chroma
from tests.conftest import uptake_process, write_guides
from tests.e2e.fleet import Worker, answered_once, ask, crowd, eventually
from tests.e2e.test_conversation import BUDGET, WEATHER
from tests.support.app import MANIFEST
from tests.support.processes import COMMAND, environment
from tests.support.slack import PATIENCE

pytestmark = pytest.mark.soak


def collections(chroma: str) -> int:
    """How many versions of the index the server has."""
    where = "api/v2/tenants/default_tenant/databases/default_database/collections_count"
    with urlopen(f"{chroma}{where}", timeout=10) as response:
        return int(response.read())


def test_the_chroma_server_is_killed_while_people_ask_and_while_guides_are_indexed(
    guides: Path, tmp_path: Path, postgres: str
):
    with (
        stoppable_chroma(tmp_path / "chroma") as server,
        LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack,
    ):
        shared = {"UPTAKE_DATABASE_URL": postgres, "UPTAKE_CHROMA_URL": server.url}
        here = {"UPTAKE_DATA_DIR": str(tmp_path / "a")}
        first = uptake_process("ingest", str(guides), cwd=tmp_path, **here, **shared)
        assert first.returncode == 0, first.stderr
        worker = Worker(slack, tmp_path / "b", **shared)
        slack.wait_until_connected(1, 120)
        places, (who, *_) = crowd(slack, 12)
        asked = [ask(slack, BUDGET, place, who) for place in places[:6]]
        many = tmp_path / "many"
        for number in range(60):
            write_guides(many / f"part-{number}")
        indexing = subprocess.Popen(
            [*COMMAND, "ingest", str(many)],
            cwd=tmp_path,
            env=environment(**here, **shared),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        before = collections(server.url)
        eventually(lambda: collections(server.url) > before, 120)
        server.end()
        asked += [ask(slack, WEATHER, place, who) for place in places[6:]]
        _, stderr = indexing.communicate(timeout=120)
        print("MEASURED indexing says:", stderr.strip().splitlines()[-1:])
        assert indexing.returncode == 2
        assert "Traceback" not in stderr
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
        again = uptake_process("ingest", str(guides), cwd=tmp_path, **here, **shared)
        assert again.returncode == 0, again.stderr
        more = ask(slack, BUDGET, places[0], who)
        answered_once(slack, record, [*asked, more], seconds=120)
        record.close()
        assert "Traceback" not in "\n".join(worker.output)
        assert worker.stop() == 0
