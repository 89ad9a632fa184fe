"""`uptake eval`: measures answers against questions whose answers are known."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.local.plain_text import say_json, shown

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import Settings
    from knowledge.answers.answerer import Answerer
    from knowledge.answers.evaluation import Judged
    from knowledge.index.passages import Scope

_MOST_ROWS = 30
_TOO_FEW = (
    "No threshold is suggested: that takes 30 questions with an answer and 20 without, and one "
    "that answers at most 5 % wrong and at most 10 % of those without."
)


def evaluate(
    questions: Annotated[
        Path,
        typer.Option(
            help="CSV or JSON lines: question, source, words, answerable.",
            show_default=False,
        ),
    ],
    out_of_scope: Annotated[
        Path | None, typer.Option(help="More questions, none of which should be answered.")
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="A folder of guides, or JSON lines of id and text, to ask instead of your "
            "index; it is indexed into a throw-away one."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure what is found, quoted and refused, and what changed since the last run."""
    from bot.cli.console import progress_bar, quiet
    from bot.maintenance.evaluations import changes, keep_results, last_results, read_cases
    from bot.settings import read_settings
    from knowledge.answers import thresholds
    from knowledge.answers.evaluation import as_fields, figures, judge

    settings = read_settings()
    quiet(settings.log_level)
    cases = read_cases(questions)
    if out_of_scope is not None:
        cases += read_cases(out_of_scope, answerable=False)
    with _answerer(settings, corpus) as (answerer, scope, about):
        judged = []
        with progress_bar("Asking") as progress:
            for number, each in enumerate(judge(answerer, cases, scope), 1):
                judged.append(each)
                progress(number, len(cases), "")
    results = settings.data_dir / "evaluations"
    before = last_results(results, questions) if corpus is None else {}
    changed = changes(before, judged)
    if corpus is None:
        keep_results(results, questions, judged)
    fields = as_fields(figures(judged)) | thresholds.as_fields(judged) | about
    if as_json:
        say_json(fields | {"changes": [list(each) for each in changed]})
    else:
        _show(fields, judged, changed, compared=bool(before))


@contextmanager
def _answerer(
    settings: Settings, corpus: Path | None
) -> Iterator[tuple[Answerer, Scope, dict[str, Any]]]:
    """What answers, the scope of all guides, and what is known of the index."""
    from bot.answering.scopes import everything_in
    from bot.app import build
    from bot.cli.guides.ingest import ensure_indexed

    if corpus is not None:
        with tempfile.TemporaryDirectory(prefix="uptake-eval-") as name:
            yield _of_corpus(settings, corpus, Path(name))
        return
    container = build(settings)
    ensure_indexed(container)
    snapshot = container.index.snapshot()
    about = {"version": snapshot.version, "passages": len(snapshot)}
    yield container.answerer, everything_in(container.index), {"index": about}


def _of_corpus(
    settings: Settings, corpus: Path, place: Path
) -> tuple[Answerer, Scope, dict[str, Any]]:
    """As `_answerer`, from a corpus that is indexed twice at a place of its own."""
    from bot.answering.scopes import everything_in
    from bot.app import reranker_of
    from bot.cli.console import progress_bar
    from bot.maintenance.evaluations import corpus_into
    from ingest.sync.sync import Sync
    from knowledge.answers.answerer import Answerer
    from knowledge.encoding.encoder import Encoder
    from knowledge.index.index import Index
    from knowledge.retrieval.rewriting import Rewriter

    texts = place / "texts"
    texts.mkdir()
    folder = corpus_into(corpus, texts)
    index = Index.open(place / "index", Encoder(settings.embedding_model))
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        with progress_bar("Indexing") as progress:
            report = Sync(index, progress=progress).run([folder])
        seconds.append(round(time.perf_counter() - begin, 3))
    answerer = Answerer(
        index,
        reranker=reranker_of(settings),
        rewriter=Rewriter.of(settings.synonyms),
        answer_from=settings.answer_from,
    )
    about = {
        "version": report.version,
        "passages": report.passages,
        "seconds": seconds[0],
        "seconds_again": seconds[1],
        "failed": [[problem.source, problem.reason] for problem in report.failed],
    }
    return answerer, everything_in(index), {"index": about}


def _show(
    fields: Mapping[str, Any],
    judged: Sequence[Judged],
    changed: Sequence[tuple[str, str]],
    compared: bool,
) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in _rows(fields):
        table.add_row(name, value)
    console.print(table)
    _show_thresholds(console, fields)
    wrong = [each for each in judged if _is_wrong(each)]
    _list(console, "To look at", [(each.case.question, _said(each)) for each in wrong])
    if compared:
        _list(console, "Changed since the last run", changed)
        if not changed:
            console.print("\nNothing changed since the last run.")


def _show_thresholds(console: Console, fields: Mapping[str, Any]) -> None:
    from rich.table import Table

    table = Table(title="\nUPTAKE_ANSWER_FROM", title_justify="left", box=None, pad_edge=False)
    for name in ("from", "answered", "answered wrong", "out of scope answered"):
        table.add_column(name, justify="right")
    for each in fields["thresholds"]:
        shares = (each["answered"], each["wrong"], each["strange"])
        table.add_row(f"{each['answer_from']:.2f}", *map(_share, shares))
    console.print(table)
    found = fields["fitting"]
    if found is None:
        console.print(f"\n{_TOO_FEW}", soft_wrap=True)
        return
    console.print(
        f"\n{found['answer_from']:.2f} fits these questions. On questions about other guides "
        f"expect {_share(found['answered'])} answered, {_share(found['wrong'])} wrong, and "
        f"{_share(found['strange'])} of what is out of scope answered (cross-validated).",
        soft_wrap=True,
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _rows(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    share = _share
    yield "questions", str(fields["questions"])
    for depth in (1, 3, 5, 10):
        yield f"right passage among the first {depth}", share(fields[f"hit@{depth}"])
    yield "right words quoted", share(fields["quoted"])
    yield "unsure", share(fields["unsure"])
    yield "refused", share(fields["abstained"])
    yield "refused though found", share(fields["refused_though_right"])
    strange = fields["out_of_scope"]
    if strange["questions"]:
        yield "questions out of scope", str(strange["questions"])
        yield "of those, not answered", share(strange["not_answered"])
    yield "half were answered within", f"{fields['seconds']['p50'] * 1000:.0f} ms"
    yield "passages", str(fields["index"]["passages"])


def _is_wrong(judged: Judged) -> bool:
    if not judged.case.answerable:
        return judged.outcome.value == "answered"
    return not judged.quoted or judged.outcome.value == "abstained"


def _said(judged: Judged) -> str:
    if not judged.case.answerable:
        return "answered, though it should not be"
    if judged.rank is None:
        return f"right passage not found, {judged.outcome.value}"
    said = "quoted" if judged.quoted else "not quoted"
    return f"right passage is number {judged.rank}, {said}, {judged.outcome.value}"


def _list(console: Any, title: str, rows: Sequence[tuple[str, str]]) -> None:
    from rich.markup import escape

    if not rows:
        return
    console.print(f"\n[italic]{title}[/italic]")
    for question, said in rows[:_MOST_ROWS]:
        console.print(escape(shown(question[:200])), soft_wrap=True, highlight=False)
        console.print(f"  [dim]{escape(shown(said))}[/dim]", soft_wrap=True, highlight=False)
    if len(rows) > _MOST_ROWS:
        console.print(f"and {len(rows) - _MOST_ROWS} more; --json has the figures")
