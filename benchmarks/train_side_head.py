"""Learns the side head (mcode_pipelines/coding/meaning/side_head.json) and says how good it is on what was kept back.

`python benchmarks/train_side_head.py` with MCODE_SHARED set. Learnt from the train parts of labelled sets whose licence
allows it and from the sentences in benchmarks/sides/; judged on the other parts and on the pairs there, which it never
sees. The same data give the same weights.
"""

from __future__ import annotations

import csv
import json
import os
import random
from dataclasses import dataclass

import numpy as np
import polars as pl
from labelled_answers import labelled
from wrong_side import PAIRS, pairs

from mcode_pipelines.coding import default_embedder
from mcode_pipelines.coding.meaning.embedders import single_threaded
from mcode_pipelines.coding.meaning.side_head import CLASSES, WEIGHTS, SideHead, features
from mcode_pipelines.coding.text.language_data import words_in
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.segments import segments_of

SEED = 0
STRENGTH = 1.0
"""Inverse of the penalty on large weights; 4 was no better on the kept parts."""
SEGMENTS = 12
"""Segments of one text that are learnt from."""
DECIMALS = 3
SIDE_OF_LABEL = {"positive": "praise", "negative": "complaint", "neutral": "neither"}
THINGS = {
    "id": ("petugas", "tempatnya", "produk ini", "layanan", "acaranya", "hasilnya", "makanannya", "orangnya"),
    "en": ("the staff is", "the place was", "this product is", "service was", "it is", "results are", "food was", ""),
}
DENIALS = {"id": ("tidak", "kurang", "gak", "belum"), "en": ("not", "never", "not very", "hardly")}
WORDS_TELL = 1.0
"""How much more the marks of the words count than was learnt: without it an odd thing ("the seller was honest") is
heard more than the word that praises it. On the kept parts it changes nothing."""
DENIAL_COMPLAINS = 0.7
"""The same for a denial of what the words do not know: what people deny is mostly good ("not soothing")."""
COUNTS = {
    "id": {"own id": 1.0, "lists id": 0.5, "id_smsa": 0.5, "own en": 0.5, "en_sides": 0.5},
    "en": {
        "own en": 1.0,
        "lists en": 0.5,
        "en_sides": 2.0,
        "en_nhs_fft": 0.1,
        "en_banking77": 0.5,
        "own id": 0.5,
        "id_smsa": 0.3,
    },
}
"""How much a text of each source counts for each language; the encoder is multilingual, so both help both."""

Texts = list[tuple[str, str]]


@dataclass(frozen=True)
class Encoded:
    """The segments of some texts."""

    seen: np.ndarray
    """(segments, features)"""
    side: np.ndarray
    """(segments,) the class of their text."""
    text: np.ndarray
    """(segments,) the number of their text."""
    share: np.ndarray
    """(segments,) of their text."""
    by_words: np.ndarray
    """(segments,) what the words alone tell."""


def own_sentences(language: str) -> Texts:
    with (PAIRS / f"{language}_sentences.csv").open(encoding="utf-8", newline="") as opened:
        return [(row["text"], row["side"]) for row in csv.DictReader(opened)]


def made_of_lists(language: str) -> Texts:
    """The words that praise and complain, said of things, and denied."""
    chance = random.Random(SEED)
    texts: Texts = []
    for entry, side, denied in (("praise", "praise", "complaint"), ("complaint", "complaint", "praise")):
        known = words_in(language, "words", entry) | words_in(language, "sides", entry)
        for word in sorted(known):
            thing, other = chance.sample(THINGS[language], 2)
            texts.append((f"{thing} {word}", side))
            texts.append((f"{other} {chance.choice(DENIALS[language])} {word}", denied))
    return texts


def reviews(name: str, *parts: str) -> Texts:
    kept = labelled(name).filter(pl.col("split").is_in(parts))
    return [(text, SIDE_OF_LABEL[labels[0]]) for text, labels in kept.select("text", "labels").iter_rows()]


def feedback() -> Texts:
    """Survey answers whose label tells the side."""
    texts: Texts = []
    kept = labelled("en_nhs_fft").filter(pl.col("split") == "train")
    for text, labels in kept.select("text", "labels").iter_rows():
        if "Negative experience & dissatisfaction" in labels:
            texts.append((text, "complaint"))
        elif "Positive experience & gratitude" in labels:
            texts.append((text, "praise"))
    return texts


def questions_to_a_bank() -> Texts:
    kept = labelled("en_banking77").filter(pl.col("split") == "train").sample(300, seed=SEED)
    return [(text, "neither") for text in kept["text"]]


def encoded(texts: Texts, language: str) -> Encoded:
    said, side, place, share = [], [], [], []
    for number, (text, own) in enumerate(texts):
        parts = segments_of(text, language)[:SEGMENTS]
        said += parts
        side += [CLASSES.index(own)] * len(parts)
        place += [number] * len(parts)
        share += [1 / len(parts)] * len(parts)
    seen = features(said, default_embedder().embed(said), language)
    told = np.array([polarity(s, language) for s in said])
    return Encoded(seen, np.array(side), np.array(place), np.array(share), told)


def learnt(sources: dict[str, Encoded], counts: dict[str, float]) -> SideHead:
    from sklearn.linear_model import LogisticRegression

    seen = np.concatenate([sources[name].seen for name in counts])
    side = np.concatenate([sources[name].side for name in counts])
    heft = np.concatenate([sources[name].share * weight for name, weight in counts.items()])
    model = LogisticRegression(C=STRENGTH, max_iter=500, random_state=SEED).fit(seen, side, heft)
    above, below = len(model.coef_[0]) - 4, len(model.coef_[0]) - 3
    model.coef_[CLASSES.index("praise"), above] += WORDS_TELL
    model.coef_[CLASSES.index("complaint"), below] += WORDS_TELL
    model.coef_[CLASSES.index("complaint"), -1] += DENIAL_COMPLAINS
    return SideHead(model.coef_.T.round(DECIMALS), model.intercept_.round(DECIMALS))


def judged(head: SideHead, kept: Encoded) -> tuple[float, float, float]:
    """Right by the words alone (silent is not right), silent, and right by the head, over texts that take a side."""
    shares = np.log(_softmax(kept.seen @ head.weights + head.intercepts))
    odds = shares[:, 0] - np.logaddexp(shares[:, 1], shares[:, 2])
    of_text = np.bincount(kept.text, weights=odds)
    words = np.sign(np.bincount(kept.text, weights=kept.by_words))
    true = np.zeros(len(of_text))
    true[kept.text] = np.where(kept.side == 0, 1, np.where(kept.side == 3, 0, -1))
    sided = true != 0
    return (
        float(np.mean((words == true)[sided])),
        float(np.mean((words == 0)[sided])),
        float(np.mean((np.sign(of_text) == true)[sided])),
    )


def _softmax(rows: np.ndarray) -> np.ndarray:
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def main() -> None:
    if "MCODE_SHARED" not in os.environ:
        raise SystemExit("MCODE_SHARED is not set: the labelled answers are not here")
    with single_threaded():
        sources = {f"own {language}": encoded(own_sentences(language), language) for language in ("id", "en")}
        sources |= {f"lists {language}": encoded(made_of_lists(language), language) for language in ("id", "en")}
        sources["id_smsa"] = encoded(reviews("id_smsa", "train"), "id")
        sources["en_sides"] = encoded(reviews("en_sides", "train"), "en")
        sources["en_nhs_fft"] = encoded(feedback(), "en")
        sources["en_banking77"] = encoded(questions_to_a_bank(), "en")
        heads = {language: learnt(sources, counts) for language, counts in COUNTS.items()}
        told = {
            language: {"intercepts": head.intercepts.tolist(), "weights": head.weights.T.tolist()}
            for language, head in heads.items()
        }
        WEIGHTS.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")
        kept = {
            "id_smsa, valid and test": ("id", encoded(reviews("id_smsa", "valid", "test"), "id")),
            "en_sides, test": ("en", encoded(reviews("en_sides", "test"), "en")),
            **{
                f"pairs {language}": (
                    language,
                    encoded([(t, "praise" if s > 0 else "complaint") for t, s in pairs(language)], language),
                )
                for language in heads
            },
        }
        for name, (language, texts) in kept.items():
            words, silent, right = judged(heads[language], texts)
            print(f"{name}: words {words:.3f} (silent {silent:.2f}), head {right:.3f}")


if __name__ == "__main__":
    main()
