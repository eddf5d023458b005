"""What another form does to a coded question: what it prints rules, and codes are known by what they mean."""

from __future__ import annotations

from mcode_pipelines.coding.semi_open.form_changes import on_this_form
from mcode_pipelines.survey import Choice, Code, CodeFrame, Variable

THEN = (("1", "Garda"), ("2", "Roda Mas"), ("3", "Cakra"), ("96", "Lainnya"))


def given(**more: object) -> CodeFrame:
    coined = (Code(code=97, label="Panca Lube"), Code(code=98, label="Tirta Oli"))
    printed = tuple(Code(code=int(code), label=label) for code, label in THEN)
    known = {
        "variable": "merek", "question": "Merek?", "language": "id", "codes": (*printed[:3], *coined, printed[3]),
        "other": 96, "merges": ("merek", "merek_lain"), "printed": (1, 2, 3, 96),
        "printed_codes": tuple(code for code, _ in THEN), "printed_labels": tuple(label for _, label in THEN), **more,
    }  # fmt: skip
    return CodeFrame.model_validate(known)


def changed(*pairs: tuple[str, str], frame: CodeFrame | None = None) -> tuple[dict[int, str], set[int], str, CodeFrame]:
    choices = tuple(Choice(code=code, label=label) for code, label in pairs)
    asked = Variable(name="merek", label="Merek?", kind="single_choice", columns=("merek",), choices=choices)
    other = next((choice for choice in choices if choice.label == "Lainnya"), None)
    numbers = {choice.code: int(choice.code) for choice in choices}
    made, gone, told = on_this_form(frame or given(), asked, numbers, other)
    return {code.code: code.label for code in made.codes}, set(gone), "\n".join(r.en for r in told), made


def test_the_same_form_changes_nothing() -> None:
    _, gone, told, made = changed(*THEN)
    assert (made, gone, told) == (given(), set(), "")


def test_a_coined_number_that_is_printed_for_something_else_moves_and_is_told() -> None:
    codes, gone, told, made = changed(*THEN, ("97", "Tidak tahu"))
    assert (codes[97], codes[99 + 1]) == ("Tidak tahu", "Panca Lube")
    assert codes[98] == "Tirta Oli"
    assert not gone
    assert "code 97 'Panca Lube' has the number 100 from here on" in told
    assert next(code for code in made.codes if code.code == 100).known_as == ("97 panca lube",)


def test_a_coined_answer_that_is_printed_now_is_one_with_it() -> None:
    codes, _, told, made = changed(*THEN, ("7", "TIRTA OLI"))
    assert codes[7] == "TIRTA OLI"
    assert 98 not in codes
    assert 98 in made.used_numbers
    assert "98 tirta oli" in next(code for code in made.codes if code.code == 7).known_as
    assert "is printed as 7 'TIRTA OLI'" in told


def test_a_printed_number_used_again_leaves_the_former_answer_its_history() -> None:
    codes, gone, told, _ = changed(("1", "Garda"), ("2", "Roda Mas"), ("3", "Kencana"), ("96", "Lainnya"))
    assert codes[3] == "Kencana"
    (number,) = (n for n, label in codes.items() if label == "Cakra")
    assert number not in {1, 2, 3, 96, 97, 98}
    assert gone == {number}
    assert f"code 3 'Cakra' has the number {number} from here on" in told


def test_a_form_in_other_words_gives_its_own_words_and_a_persons_name_stays_while_they_do() -> None:
    codes, *_ = changed(("1", "Garda"), ("2", "Roda Mas Super"), ("3", "Cakra"), ("96", "Lainnya"))
    assert codes[2] == "Roda Mas Super"
    renamed = given(codes=tuple(c.model_copy(update={"label": "GARDA!"}) if c.code == 1 else c for c in given().codes))
    codes, *_ = changed(*THEN, ("5", "Samudra"), frame=renamed)
    assert (codes[1], codes[5]) == ("GARDA!", "Samudra")


def test_an_answer_that_is_no_longer_printed_is_told() -> None:
    codes, gone, told, _ = changed(*THEN[:2], THEN[3])
    assert (codes[3], gone) == ("Cakra", {3})
    assert "no longer prints 'Cakra' (code 3)" in told
