"""What generated codes are called, and how their definitions read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from mcode_pipelines.coding import CodingSettings, build_code_frames, code_answers
from mcode_pipelines.coding.clusters import Themes
from mcode_pipelines.coding.defining import definition_of, meant, not_meant
from mcode_pipelines.coding.distinct_answers import distinct_answers
from mcode_pipelines.coding.label_choice import Label
from mcode_pipelines.coding.labels import Member, Phrases, Spelling, core_of
from mcode_pipelines.coding.meaning import MeaningSpace, unit
from mcode_pipelines.coding.naming import codes_of_themes, named_themes
from mcode_pipelines.coding.voices import Voices, stem
from mcode_pipelines.survey import Code, CodeFrame, CodeFrames, no_progress

Coded = Callable[..., list[Code]]
SUGGESTIONS = "Apa yang perlu diperbaiki?"
REASONS = "Mengapa Anda memberi nilai tersebut?"


@pytest.fixture
def coded(asked, embedder) -> Coded:
    """The codes of themes that were told apart by hand: each holds what is in one list."""

    def make(themes: Sequence[Sequence[str]], text: str, language: str = "id") -> list[Code]:
        question = asked([a for own in themes for a in own], language, text=text)
        answers = distinct_answers(question, CodingSettings(), no_progress)
        space = MeaningSpace(question.text, language, answers.segments, answers.weights, embedder)
        theme_of_answer = {a: t for t, own in enumerate(themes) for a in own}
        theme_of = np.zeros(len(answers.segments), dtype=np.int64)
        for verbatim, segments in zip(answers.verbatims, answers.segments_of_answer, strict=True):
            theme_of[list(segments)] = theme_of_answer[verbatim]
        centres = unit(np.array([space.fitted[theme_of == t].sum(axis=0) for t in range(len(themes))]))
        spelling = Spelling(answers.verbatims, answers.counts.tolist(), answers.segments, answers.weights, language)
        named = named_themes(
            question, answers.segments, answers.weights, answers.alone, Themes(theme_of, centres), space, spelling
        )
        return list(codes_of_themes(language, answers, named, spelling, range(1, len(named) + 1), text))

    return make


def _labels(codes: Sequence[Code]) -> list[str]:
    return [c.label for c in codes]


FILLED = [["harga mahal"] * 6 + ["harga naik"] * 4, ["petugas kasar"] * 6 + ["petugas galak"] * 4]


def test_a_theme_is_not_called_after_what_few_said_of_its_thing(coded):
    lockers = ["loker"] * 4 + ["loker kecil"] * 2 + ["loker kecil sekali", "loker pria wanita dicampur"]
    lockers += ["loker jangan dipakai menyimpan makanan", "kunci loker hilang", "tempat menyimpan tas sempit"]
    assert "Loker" in _labels(coded([lockers, *FILLED], SUGGESTIONS))


def test_where_a_side_is_asked_for_the_label_says_what_is_said_of_the_thing(coded):
    lockers = ["loker sempit"] * 5 + ["loker"] * 2 + ["loker penuh", "loker kecil sekali"]
    assert "Loker sempit" in _labels(coded([lockers, *FILLED], REASONS))


def test_a_subject_names_a_theme_that_agrees_on_no_phrase(coded):
    at_home = [
        "my daughter came over", "our son called me", "mother laughed", "saw my parents", "the baby smiled",
        "my wife sang", "husband came home", "father told stories", "children danced", "kids in the garden",
    ]  # fmt: skip
    others = [
        ["bought a new phone"] * 5 + ["bought shoes"] * 3,
        ["finished my project at work"] * 5 + ["got the job"] * 3,
    ]
    codes = coded([at_home, *others], "What made you happy?", "en")
    family = next(c for c in codes if "daughter came over" in " ".join(c.examples) or "mother laughed" in c.examples)
    assert family.label == "Family"
    assert "about family" in family.definition or "for family" in family.definition


def test_a_theme_without_a_phrase_that_speaks_for_it_is_called_by_two_of_its_words(coded):
    animals = ("rabbit", "parrot", "hamster", "turtle", "goldfish")
    stories = [
        "{} found its way back", "taught our {} another tune", "saw how fast one {} grew", "{} ate from my hand",
        "watched some {} chase leaves", "heard a {} outside", "gave every {} fresh water", "{} sat upon his shoulder",
        "brought this {} to school", "{} slept near the stove", "drew a {} with crayons", "found the missing {}",
        "{} looked through the window", "cleaned where the {} lives", "neighbours admired my {}",
    ]  # fmt: skip
    pets = [story.format(animals[n % 5]) for n, story in enumerate(stories)]
    others = [["bought a new phone"] * 5 + ["bought shoes"] * 3, ["finished a hard project"] * 5 + ["got the job"] * 3]
    labels = _labels(coded([pets, *others], "What made you happy?", "en"))
    assert any(len(named & set(animals)) == 2 for named in (set(label.lower().split(" and ")) for label in labels)), (
        labels
    )


def test_what_one_respondent_said_is_hardly_a_label_where_many_speak_of_the_thing(spelling):
    halls = [("gedung megah", 1.0), ("gedung luas", 2.0), ("gedung tua sekali", 1.0), ("gedung di tengah kota", 1.0)]

    def worth(times: float) -> dict[str, float]:
        members = [Member(said, weight, 0.5, weight) for said, weight in (*halls, ("gedung", times))]
        return {" ".join(p): w for p, w in Phrases([members], "id", spelling).candidates(0, ["gedung"], 20)}

    few, many = worth(1.0), worth(9.0)
    assert many["gedung luas"] - many["gedung megah"] > few["gedung luas"] - few["gedung megah"] + 0.4


def test_no_label_says_the_contrary_of_what_most_say_in_the_same_words(coded):
    pets = ["hewan kecil dibolehkan masuk"] * 3 + ["hewan jangan dibolehkan"] + ["kucing tolong dibolehkan"] * 3
    pets += ["kucing jangan dibolehkan"] + ["yang bawa kucing tolong dibedakan"] * 3
    codes = coded([pets, *FILLED], SUGGESTIONS)
    assert any("dibolehkan" in label for label in _labels(codes))
    assert not any("jangan" in f"{c.label} {c.definition}" for c in codes)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (["lantai kotor"] * 5 + ["meja berdebu"] * 2 + ["tidak ada semut"] * 5, "Lantai kotor"),
        (
            ["lantai kotor"] * 5
            + ["kurang bersih"] * 5
            + ["jarang ada noda", "tidak ada noda", "noda di mana"] * 4
            + ["petugas rajin menyapu"] * 4,
            "Tidak ada noda",
        ),
    ],
)
def test_no_second_phrase_where_one_of_two_denies_what_may_be_praise_or_complaint(said, label, coded):
    assert label in _labels(coded([said, *FILLED], REASONS))


def test_a_phrase_before_a_denial_is_a_whole_one(coded):
    lost = ["helm hilang tidak ketemu"] * 3 + ["helm hilang tidak diganti"] * 2 + ["helm hilang"] * 2
    lost += ["helm dilempar tukang", "titip helm"]
    assert "Helm hilang" in _labels(coded([lost, *FILLED], REASONS))


def test_letters_that_are_no_word_stand_in_no_label(coded):
    mats = ["ad tikar di ruang tamu", "ad tikar"] * 4 + ["tikar baru", "ada tikar"] * 2
    assert not any("ad" in label.lower().split() for label in _labels(coded([mats, *FILLED], SUGGESTIONS)))


def test_nothing_to_improve_is_praise_as_it_was_meant():
    assert core_of("nothing excellent service", "en") == ("excellent", "service")
    assert core_of("nothing works", "en") == ("nothing", "works")


def test_how_people_begin_to_speak_is_no_part_of_a_label():
    assert core_of("yang jelas lantai licin", "id") == ("lantai", "licin")
    assert core_of("hmm lantai licin", "id") == ("lantai", "licin")


def test_forms_of_a_word_are_one_word():
    assert stem("turunkan", "id") == stem("diturunkan", "id") == stem("turun", "id")
    assert stem("queues", "en") == stem("queue", "en")
    assert stem("meja", "id") != stem("kursi", "id")


@pytest.fixture
def voices() -> Voices:
    said = {"lampu jangan dimatikan": 3.0, "lampu dimatikan saja": 1.0, "lampu redup": 4.0}
    return Voices([Member(s, weight, 0.5, weight) for s, weight in said.items()], "id")


def test_a_phrase_is_used_by_those_who_say_all_its_words_in_any_form(voices):
    assert voices.share(("lampu",)) == pytest.approx(1.0)
    assert voices.share(("matikan", "lampu")) == pytest.approx(0.5)
    assert voices.share(("kipas",)) == 0


def test_a_phrase_is_contradicted_where_more_deny_than_assert_it(voices):
    assert voices.contradict(("lampu", "dimatikan"))
    assert not voices.contradict(("lampu", "jangan", "dimatikan"))
    assert not voices.contradict(("lampu", "redup"))


def test_talk_of_the_answering_is_no_theme(asked, embedder):
    things = ["kamar luas", "kamar sempit", "sarapan enak", "sarapan dingin", "kolam dalam", "kolam dangkal"]
    things += ["kebun asri", "kebun gersang", "parkir luas", "parkir sempit"]
    talk = ["angka delapan saja", "angka itu pas", "skor segitu", "nilai saya segitu", "nilai itu alasan pribadi"]
    question = asked((things + talk) * 6, text=REASONS)
    (frame,) = build_code_frames([question], embedder=embedder, settings=CodingSettings())
    named = " ".join(_labels(frame.themes)).lower().split()
    assert {"kamar", "sarapan", "kolam", "kebun", "parkir"} & set(named)
    assert not {"angka", "skor", "nilai", "alasan"} & set(named)


@pytest.fixture
def spelling() -> Spelling:
    return Spelling(["lampu mati"], [1], ["lampu mati"], np.ones(1), "id")


def test_a_definition_cites_what_was_said(spelling):
    label = Label(("lampu", "mati"), ("wc", "gelap"), (("kabel", "putus"),), side=-1)
    assert definition_of(label, spelling, "id") == "Keluhan seperti lampu mati, WC gelap atau kabel putus."
    assert definition_of(Label(("lampu", "terang"), side=1), spelling, "id") == "Pujian seperti lampu terang."
    assert definition_of(Label(("new", "lamps")), spelling, "en") == "Answers such as new lamps."
    heading = Label(("price",), (), (("too", "dear"),), heading=True, side=-1)
    assert definition_of(heading, spelling, "en") == "Complaints about price, such as too dear."


def test_a_definition_names_the_code_of_the_same_subject_on_the_other_side():
    labels = [
        Label(("harga", "murah"), side=1),
        Label(("tiket", "mahal"), side=-1),
        Label(("lantai", "kotor"), side=-1),
    ]
    sentences = not_meant(labels, ["Harga murah", "Tiket mahal", "Lantai kotor"], [], "id")
    assert sentences == ["Tidak termasuk “Tiket mahal”.", "Tidak termasuk “Harga murah”.", ""]


def test_a_definition_names_the_code_of_the_same_thing_but_not_for_the_questions_own_words():
    labels = [Label(("loker", "ditambah")), Label(("kunci", "loker")), Label(("lampu", "diganti"))]
    written = ["Loker ditambah", "Kunci loker", "Lampu diganti"]
    assert not_meant(labels, written, [], "id")[:2] == [
        "Tidak termasuk “Kunci loker”.",
        "Tidak termasuk “Loker ditambah”.",
    ]
    assert not_meant(labels, written, ["loker"], "id") == ["", "", ""]


def test_what_a_definition_leaves_out_does_not_draw_answers_to_its_code(asked, embedder):
    answers = ["lampu mati", "lampu redup", "kipas rusak", "kipas berisik"] * 3
    question = asked(answers, text=SUGGESTIONS)

    def coded(definition: str) -> list[tuple[int, float]]:
        codes = (Code(code=1, label="Lampu", definition=definition), Code(code=2, label="Kipas"))
        frame = CodeFrame(
            variable=question.variable, question=question.text, language="id", codes=codes, origin="given"
        )
        found = code_answers([question], CodeFrames((frame,)), embedder=embedder, settings=CodingSettings())
        return list(found.select("code", "confidence").iter_rows())

    said = "Jawaban seperti lampu mati."
    assert meant(f"{said} Tidak termasuk “Kipas rusak”.", "id") == said
    assert coded(f"{said} Tidak termasuk “Kipas rusak”.") == coded(said)


def test_a_label_keeps_the_word_that_belongs_to_its_verb(coded):
    locked_out = ["can't log in"] * 6 + ["I can't log in anymore"] * 2
    dear = ["too expensive"] * 6 + ["expensive fees"] * 4
    labels = _labels(coded([locked_out, dear], "What do you dislike about the app?", "en"))
    assert "Can't log in" in labels
