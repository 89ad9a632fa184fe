"""The example company's record: in a folder of its own, and made anew every week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from sqlalchemy import event

import adoption
from adoption.record import Record
from adoption.reports.weeks import Week
from bot.data_folder import alone, make_data_dir
from bot.local.example_company.company import SMALL_TEAMS, Colleague, Company
from bot.local.example_company.filling import fill
from bot.settings import STARTER, Settings

_SIZE, _WEEKS, _SEED = 120, 26, 17
_FOLDER, _RECORD, _STAMP = "example", "record.sqlite", "made.txt"
# What the product writes beside the record while somebody tries it.
_TRIED = ("stories", "faqs")


def example_settings(settings: Settings) -> Settings:
    """The settings with which the example company is shown: nothing of the real record is in it."""
    folder = settings.data_dir / _FOLDER
    apart = {"data_dir": folder, "database_url": None, "chroma_url": None}
    return settings.model_copy(update=apart)


def make_example(settings: Settings, cast: Sequence[Colleague], now: datetime) -> Week:
    """Makes the record of the example company, unless there is one of this week.

    Args:
        settings: those of `example_settings`.
        cast: the people of the workspace, who work there too.

    Returns:
        The last complete week, which it has figures for.

    Raises:
        AlreadyRunning: somebody is trying the example at this moment, and it is out of date.
    """
    make_data_dir(settings)
    folder, last = settings.data_dir.absolute(), Week.of(now, settings.zone).previous
    stamp, wanted = folder / _STAMP, _stamp(last, cast)
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        with alone(folder / "bot.lock"):
            stamp.unlink(missing_ok=True)
            yesterday = now.astimezone(settings.zone).date() - timedelta(days=1)
            _make_anew(folder, _company(last, cast, yesterday))
            stamp.write_text(wanted, "utf-8")
    return last


def _company(last: Week, cast: Sequence[Colleague], yesterday: date) -> Company:
    return Company(
        _SIZE,
        _WEEKS,
        last,
        _SEED,
        tuple(cast),
        SMALL_TEAMS,
        guides=f"{STARTER.resolve()}/",
        silent_team="Sales",
        first_habit=0.2,
        through=yesterday,
    )


def _make_anew(folder: Path, company: Company) -> None:
    for file in folder.glob(f"{_RECORD}*"):
        file.unlink()
    tried = [folder / name for name in _TRIED if (folder / name).exists()]
    # The index holds what was published, too: it is built again from the guides.
    for each in [*tried, folder / "index"] if tried else []:
        rmtree(each, ignore_errors=True)
    record = Record.open(f"sqlite:///{folder / _RECORD}")
    # A power cut in these seconds costs nothing: without the stamp it is made anew.
    record.engine.dispose()
    event.listen(record.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous=OFF"))
    fill(record, company)
    record.close()


def _stamp(last: Week, cast: Sequence[Colleague]) -> str:
    """What the record depends on: the week, the people, the tables and the code that fills it."""
    code = sha256(repr((tuple(cast), str(STARTER))).encode())
    tables = Path(adoption.__file__).parent / "db" / "migrations" / "versions"
    for source in sorted([*tables.glob("*.py"), *Path(__file__).parent.rglob("*.py")]):
        code.update(source.read_bytes())
    return f"{last} {code.hexdigest()}\n"
