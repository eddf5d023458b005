from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from mcode_pipelines.coding import CodingError, CodingSettings, build_code_frames, code_answers
from mcode_pipelines.coding.clusters import Themes
from mcode_pipelines.coding.distinct_answers import distinct_answers
from mcode_pipelines.coding.labels import Member, Spelling
from mcode_pipelines.coding.meaning import MeaningSpace, unit
from mcode_pipelines.coding.mixtures import without_mixtures
from mcode_pipelines.coding.naming import _showing, codes_of_themes, named_themes
from mcode_pipelines.survey import NO_ANSWER, ROW, CodeFrames, no_progress


@pytest.fixture(scope="module")
def frame(ferry_complaints, embedder):
    question, _ = ferry_complaints
    return build_code_frames([question], embedder=embedder, settings=CodingSettings()).of("E4")


def test_codes_run_from_one_then_other_then_no_answer(frame):
    codes = [c.code for c in frame.codes]
    assert codes == [*range(1, len(frame.themes) + 1), len(frame.themes) + 1, NO_ANSWER]
    assert frame.other == len(frame.themes) + 1
    assert [c.label for c in frame.codes[-2:]] == ["Lainnya", "Tidak ada jawaban"]


def test_every_theme_people_spoke_of_has_a_code(frame):
    labels = " / ".join(c.label.lower() for c in frame.themes)
    for word in ("toilet", "tiket", "petugas"):
        assert word in labels
    assert "jadwal" in labels or "terlambat" in labels
    assert "kursi" in labels or "tempat duduk" in labels


def test_labels_are_short_phrases_that_people_wrote(frame, ferry_complaints):
    question, _ = ferry_complaints
    written = " ".join(question.answers["verbatim"].to_list()).lower()
    for code in frame.themes:
        assert code.label[0].isupper()
        assert 1 <= len(code.label.split()) <= 6
        assert code.label.split()[0].lower() in written


def test_no_two_codes_share_a_label(frame):
    labels = [c.label.casefold() for c in frame.codes]
    assert len(set(labels)) == len(labels)


def test_themes_have_definitions_and_examples_that_were_given(frame, ferry_complaints):
    question, _ = ferry_complaints
    given = {" ".join(v.split()) for v in question.answers["verbatim"]}
    for code in frame.themes:
        assert code.definition
        assert code.definition.split()[0] in {"Pujian", "Keluhan", "Jawaban"}
        assert code.definition.endswith(".")
        assert 1 <= len(code.examples) <= 8
        assert set(code.examples) <= given


def test_no_answer_never_forms_a_theme(frame):
    assert not {"tidak tahu", "tidak ada", "ta"} & {c.label.lower() for c in frame.themes}


def test_a_limit_on_the_number_of_codes_is_kept(ferry_complaints, embedder):
    question, _ = ferry_complaints
    frame = build_code_frames([question], embedder=embedder, settings=CodingSettings(max_codes=3)).of("E4")
    assert 1 <= len(frame.themes) <= 3


def test_english_answers_get_english_labels(asked, embedder):
    answers = ["great coffee", "the coffee is great", "slow service", "service was slow", "too noisy", "noisy"] * 5
    frame = build_code_frames(
        [asked(answers, "en", text="What did you think?")], embedder=embedder, settings=CodingSettings()
    ).of("E4")
    assert [c.label for c in frame.codes[-2:]] == ["Other", "No answer"]
    assert {c.label for c in frame.themes} >= {"Great coffee"}
    assert {c.definition.split()[0] for c in frame.themes} <= {"Praise", "Complaints", "Answers"}


def test_a_label_is_not_a_typing_error_and_keeps_capitals_of_abbreviations(asked, embedder):
    answers = (
        ["pelayanan ABK ramah"] * 9 + ["pelayann ABK ramah"] * 2 + ["jadwal kacau", "kursi rusak", "harga naik"] * 3
    )
    frame = build_code_frames([asked(answers)], embedder=embedder, settings=CodingSettings()).of("E4")
    assert frame.codes[0].label == "Pelayanan ABK ramah"


def test_labels_are_whole_phrases_as_they_are_written(asked, embedder):
    answers = (
        ["sudah baik", "sudah baik semua", "sudah baik kok", "sudah baik menurut saya"] * 5
        + ["tidak was-was", "jadi tidak was-was naik kapal", "tidak was-was lagi"] * 5
        + ["kursi ruang tunggu kurang", "kursi ruang tunggu rusak", "kursi ruang tunggu ditambah"] * 5
    )
    question = asked(answers, text="Apa pendapat Anda?")
    frame = build_code_frames([question], embedder=embedder, settings=CodingSettings()).of("E4")
    labels = [c.label for c in frame.themes]
    assert "Sudah baik" in labels
    assert any(label.startswith("Tidak was-was") for label in labels)
    assert any(label.startswith("Kursi ruang tunggu") for label in labels)


@pytest.mark.parametrize(
    ("answers", "themes"),
    [
        (["toilet kotor", "kapal telat", "mahal"], []),
        (["toilet kotor", "kapal telat", "toiletnya kotor sekali"], ["Toilet kotor"]),
        (["kapal telat"], []),
    ],
)
def test_of_three_answers_only_what_two_people_say_is_a_theme(answers, themes, asked, embedder):
    question = asked(answers)
    frames = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    frame = frames.of("E4")
    assert [c.label for c in frame.themes] == themes
    codings = code_answers([question], frames, embedder=embedder, settings=CodingSettings())
    of = dict(zip(answers, codings["code"], strict=True))
    assert of["kapal telat"] == frame.other
    assert of[answers[0]] == (1 if themes else frame.other)


@pytest.mark.parametrize("odd", ["😡", "8/10", "zu", "=cmd|' /C calc'!A0"])
def test_what_has_no_readable_word_is_no_theme(odd, asked, embedder):
    question = asked(["toilet kotor", "toilet bau", "harga mahal", "harga tiket mahal"] * 3 + [odd] * 6)
    (frame,) = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    assert frame.themes
    assert {word for code in frame.themes for word in code.label.lower().split()} <= {
        "toilet", "kotor", "bau", "harga", "tiket", "mahal",
    }  # fmt: skip
    codings = code_answers([question], CodeFrames((frame,)), embedder=embedder, settings=CodingSettings())
    assert set(codings.filter(pl.col(ROW) > 12)["code"]) <= {frame.other, NO_ANSWER}


def test_random_letters_are_no_theme(asked, embedder):
    answers = ["asdf qwe", "hjkl jkl", "qwe asd", "sdfg dfgh", "xkjd fghj", "qwe asd"]
    frame = build_code_frames([asked(answers)], embedder=embedder, settings=CodingSettings()).of("E4")
    assert frame.themes == ()


@pytest.mark.parametrize("wanted", [None, 5])
@pytest.mark.parametrize("answers", [[], ["-", "tidak ada", "TA", "asdf"] * 5])
def test_a_question_without_content_has_only_other_and_no_answer(answers, wanted, asked, embedder):
    settings = CodingSettings(codes_wanted=wanted)
    frame = build_code_frames([asked(answers)], embedder=embedder, settings=settings).of("E4")
    assert [(c.code, c.label) for c in frame.codes] == [(1, "Lainnya"), (99, "Tidak ada jawaban")]


def test_a_given_frame_is_used_as_it_is(ferry_complaints, complaints_frame, embedder):
    question, _ = ferry_complaints
    frames = build_code_frames(
        [question], embedder=embedder, settings=CodingSettings(), given=CodeFrames((complaints_frame,))
    )
    assert frames.of("E4") == complaints_frame


def test_a_given_frame_for_an_unknown_question_is_refused(asked, complaints_frame, embedder):
    stranger = complaints_frame.model_copy(update={"variable": "E9"})
    with pytest.raises(CodingError, match=r"'E9' fits no open-ended question .* \(E4\)"):
        build_code_frames(
            [asked(["bagus"])], embedder=embedder, settings=CodingSettings(), given=CodeFrames((stranger,))
        )


def test_a_theme_is_never_called_other(asked, embedder):
    answers = ["lainnya"] * 12 + ["toilet kotor"] * 8 + ["tiket mahal"] * 5
    frame = build_code_frames([asked(answers)], embedder=embedder, settings=CodingSettings()).of("E4")
    assert [c.label for c in frame.codes].count("Lainnya") == 1
    assert {"Toilet kotor", "Tiket mahal"} <= {c.label for c in frame.themes}


def test_labels_tell_the_theme_and_nobodys_own_story(asked, embedder):
    answers = (
        ["bayi saya kepanasan karena ruangan panas", "ruangan panas banget kemarin", "ruangan tunggu panas"] * 4
        + ["ruangannya panas", "ruangan panas"] * 3
        + ["toilet kotor", "toiletnya kotor sekali", "istri saya bilang toilet kotor"] * 5
        + ["tiket mahal", "harga tiket mahal", "tiketnya mahal buat kami"] * 5
    )
    frame = build_code_frames([asked(answers)], embedder=embedder, settings=CodingSettings()).of("E4")
    labels = {c.label for c in frame.themes}
    assert {"Toilet kotor"} <= labels
    assert any("panas" in label for label in labels)
    assert not {"saya", "kami", "istri", "bayi", "kemarin"} & {w for label in labels for w in label.lower().split()}


def test_as_many_codes_as_wanted(ferry_complaints, embedder):
    question, _ = ferry_complaints
    frame = build_code_frames([question], embedder=embedder, settings=CodingSettings(codes_wanted=4)).of("E4")
    assert 3 <= len(frame.themes) <= 4


def test_an_answer_of_20000_characters_makes_a_label_that_can_be_read(asked, embedder):
    question = asked(["baik" * 5_000] * 5 + ["nyaman " * 2_800] * 5 + ["toilet kotor"] * 5)
    (frame,) = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    assert max(len(c.label) for c in frame.codes) <= 80
    assert "Toilet kotor" in [c.label for c in frame.codes]


def test_praise_and_complaints_of_one_thing_are_two_codes_where_both_are_asked_for(asked, embedder):
    praise = ["kapal bersih", "kapalnya bersih", "bersih", "harga terjangkau", "harganya murah", "murah"]
    complaints = [
        "kapal kurang bersih",
        "tidak bersih",
        "kapal kotor",
        "harga mahal",
        "harganya terlalu mahal",
        "mahal",
    ]
    question = asked([*praise, *complaints] * 6, text="Mengapa Anda memberi nilai tersebut?")
    frames = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    codings = code_answers([question], frames, embedder=embedder, settings=CodingSettings())
    codes: dict[str, set[int]] = {}
    for respondent, code in codings.select("respondent", "code").iter_rows():
        codes.setdefault(respondent, set()).add(code)
    of = {v: codes[r] for r, v in question.answers.select("respondent", "verbatim").iter_rows()}
    assert set().union(*(of[v] for v in praise)).isdisjoint(set().union(*(of[v] for v in complaints)))
    assert of["bersih"].isdisjoint(of["murah"])


def test_a_limit_holds_where_praise_and_complaints_are_codes_of_their_own(asked, embedder):
    answers = ["bersih", "kotor", "murah", "mahal", "petugas ramah", "petugas kasar", "cepat", "lambat"] * 5
    question = asked(answers, text="Mengapa Anda memberi nilai tersebut?")
    frame = build_code_frames([question], embedder=embedder, settings=CodingSettings(max_codes=4)).of("E4")
    assert 1 <= len(frame.themes) <= 4


def test_examples_say_together_what_the_whole_theme_says():
    # Two sides of one theme, all but one of its members on the same side of its middle.
    vectors = np.array([[1, 0.3], [1, 0.31], [1, 0.32], [1, 0.33], [1, 0.34], [1, -0.35]], dtype=np.float32)
    vectors = unit(vectors)
    centre = unit(np.array([[1.0, 0.0]], dtype=np.float32))[0]
    members = [Member(f"m{n}", 1.0, float(v @ centre), 1.0) for n, v in enumerate(vectors)]
    shown = [m.segment for m in _showing(members, vectors, centre)]
    assert shown[:2] == ["m0", "m5"]
    mixed = [replace(m, alone=0.0) if m.segment == "m0" else m for m in members]
    assert "m0" not in [m.segment for m in _showing(mixed, vectors, centre)]


def test_a_label_of_two_phrases_where_one_speaks_for_too_few(asked, embedder):
    weather = ["mabuk laut", "mabuk laut parah", "ombak besar", "ombak besar sekali", "angin kencang", "badai"]
    others = ["toilet kotor", "toilet bau", "tiket mahal", "harga mahal", "petugas kasar", "petugas judes"]
    question = asked([*weather, *others, *others] * 4)
    answers = distinct_answers(question, CodingSettings(), no_progress)
    space = MeaningSpace(question.text, "id", answers.segments, answers.weights, embedder)
    groups = [{"mabuk", "ombak", "angin", "badai"}, {"toilet"}, {"tiket", "harga"}, {"petugas"}]
    theme_of = np.array([next(g for g, own in enumerate(groups) if own & set(s.split())) for s in answers.segments])
    centres = unit(np.array([space.fitted[theme_of == g].sum(axis=0) for g in range(len(groups))]))
    spelling = Spelling(answers.verbatims, answers.counts.tolist(), answers.segments, answers.weights, "id")
    named = named_themes(
        question, answers.segments, answers.weights, answers.alone, Themes(theme_of, centres), space, spelling
    )
    codes = codes_of_themes("id", answers, named, spelling, range(1, len(named) + 1))
    assert [c.label for c in codes if "," in c.label] in (["Mabuk laut, ombak besar"], ["Ombak besar, mabuk laut"])


def _cut(said: list[list[str]], least: float = 5) -> list[list[str]]:
    """What is left of themes that hold these segments, each said by four, where a theme must weigh so much."""
    segments = [s for own in said for s in own]
    theme_of = np.array([t for t, own in enumerate(said) for _ in own])
    vectors = np.eye(len(segments), dtype=np.float32)
    centres = unit(np.array([vectors[theme_of == t].sum(axis=0) for t in range(len(said))]))
    left = without_mixtures(
        Themes(theme_of, centres),
        segments,
        vectors,
        np.full(len(segments), 4.0),
        np.zeros(len(segments), dtype=np.int8),
        "id",
        least=least,
    )
    return [[segments[s] for s in np.flatnonzero(left.theme_of_segment == t)] for t in range(len(left))]


_OF_ONE_WORD = [[f"{thing} {n}" for n in ("satu", "dua", "tiga")] for thing in ("sepeda", "kelapa", "sungai", "gunung")]


def test_what_has_nothing_in_common_is_no_theme():
    mixture = ["batu", "kertas", "gunting", "awan", "pensil", "bulan", "rumput", "pasir"]
    assert _cut([*_OF_ONE_WORD, mixture]) == _OF_ONE_WORD


def test_of_a_mixture_those_stay_who_use_one_word():
    core = ["awan putih", "awan hitam"]
    mixture = [*core, "batu", "kertas", "gunting", "pensil", "bulan", "rumput", "pasir", "daun", "kayu"]
    assert _cut([*_OF_ONE_WORD, mixture]) == [*_OF_ONE_WORD, core]


def test_what_is_barely_a_theme_is_not_cut_out_of_a_mixture():
    mixture = ["awan putih", "awan hitam", "batu", "kertas", "gunting", "pensil", "bulan", "rumput", "pasir", "daun"]
    assert _cut([*_OF_ONE_WORD, mixture], least=8) == _OF_ONE_WORD


def test_of_talk_about_the_answering_only_what_speaks_of_something_stays():
    talk = [f"nilai {n}" for n in ("satu", "dua", "tiga", "empat", "lima", "enam")]
    rest = ["awan putih", "awan hitam", "awan kelabu"]
    assert _cut([*_OF_ONE_WORD, [*talk, *rest]]) == [*_OF_ONE_WORD, rest]
    assert _cut([*_OF_ONE_WORD, [*talk, *rest[:1]]]) == _OF_ONE_WORD


def test_one_subject_holds_a_theme_together_whatever_the_words():
    prices = ["mahal", "tarif", "ongkos", "biaya", "diskon", "promo", "hemat", "dompet", "rupiah"]
    assert _cut([*_OF_ONE_WORD, prices]) == [*_OF_ONE_WORD, prices]
