"""The codebook as a page: what needs a look comes first, and texts of the survey are texts in it."""

from __future__ import annotations

from mcode_pipelines.detection import codebook_page, needs_a_look
from mcode_pipelines.survey import Codebook, Remark, Variable, in_indonesian

WEIGHT = Remark(en="'faktor' looks like a weight and is not used", id="'faktor' tampak seperti bobot dan tidak dipakai")
SPLIT = Remark(en="two versions were joined", id="dua versi digabung")


def variable(name: str, **more: object) -> Variable:
    return Variable(name=name, label=f"Question {name}", kind="single_choice", columns=(name,), **more)


BOOK = Codebook(
    variables=(
        variable("sure"),
        variable("guess", confidence=0.6, evidence=("five distinct answers",)),
        variable("unsure", confidence=0.3, evidence=("no other sign",)),
        variable("told", remarks=(SPLIT,)),
    ),
    language="en",
    remarks=(WEIGHT,),
)


def test_what_was_told_comes_before_what_is_unsure_and_the_sure_is_left_out() -> None:
    assert [(row["name"], row["why"]) for row in needs_a_look(BOOK)] == [
        ("", "'faktor' looks like a weight and is not used"),
        ("told", "two versions were joined"),
        ("unsure", "no other sign"),
        ("guess", "five distinct answers"),
    ]


def test_the_page_is_in_the_language_of_the_survey() -> None:
    english = codebook_page(BOOK, "Ferries")
    assert (
        english.index("Needs a look") < english.index("two versions were joined") < english.index("All variables (4)")
    )
    indonesian = codebook_page(BOOK.model_copy(update={"language": "id"}), "Feri")
    assert indonesian.index("Perlu diperiksa") < indonesian.index("dua versi digabung")


def test_a_page_without_doubts_says_so() -> None:
    assert "Nothing stands out." in codebook_page(Codebook(variables=(variable("sure"),), language="en"), "S")


def test_texts_of_the_survey_are_no_markup() -> None:
    hostile = variable("q", remarks=(Remark(en="<img src=x>", id="<img src=x>"),), evidence=("<b>x</b>",))
    page = codebook_page(Codebook(variables=(hostile,), language="en"), "<script>alert(1)</script>")
    assert not any(tag in page for tag in ("<img", "<b>", "<script"))
    assert "&lt;img src=x&gt;" in page


def test_numbers_in_indonesian_sentences_are_indonesian() -> None:
    assert in_indonesian(1304) == "1.304"
    assert in_indonesian(1304.56, ",.1f") == "1.304,6"
