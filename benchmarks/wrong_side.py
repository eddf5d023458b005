"""How often answers stand under codes that mostly hold answers of the other side: praise under complaints, and so on.

Frames are generated from nothing. For each code that was given (but the other code and 99) the side of most of its
answers is the code's; a code that was given to an answer of the other side is wrong.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from labelled_answers import labelled

from mcode_pipelines.coding import CodingSettings, OpenQuestion, build_code_frames, code_answers, default_embedder
from mcode_pipelines.survey import NO_ANSWER, ROW

PAIRS = Path(__file__).parent / "sides"
HEADER = ("answers", "asked", "codes", "given the other code or 99", "wrong side", "answers scored")
SIDES = {"positive": 1, "negative": -1}
SAMPLED = 1_000

Line = list[object]
Told = Sequence[tuple[str, int]]


def wrong_side_share(told: Told, question: str, language: str) -> tuple[float, float, int, list[tuple[str, str, int]]]:
    """Wrong-side share, share without a theme, number of themes, and (label, answer, side) of what is wrong.

    `told` are answers with their side: 1 praise, -1 complaint, 0 neither, which is coded with the others and not
    counted.
    """
    asked = OpenQuestion(
        "Q",
        question,
        language,
        pl.DataFrame(
            {
                ROW: range(1, len(told) + 1),
                "respondent": [str(n) for n in range(len(told))],
                "verbatim": [t for t, _ in told],
            },
            schema={ROW: pl.Int64, "respondent": pl.String, "verbatim": pl.String},
        ),
    )
    embedder, settings = default_embedder(), CodingSettings()
    frames = build_code_frames([asked], embedder=embedder, settings=settings)
    codings = code_answers([asked], frames, embedder=embedder, settings=settings)
    frame = frames.root[0]
    nowhere = {frame.other, NO_ANSWER}
    given = [
        (code, label, int(respondent))
        for respondent, code, label in codings.select("respondent", "code", "label").iter_rows()
        if code not in nowhere and told[int(respondent)][1]
    ]
    lean: Counter[int] = Counter()
    for code, _, answer in given:
        lean[code] += told[answer][1]
    wrong = [(label, *told[a]) for code, label, a in given if lean[code] * told[a][1] < 0]
    # Where a code holds as many of the one as of the other, half of them are wrong.
    even = sum(lean[code] == 0 for code, _, _ in given) / 2
    coded = len({a for _, _, a in given})
    scored = sum(side != 0 for _, side in told)
    share = (len(wrong) + even) / max(len(given), 1)
    return share, 1 - coded / max(scored, 1), len(frame.themes), wrong


def pairs(language: str, kind: str = "pairs") -> list[tuple[str, int]]:
    """Praise and the complaint that contradicts it, one after the other."""
    with (PAIRS / f"{language}_{kind}.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return [(row[name], side) for row in rows for name, side in (("praise", 1), ("complaint", -1))]


def reviews(name: str, parts: Sequence[str]) -> list[tuple[str, int]]:
    """Texts of a labelled set with their side; `parts` of it, those that the side head did not learn from."""
    kept = labelled(name).filter(pl.col("split").is_in(parts)).sample(fraction=1, shuffle=True, seed=0).head(SAMPLED)
    return [(text, SIDES.get(labels[0], 0)) for text, labels in kept.select("text", "labels").iter_rows()]


def cases() -> list[tuple[str, str, str, Told]]:
    """What is measured: a name, the question, its language, the answers with their side."""
    id_pairs, en_pairs = pairs("id"), pairs("en")
    found: list[tuple[str, str, str, Told]] = [
        ("300 pairs, Indonesian", "Kesan dan saran Anda untuk layanan ini?", "id", id_pairs),
        ("300 pairs, Indonesian", "Apa kesan Anda?", "id", id_pairs),
        ("300 pairs, English", "Any comments or suggestions?", "en", en_pairs),
        ("300 pairs, English", "What do you think of it?", "en", en_pairs),
    ]
    found += [
        ("120 pairs in rare words, Indonesian", "Kritik dan saran", "id", pairs("id", "rare_pairs")),
        ("120 pairs in rare words, English", "Any comments or suggestions?", "en", pairs("en", "rare_pairs")),
    ]
    if "MCODE_SHARED" in os.environ:
        found += [
            ("id_smsa, kept parts", "Apa pendapat Anda?", "id", reviews("id_smsa", ("valid", "test"))),
            ("en_sides, kept part", "What do you think of it?", "en", reviews("en_sides", ("test",))),
        ]
    return found


def wrong_sides() -> list[Line]:
    """A line for each of the cases."""
    lines: list[Line] = []
    for name, question, language, told in cases():
        share, nowhere, themes, _ = wrong_side_share(told, question, language)
        scored = sum(side != 0 for _, side in told)
        lines.append([name, question, themes, f"{nowhere:.0%}", f"{share:.3f}", scored])
        print(*lines[-1], sep="  ", flush=True)
    return lines


if __name__ == "__main__":
    wrong_sides()
