"""Learns knowledge/retrieval/weights.toml from questions whose sections are known.

Run `python -m bench.fit_ranking SET …`. A set is a folder with `guides/` and `questions.jsonl`
({question, file, headings, also}) and, optional, `unanswerable.jsonl` ({question, kind}, where
`hard` is on topic). Ranking is a listwise logistic regression (softmax over a question's
candidates) with weights from 0 up; confidence, and whether anything is offered, are logistic
regressions; each has a handful of weights. What is printed is cross-validated: no page of a fold
was seen by the weights that rank its questions. With `--write`, weights from all questions are
written.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from ingest.parse.markup.dialects import plain_markdown
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.index.snapshot import Snapshot
from knowledge.retrieval.confidence import Evidence, evidence_of
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.rewriting import Rewriter
from knowledge.retrieval.signals import Signals
from knowledge.retrieval.weights import learned

RANKING = ("section", "window", "weakest", "words", "phrases")
CONFIDENCE = ("section", "weakest", "lead")
OFFERING = ("nearest", "score")
FOLDS = 5
_MARKS = re.compile(r"<[^>]+>|!?\[([^\]]*)\]\([^)]*\)|[*`\\]")


@dataclass(frozen=True)
class Asked:
    """A question with its candidates.

    Attributes:
        page: what is left out together in cross-validation.
        sections: a number for the section of each candidate.
        right: whether each candidate is from a right section.
        kind: answerable, hard or offtopic.
    """

    question: str
    page: str
    signals: Signals
    sections: NDArray[np.int64]
    right: NDArray[np.bool_]
    kind: str = "answerable"

    def matrix(self, names: Sequence[str]) -> NDArray[np.float64]:
        """The named signals, shape (candidates, names)."""
        return np.stack([getattr(self.signals, name) for name in names], axis=1).astype(float)

    def places(self, scores: NDArray[np.float64]) -> list[int]:
        """The best candidate of each section, the best first."""
        best: dict[int, int] = {}
        for place in np.argsort(-scores, kind="stable"):
            best.setdefault(int(self.sections[place]), int(place))
        return list(best.values())

    def rank(self, scores: NDArray[np.float64]) -> int:
        """The rank of the first right section, from 1; 1,000 if it is no candidate."""
        for rank, place in enumerate(self.places(scores), 1):
            if self.right[place]:
                return rank
        return 1000


def main() -> None:
    """Prints what is reached; writes the weights when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--index", type=Path, required=True, help="Folder for the indexes.")
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--keep-ranking", action="store_true", help="Learn confidence only, from today's ranking."
    )
    arguments = parser.parse_args()
    asked = [each for folder in arguments.sets for each in read_set(folder, arguments.index)]
    scores, weights = cross_validated(asked, RANKING)
    report(asked, scores)
    if arguments.keep_ranking:
        weights = dict(learned().ranking)
        scores = [each.matrix(RANKING) @ [weights[name] for name in RANKING] for each in asked]
    fitted_confidence = confidence(asked, scores)
    fitted_offering = offering(asked, scores)
    spread = float(np.mean([_spread(each, own) for each, own in zip(asked, scores, strict=True)]))
    if arguments.write:
        write(weights, fitted_confidence, fitted_offering, spread)


def read_set(folder: Path, indexes: Path) -> list[Asked]:
    """The questions of a set, with the signals of their candidates."""
    encoder = Encoder()
    index = Index.open(indexes / folder.name, encoder)
    guides = folder / "guides"
    Sync(index).run([guides])
    snapshot, retriever = index.snapshot(), Retriever(encoder, Rewriter.of())
    rows = [
        _asked(each, guides, snapshot, retriever) for each in _lines(folder / "questions.jsonl")
    ]
    strange = folder / "unanswerable.jsonl"
    if strange.exists():
        rows += [_asked(each, guides, snapshot, retriever) for each in _lines(strange)]
    return rows


def _asked(row: dict[str, Any], guides: Path, snapshot: Snapshot, retriever: Retriever) -> Asked:
    closer = retriever.look_closer(row["question"], snapshot, snapshot.whole_scope())
    among, signals = closer.among, closer.signals
    passages = [snapshot.passage(int(place)) for place in among.rows]
    numbers: dict[Any, int] = {}
    names = [(each.source, each.headings or each.id) for each in passages]
    sections = [numbers.setdefault(name, len(numbers)) for name in names]
    wanted = {
        (place["file"], _key(plain_markdown(heading)))
        for place in [row, *row.get("also", [])]
        for heading in place.get("headings") or []
    }
    right = [
        (_page(each.source, guides), _key((each.title, *each.headings)[-1])) in wanted
        for each in passages
    ]
    keep = np.flatnonzero([not each.role for each in passages])
    return Asked(
        row["question"],
        row.get("file") or row.get("near") or row["question"],
        signals.of(keep),
        np.array(sections)[keep],
        np.array(right)[keep],
        row.get("kind", "answerable"),
    )


def _page(source: str, guides: Path) -> str:
    for folder in (guides, guides.resolve(), guides.absolute()):
        if Path(source).is_relative_to(folder):
            return str(Path(source).relative_to(folder))
    return source


def _key(heading: str) -> str:
    return " ".join(_MARKS.sub(r"\1", heading).casefold().split())


def fitted(asked: Sequence[Asked], names: Sequence[str], penalty: float = 1.0) -> NDArray[Any]:
    """The weights under which right sections come first most often (listwise softmax loss)."""
    spread = np.mean([each.matrix(names).std(axis=0) for each in asked], axis=0)
    data = [(each.matrix(names) / spread, each.right) for each in asked if each.right.any()]

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        total, slope = penalty * weights @ weights / 2, penalty * weights
        for rows, right in data:
            odds = np.exp((scores := rows @ weights) - scores.max())
            total -= np.log(odds[right].sum() / odds.sum() + 1e-12)
            share = np.where(right, odds, 0) / odds[right].sum() - odds / odds.sum()
            slope = slope - rows.T @ share
        return float(total), slope

    begin = np.full(len(names), 0.3)
    bounds = [(0, None)] * len(names)
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x / spread)


def cross_validated(
    asked: Sequence[Asked], names: Sequence[str]
) -> tuple[list[NDArray[np.float64]], dict[str, float]]:
    """Each question's scores, by weights that have not seen its page, and the weights of all."""
    scores: list[NDArray[np.float64]] = [np.empty(0)] * len(asked)
    pages = [each.page for each in asked]
    for learn, test in GroupKFold(FOLDS, shuffle=True, random_state=1).split(pages, groups=pages):
        weights = fitted([asked[place] for place in learn], names)
        for place in test:
            scores[place] = asked[place].matrix(names) @ weights
    return scores, dict(zip(names, map(float, fitted(asked, names)), strict=True))


def report(asked: Sequence[Asked], scores: Sequence[NDArray[np.float64]], name: str = "") -> None:
    """Prints hit@1, 3, 5 and 10."""
    ranks = np.array(
        [
            each.rank(own)
            for each, own in zip(asked, scores, strict=True)
            if each.kind == "answerable"
        ]
    )
    hits = " ".join(f"{(ranks <= depth).mean():.3f}" for depth in (1, 3, 5, 10))
    print(f"{name:40} {len(ranks)} questions, hit@1/3/5/10: {hits}", flush=True)


def confidence(asked: Sequence[Asked], scores: Sequence[NDArray[np.float64]]) -> dict[str, float]:
    """Fits confidence, prints what it reaches, and gives weights and thresholds."""
    rows = _rows(asked, scores, CONFIDENCE)
    right = np.array([each.rank(own) == 1 for each, own in zip(asked, scores, strict=True)])
    kinds = np.array([each.kind for each in asked])
    likely = _unseen(asked, rows, right, np.full(len(asked), True))
    for threshold in np.arange(0.3, 0.8, 0.05):
        answered = likely >= threshold
        wrong = (answered & ~right)[kinds == "answerable"].mean()
        print(f"from {threshold:.2f}: answered {_shares(answered, kinds)}; wrong {wrong:.3f}")
    return _as_weights(_logistic(rows, right), CONFIDENCE)


def offering(asked: Sequence[Asked], scores: Sequence[NDArray[np.float64]]) -> dict[str, float]:
    """Fits whether guides are about a question, prints what it reaches, and gives the weights.

    On-topic questions that the guides do not answer take no part: near sections may help there.
    """
    rows = _rows(asked, scores, OFFERING)
    kinds = np.array([each.kind for each in asked])
    known, counted = kinds == "answerable", kinds != "hard"
    likely = _unseen(asked, rows, known, counted)
    for threshold in np.arange(0.05, 0.35, 0.05):
        print(f"offered from {threshold:.2f}: {_shares(likely >= threshold, kinds)}")
    return _as_weights(_logistic(rows[counted], known[counted]), OFFERING)


def _unseen(
    asked: Sequence[Asked],
    rows: NDArray[np.float64],
    right: NDArray[np.bool_],
    counted: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Each question's likelihood, by weights that have not seen its page."""
    likely = np.zeros(len(asked))
    pages = [each.page for each in asked]
    for learn, test in GroupKFold(FOLDS, shuffle=True, random_state=2).split(rows, groups=pages):
        seen = learn[counted[learn]]
        likely[test] = _logistic(rows[seen], right[seen]).predict_proba(rows[test])[:, 1]
    return likely


def _shares(chosen: NDArray[np.bool_], kinds: NDArray[np.str_]) -> str:
    each = dict.fromkeys(kinds.tolist())
    return ", ".join(f"{name} {chosen[kinds == name].mean():.3f}" for name in each)


def _rows(
    asked: Sequence[Asked], scores: Sequence[NDArray[np.float64]], names: Sequence[str]
) -> NDArray[np.float64]:
    evidence = [_evidence(each, own) for each, own in zip(asked, scores, strict=True)]
    return np.array([[getattr(each, name) for name in names] for each in evidence])


def _as_weights(model: LogisticRegression, names: Sequence[str]) -> dict[str, float]:
    weights = dict(zip(names, map(float, model.coef_[0]), strict=True))
    return {"intercept": float(model.intercept_[0])} | weights


def _evidence(each: Asked, scores: NDArray[np.float64]) -> Evidence:
    return evidence_of(each.signals, scores.astype(np.float32), each.places(scores))


def _spread(each: Asked, scores: NDArray[np.float64]) -> float:
    return float(scores[each.places(scores)[1:]].std())


def _logistic(rows: NDArray[Any], right: NDArray[np.bool_]) -> LogisticRegression:
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.5).fit((rows - mean) / spread, right)
    model.coef_ = model.coef_ / spread
    model.intercept_ = model.intercept_ - model.coef_ @ mean
    return model


def write(
    ranking: dict[str, float],
    confidence: dict[str, float],
    offering: dict[str, float],
    spread: float,
) -> None:
    """Writes the weights, leaving the thresholds as they are."""
    path = Path("knowledge/retrieval/weights.toml")
    text = path.read_text("utf-8")
    tables = {"ranking": ranking, "confidence": confidence, "offering": offering}
    for table, values in tables.items():
        lines = "".join(f"{name} = {value:.3f}\n" for name, value in values.items() if value)
        text = re.sub(
            rf"\[{table}\]\n(?:[a-z]\w* = .*\n)+?(?=#|\n|spread)", f"[{table}]\n{lines}", text
        )
    text = re.sub(r"(?m)^spread = .*", f"spread = {spread:.3f}", text)
    path.write_text(text, "utf-8")


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    main()
