"""A frame of texts behind "Lainnya" on another form: what the form prints rules."""

from __future__ import annotations

from mcode_pipelines.coding.semi_open.form_changes import on_this_form
from mcode_pipelines.coding.semi_open.printed_choices import code_numbers, other_choice
from mcode_pipelines.survey import Choice, Code, CodeFrame, Variable

THEN = (("1", "Bango"), ("2", "ABC"), ("96", "Lainnya"))


def question(*choices: tuple[str, str]) -> Variable:
    return Variable(
        name="Q1",
        label="Kecap apa?",
        kind="multi_choice",
        columns=("Q1",),
        delimiter=" ",
        choices=tuple(Choice(code=code, label=label) for code, label in choices),
        other_code="96",
    )


def september(*coined: Code) -> CodeFrame:
    printed = [Code(code=int(code), label=label) for code, label in THEN]
    return CodeFrame(
        variable="Q1",
        question="Kecap apa?",
        language="id",
        codes=(*printed[:2], *coined, printed[2]),
        other=96,
        origin="wave",
        merges=("Q1", "Q1_L"),
        printed=(1, 2, 96),
        printed_codes=("1", "2", "96"),
        printed_labels=("Bango", "ABC", "Lainnya"),
    )


def today(given: CodeFrame, *choices: tuple[str, str]) -> tuple[dict[int, str], CodeFrame, set[int], list[str]]:
    asked = question(*choices)
    frame, gone, told = on_this_form(given, asked, code_numbers(asked.choices), other_choice(asked))
    return {c.code: c.label for c in frame.codes}, frame, set(gone), [remark.id for remark in told]


def test_the_same_form_changes_nothing() -> None:
    given = september(Code(code=97, label="Sedaap"))
    assert today(given, *THEN)[1] == given


def test_a_coined_number_that_is_printed_for_something_else_moves_and_is_told() -> None:
    codes, frame, _, told = today(september(Code(code=97, label="Sedaap")), *THEN[:2], ("97", "Tidak pakai"), THEN[2])
    assert codes == {1: "Bango", 2: "ABC", 97: "Tidak pakai", 98: "Sedaap", 96: "Lainnya"}
    assert next(c for c in frame.codes if c.code == 98).known_as == ("97 sedaap",)
    assert told == ["Q1: kode 97 'Sedaap' kini bernomor 98, karena formulir mencetak 97 untuk 'Tidak pakai'"]


def test_what_was_coined_and_is_printed_now_is_one_code() -> None:
    codes, frame, _, told = today(september(Code(code=97, label="Sedaap")), *THEN[:2], ("5", "Sedaap"), THEN[2])
    assert codes == {1: "Bango", 2: "ABC", 5: "Sedaap", 96: "Lainnya"}
    assert "97 sedaap" in next(c for c in frame.codes if c.code == 5).known_as
    assert 97 in frame.used_numbers
    assert "dicetak sebagai 5" in told[0]


def test_a_printed_number_that_is_used_again_keeps_the_history_of_both() -> None:
    codes, frame, gone, _ = today(september(), ("1", "Bango"), ("2", "Indofood"), THEN[2])
    assert codes == {1: "Bango", 2: "Indofood", 97: "ABC", 96: "Lainnya"}
    assert gone == {97}
    assert next(c for c in frame.codes if c.code == 97).known_as == ("2 abc",)
    assert next(c for c in frame.codes if c.code == 2).known_as == ("2 indofood",)


def test_a_reworded_choice_has_todays_words_and_a_persons_name_stays_while_the_printed_one_does() -> None:
    renamed = september()
    bango = renamed.codes[0].model_copy(update={"label": "Bango (Unilever)", "lineage": ("1 bango",)})
    renamed = renamed.model_copy(update={"codes": (bango, *renamed.codes[1:])})
    assert today(renamed, *THEN[:2], ("3", "Sedaap"), THEN[2])[0][1] == "Bango (Unilever)"
    assert today(renamed, ("1", "Bango Manis"), THEN[1], THEN[2])[0][1] == "Bango Manis"


def test_another_number_for_other_is_the_other_code() -> None:
    codes, frame, _, _ = today(september(Code(code=97, label="Sedaap")), *THEN[:2], ("8", "Lainnya"))
    assert frame.other == 8
    assert codes == {1: "Bango", 2: "ABC", 8: "Lainnya", 97: "Sedaap"}
