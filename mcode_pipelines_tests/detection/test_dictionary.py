"""Files with a dictionary of their own: value labels outweigh the declared measure."""

from __future__ import annotations

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import ColumnDictionary, Kind, ResponseSet
from mcode_pipelines_tests.detection.made import survey


def test_value_labels_make_choices_whatever_the_measure_says() -> None:
    sex = ColumnDictionary(label="Jenis kelamin", value_labels={"1": "Pria", "2": "Wanita"}, measure="scale")
    height = ColumnDictionary(label="Tinggi", measure="nominal")
    codebook = detect(
        survey({"q1": [1.0, 2.0, 1.0], "q2": [171.5, 160.2, 155.1]}, dictionary={"q1": sex, "q2": height}, tool="spss")
    )
    assert codebook["q1"].kind is Kind.SINGLE_CHOICE
    assert [(c.code, c.label) for c in codebook["q1"].choices] == [("1", "Pria"), ("2", "Wanita")]
    assert codebook["q2"].kind is Kind.NUMERIC


def test_user_missing_values_are_missing_and_no_choices() -> None:
    entry = ColumnDictionary(value_labels={"1": "Puas", "2": "Tidak puas", "99": "Tidak menjawab"}, missing=("99",))
    satisfied = detect(survey({"q": [1.0, 2.0, 99.0]}, dictionary={"q": entry}))["q"]
    assert satisfied.missing == ("99",)
    assert [c.code for c in satisfied.choices] == ["1", "2"]


def test_labels_in_order_make_a_scale() -> None:
    words = ["Sangat buruk", "Buruk", "Cukup", "Baik", "Sangat baik"]
    entry = ColumnDictionary(value_labels={str(i): w for i, w in enumerate(words, start=1)})
    rated = detect(survey({"q": [1.0, 5.0]}, dictionary={"q": entry}))["q"]
    assert rated.kind is Kind.SCALE
    assert [c.factor for c in rated.choices] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_declared_sets_are_one_question_each() -> None:
    ticks = {f"m{i}": [1.0, 0.0, None] for i in (1, 2)}
    categories = {f"c{i}": [1.0, 2.0, 3.0] for i in (1, 2)}
    labels = {"1": "Radio", "2": "Koran", "3": "Poster"}
    dictionary = {"m1": ColumnDictionary(label="Radio"), "m2": ColumnDictionary(label="Koran")}
    dictionary |= {c: ColumnDictionary(value_labels=labels) for c in categories}
    sets = [
        ResponseSet(name="$media", label="Media", columns=("m1", "m2"), counted="1"),
        ResponseSet(name="$mention", label="Sebutan", columns=("c1", "c2")),
    ]
    codebook = detect(survey({**ticks, **categories}, dictionary=dictionary, response_sets=sets))
    assert [(c.label, c.column) for c in codebook["media"].choices] == [("Radio", "m1"), ("Koran", "m2")]
    assert [(c.code, c.label) for c in codebook["mention"].choices] == list(labels.items())
    assert codebook["mention"].columns == ("c1", "c2")
