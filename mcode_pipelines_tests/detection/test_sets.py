"""Multiple-response sets of SPSS: shared columns, members, labels, sets that nobody declared."""

from collections.abc import Sequence

import polars as pl
import pytest

from mcode_pipelines.detection import apply_codebook_edits, detect
from mcode_pipelines.survey import Codebook, ColumnDictionary, Kind, RawSurvey, ResponseSet
from mcode_pipelines.tabulation.respondents.answers import CodedAnswers
from mcode_pipelines.tabulation.respondents.decoding import decode
from mcode_pipelines_tests.detection.made import survey

BANKS = {"1": "Bank Jaya", "2": "Bank Rakyat", "3": "Bank Kota"}


def shared() -> RawSurvey:
    entry = ColumnDictionary(label="Bank", value_labels=BANKS)
    cells: dict[str, Sequence[object]] = {
        "first": [1, 2, 3, 1],
        "second": [2, None, 8, 3],
        "aided": [None, 1, None, None],
    }
    return survey(
        cells,
        dictionary=dict.fromkeys(cells, entry),
        response_sets=[
            ResponseSet(name="$spont", label="Spontaneous", columns=("first", "second")),
            ResponseSet(name="$total", label="Total", columns=("first", "second", "aided")),
        ],
    )


def test_sets_that_share_columns_keep_all_of_theirs() -> None:
    codebook = detect(shared())
    assert codebook["spont"].columns == ("first", "second")
    assert codebook["total"].columns == ("first", "second", "aided")
    assert [c.code for c in codebook["total"].choices] == ["1", "2", "3", "8"], "a code without a label has a row"


def test_columns_of_mentions_as_many_as_their_choices_stay_mentions_when_the_codebook_is_stored() -> None:
    raw = shared()
    raw = RawSurvey(raw.data.filter(pl.col("second").fill_null(0) != 8), raw.head)
    codebook = detect(raw)
    assert len(codebook["total"].columns) == len(codebook["total"].choices) == 3
    stored = Codebook.model_validate_json(codebook.model_dump_json(exclude_none=True))
    assert stored == codebook
    edited = apply_codebook_edits(stored, {"variables": [{"name": "total", "label": "Known banks"}]})
    answers = decode(edited["total"], raw.data.collect())
    # Bank Jaya is the first, second or aided mention of three people, Bank Rakyat of two, Bank Kota of one.
    assert answers.members[answers.patterns].sum(axis=0).tolist() == [3, 2, 1]  # type: ignore[union-attr]


def test_a_member_can_be_tabulated_alone_and_is_not_by_itself() -> None:
    codebook = detect(shared())
    assert codebook["first"].kind is Kind.SINGLE_CHOICE
    assert codebook["first"].member_of == "spont"
    assert not codebook["first"].tabulated
    edited = apply_codebook_edits(codebook, {"variables": [{"name": "first", "label": "Top of mind"}]})
    assert edited["spont"].columns == ("first", "second"), "an edited member leaves the set whole"


def test_no_coded_2_counts_as_no_coded_0() -> None:
    cells = {"a": [1, 2, 2, None], "b": [2, 2, 1, None], "c": [1, 0, 0, None], "d": [0, 0, 1, None]}
    raw = survey(
        cells,
        dictionary={name: ColumnDictionary(label=f"Option {name}") for name in cells},
        response_sets=[
            ResponseSet(name="$m", label="", columns=("a", "b"), counted="1"),
            ResponseSet(name="$n", label="", columns=("c", "d"), counted="1"),
        ],
    )
    codebook = detect(raw)
    first, second = (decode(codebook[name], raw.data.collect()) for name in ("m", "n"))
    assert (first.patterns >= 0).tolist() == (second.patterns >= 0).tolist() == [True, True, True, False]  # type: ignore[union-attr]


def test_options_are_named_by_value_labels_where_all_columns_are_labelled_alike() -> None:
    cells = {f"h{i}": [1, None] for i in (1, 2)}
    dictionary = {
        f"h{i}": ColumnDictionary(label="Hobbies", value_labels={"1": hobby})
        for i, hobby in ((1, "Chess"), (2, "Futsal"))
    }
    sets = [ResponseSet(name="$h", label="Hobbies", columns=("h1", "h2"), counted="1", labelled_by="counted_values")]
    codebook = detect(survey(cells, dictionary=dictionary, response_sets=sets))
    assert [c.label for c in codebook["h"].choices] == ["Chess", "Futsal"]


def test_option_columns_without_a_set_are_one_question() -> None:
    options = {"S4_1": "Radio", "S4_2": "Leaflet", "S4_3": "Neighbour"}
    lone = {name: [1, None, 1, None, None, 1] if name != "S4_2" else [None, 1, 1, None, 1, 1] for name in options}
    by_value = {n: ColumnDictionary(label="Where heard?", value_labels={"1": o}) for n, o in options.items()}
    by_label = {
        n: ColumnDictionary(label=f"Where did you hear of it? - {o}", value_labels={"0": "No", "1": "Yes"})
        for n, o in options.items()
    }
    zeros = {name: [0 if c is None else c for c in column] for name, column in lone.items()}
    for cells, dictionary in ((lone, by_value), (zeros, by_label)):
        variable = detect(survey(cells, dictionary=dictionary))["S4"]
        assert variable.kind is Kind.MULTI_CHOICE
        assert [c.label for c in variable.choices] == ["Radio", "Leaflet", "Neighbour"]
        told = [remark.en for remark in variable.remarks]
        assert (["S4_1 to S4_3" in one and "ticked at least one" in one for one in told] == [True]) is (cells is lone)


def test_yes_no_questions_in_a_row_stay_apart() -> None:
    labels = {"own_1": "Do you drive?", "own_2": "Are you married?"}
    dictionary = {n: ColumnDictionary(label=t, value_labels={"0": "No", "1": "Yes"}) for n, t in labels.items()}
    codebook = detect(survey({"own_1": [0, 1, 1, 0], "own_2": [1, 0, 1, 0]}, dictionary=dictionary))
    assert {v.kind for v in codebook} == {Kind.SINGLE_CHOICE}


def test_numbered_columns_of_which_each_holds_one_answer_are_no_options() -> None:
    cells = {"var1": ["Wayan", "Wayan"], "var2": [34, 34], "var3": ["Ambon", "Ambon"], "var4": [None, "2026-11-02"]}
    labels = {"var1": "name", "var2": "age", "var3": "town", "var4": "day"}
    codebook = detect(survey(cells, dictionary={n: ColumnDictionary(label=t) for n, t in labels.items()}))
    assert [v.columns for v in codebook] == [("var1",), ("var2",), ("var3",), ("var4",)]


def test_option_columns_that_hold_their_number_or_their_text_are_one_question() -> None:
    options = {"S4_1": "Radio", "S4_2": "Leaflet", "S4_3": "Neighbour"}
    for given in (lambda name: int(name[-1]), lambda name: options[name]):
        cells = {name: [given(name), None, given(name) if name != "S4_2" else None] for name in options}
        dictionary = {name: ColumnDictionary(label=f"Where heard? - {option}") for name, option in options.items()}
        assert len(detect(survey(cells, dictionary=dictionary))["S4"].choices) == 3


def test_labels_of_some_values_stay_and_labelled_no_answers_leave_the_numbers() -> None:
    raw = survey(
        {"rec": [i % 11 for i in range(66)], "wait": [(i * 7) % 60 + 1 if i % 6 else 888888 for i in range(66)]},
        dictionary={
            "rec": ColumnDictionary(label="How likely to recommend us?", value_labels={"0": "Never", "10": "Surely"}),
            "wait": ColumnDictionary(label="Minutes waited", value_labels={"888888": "Tidak tahu"}),
        },
    )
    codebook = detect(raw)
    assert {c.code: c.label for c in codebook["rec"].choices}["10"] == "Surely"
    assert codebook["rec"].nps
    assert "888888" in codebook["wait"].missing
    assert any("888888" in r.en for r in codebook["wait"].remarks)


def ticked(raw: RawSurvey, name: str) -> tuple[int, list[int]]:
    """The base of a multi-response question, and how many chose each option."""
    answers = decode(detect(raw)[name], raw.data.collect())
    assert isinstance(answers, CodedAnswers)
    inside = answers.patterns[answers.patterns >= 0]
    return len(inside), answers.members[inside].sum(axis=0).tolist()


@pytest.mark.parametrize(
    ("labels", "yes", "no"),
    [
        ({"1": "Mencionado", "2": "No mencionado"}, 1, 2),
        ({"1": "niet genoemd", "2": "genoemd", "9": "geen antwoord"}, 2, 1),
        ({"0": "nicht genannt", "1": "genannt", "9": "keine Angabe"}, 1, 0),
    ],
)
def test_labels_say_which_value_ticks(labels: dict[str, str], yes: int, no: int) -> None:
    silent = 9 if "9" in labels else None
    cells = {"v3_1": [yes, no, no, silent] * 5, "v3_2": [yes, yes, no, silent] * 5, "v3_3": [no, no, no, silent] * 5}
    dictionary = {n: ColumnDictionary(label=f"Medium {n}", value_labels=labels) for n in cells}
    assert ticked(survey(cells, dictionary=dictionary), "v3") == (15, [5, 10, 0])


def test_options_ticked_by_their_own_number_beside_zero_are_one_question() -> None:
    names = {"p_1": "Radio", "p_2": "Prensa", "p_3": "Internet"}
    cells = {"p_1": [1, 0, 0, None] * 5, "p_2": [2, 2, 0, None] * 5, "p_3": [0, 0, 0, None] * 5}
    dictionary = {
        name: ColumnDictionary(label="¿Qué medios usa?", value_labels={"0": "No", name[-1]: label})
        for name, label in names.items()
    }
    raw = survey(cells, dictionary=dictionary)
    assert ticked(raw, "p") == (15, [5, 10, 0])
    assert [c.label for c in detect(raw)["p"].choices] == list(names.values())


@pytest.mark.parametrize(
    ("yes", "no", "silent"),
    [("Ja", "Nein", None), ("Oui", "Non", "99"), ("1", "0", "-9"), ("Quoted", "Not quoted", None), ("Sim", "Não", "-")],
)
def test_columns_of_a_text_file_tick_in_any_language(yes: str, no: str, silent: str | None) -> None:
    cells = {
        "Medien [TV]": [yes, no, no, silent] * 5,
        "Medien [Radio]": [yes, yes, no, silent] * 5,
        "Medien [Netz]": [no, yes, no, silent] * 5,
    }
    assert ticked(survey(cells), "Medien") == (15, [5, 10, 5])
