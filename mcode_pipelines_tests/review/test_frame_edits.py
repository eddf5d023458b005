"""A code frame edited by a person: every edit, every mistake, and two reviews of the same frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.intake.edited_frame import FrameHistory
from mcode_pipelines.intake.frame_edits import apply_frame_edits, parse_code
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame
from mcode_pipelines.survey.review import FrameRow
from mcode_pipelines_tests.review.made import frame


def rows(of: CodeFrame, **changes: dict) -> list[FrameRow]:
    """The frame sheet untouched, but for the changes by `c<code>`; None takes the row away."""
    made = []
    for number, code in enumerate(of.codes, start=2):
        change = changes.get(f"c{code.code}", {})
        if change is None:
            continue
        cells = {
            "code": str(code.code),
            "label": code.label,
            "net": code.net or "",
            "definition": code.definition or "",
        }
        made.append(FrameRow(sheet="E4 kode", row=number, **(cells | change)))
    return made


def new_row(code: str, label: str, row: int = 50) -> FrameRow:
    return FrameRow(sheet="E4 kode", row=row, code=code, label=label)


def labels(of: CodeFrame) -> dict[int, str]:
    return {code.code: code.label for code in of.codes}


def test_an_untouched_frame_stays_byte_for_byte():
    result = apply_frame_edits(frame(), frame(), rows(frame()))
    assert result.frame.model_dump_json() == frame().model_dump_json()
    assert not result.done
    assert not result.refused


def test_a_code_is_renamed_and_moved_under_a_net():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": "WC kotor", "net": "Kebersihan"}))
    (code,) = [c for c in result.frame.codes if c.code == 1]
    assert (code.label, code.net) == ("WC kotor", "Kebersihan")
    assert len(result.done) == 2


def test_a_definition_that_names_the_code_follows_its_new_label():
    told = {1: "Jawaban tentang toilet kotor; kata kunci: toilet, bau.", 2: "Semua tentang jadwalnya."}
    codes = tuple(c.model_copy(update={"definition": told.get(c.code)}) for c in frame().codes)
    before = frame().model_copy(update={"codes": codes})
    result = apply_frame_edits(before, before, rows(before, c1={"label": "AC dan WC"}, c2={"label": "Jadwal"}))
    definitions = {c.code: c.definition for c in result.frame.codes}
    assert definitions[1] == "Jawaban tentang AC dan WC; kata kunci: toilet, bau."
    assert definitions[2] == "Semua tentang jadwalnya."


def test_a_merged_code_leaves_its_words_to_the_code_that_stays():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c2={"merge_into": "3 Tiket mahal"}))
    assert 2 not in labels(result.frame)
    (kept,) = [c for c in result.frame.codes if c.code == 3]
    assert "Jadwal terlambat" in kept.examples
    assert result.code(2) == 3


def test_codes_merged_one_into_the_other_end_at_the_last():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"merge_into": "2"}, c2={"merge_into": "3"}))
    assert result.code(1) == result.code(2) == 3


def test_codes_merged_in_a_circle_stay():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"merge_into": "2"}, c2={"merge_into": "1"}))
    assert {1, 2} <= set(labels(result.frame))
    assert len(result.refused) == 2
    assert "circle" in result.refused[0]


def test_a_deleted_row_deletes_the_code():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c4=None))
    assert 4 not in labels(result.frame)
    assert result.gone == {4}


def test_what_a_deleted_code_held_is_remembered_until_it_is_added_again():
    once = apply_frame_edits(frame(), frame(), rows(frame(), c4=None))
    twice = apply_frame_edits(once.frame, once.frame, rows(once.frame, c2=None), history=once.history)
    assert twice.frame.deleted == tuple(c for code in (4, 2) for c in frame().codes if c.code == code)
    again = [*rows(twice.frame), new_row("", "Petugas  TIDAK ramah")]
    added = apply_frame_edits(twice.frame, twice.frame, again, history=twice.history)
    assert [c.code for c in added.frame.deleted or ()] == [2]


def test_other_and_no_answer_are_always_there():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c6=None, c99=None))
    assert {6, NO_ANSWER} <= set(labels(result.frame))
    assert len(result.refused) == 2


def test_a_new_code_comes_before_other_and_keeps_its_number():
    result = apply_frame_edits(frame(), frame(), [*rows(frame()), new_row("12", "Kursi rusak")])
    assert [c.code for c in result.frame.codes] == [1, 2, 3, 4, 12, 6, 99]


def test_a_new_code_without_a_number_gets_the_next_one_never_99():
    high = frame().model_copy(update={"codes": (Code(code=98, label="Sinyal"), *frame().codes)})
    result = apply_frame_edits(high, high, [*rows(high), new_row("", "Kursi rusak")])
    assert labels(result.frame)[100] == "Kursi rusak"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (new_row("3", "Kursi rusak"), "code 3 stands twice (first in row 4)"),
        (new_row("12", "tiket  MAHAL"), "code 3 has the label 'tiket MAHAL' already"),
        (new_row("abc", "Kursi rusak"), "'abc' is no code"),
        (new_row("12", ""), "new code 12 has no label"),
        (new_row("-4", "Kursi rusak"), "cannot have the number -4"),
    ],
)
def test_a_row_that_cannot_be_a_code_is_told_with_its_place_and_the_rest_is_done(row: FrameRow, told: str):
    result = apply_frame_edits(frame(), frame(), [*rows(frame(), c1={"label": "WC kotor"}), row])
    assert labels(result.frame)[1] == "WC kotor"
    (sentence,) = result.refused
    assert sentence.startswith("sheet 'E4 kode', row 50: ")
    assert told in sentence


def test_a_label_that_another_code_has_is_refused():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": "Tiket mahal"}))
    assert labels(result.frame)[1] == "Toilet kotor"
    assert "merge them" in result.refused[0]


def test_an_empty_label_is_kept():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": ""}))
    assert labels(result.frame)[1] == "Toilet kotor"
    assert "keeps 'Toilet kotor'" in result.refused[0]


@pytest.mark.parametrize("into", ["77", "Sinyal", "6.5"])
def test_a_merge_into_nothing_is_refused(into: str):
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"merge_into": into}))
    assert 1 in labels(result.frame)
    assert "not in the frame" in result.refused[0]


def test_a_merge_may_name_the_label():
    result = apply_frame_edits(frame(), frame(), rows(frame(), c1={"merge_into": "tiket mahal"}))
    assert result.code(1) == 3


def test_a_sheet_that_lost_all_its_codes_changes_nothing():
    result = apply_frame_edits(frame(), frame(), [new_row("12", "Kursi rusak")])
    assert result.frame == frame()
    assert len(result.refused) == 1


def test_two_reviews_that_add_under_one_number_both_keep_their_code():
    first = apply_frame_edits(frame(), frame(), [*rows(frame()), new_row("7", "Kursi rusak")])
    second = apply_frame_edits(
        frame(), first.frame, [*rows(frame()), new_row("7", "Sinyal hilang")], history=first.history
    )
    assert labels(second.frame)[7] == "Kursi rusak"
    assert second.code(7) == 8
    assert labels(second.frame)[8] == "Sinyal hilang"


def test_two_reviews_that_add_the_same_theme_share_its_code():
    first = apply_frame_edits(frame(), frame(), [*rows(frame()), new_row("7", "Kursi rusak")])
    second = apply_frame_edits(
        frame(), first.frame, [*rows(frame()), new_row("9", "kursi rusak")], history=first.history
    )
    assert labels(second.frame) == labels(first.frame)
    assert second.code(9) == 7
    assert not second.refused


def test_a_code_that_an_earlier_review_merged_is_known_for_what_it_became():
    first = apply_frame_edits(frame(), frame(), rows(frame(), c2={"merge_into": "3"}))
    second = apply_frame_edits(frame(), first.frame, rows(frame()), history=first.history)
    assert second.code(2) == 3
    assert 2 not in labels(second.frame)


def test_a_code_that_the_frame_grew_by_itself_is_kept():
    grown = frame().model_copy(update={"codes": (*frame().codes[:4], Code(code=7, label="Sinyal"), *frame().codes[4:])})
    result = apply_frame_edits(grown, frame(), rows(grown))
    assert labels(result.frame)[7] == "Sinyal"


def test_the_number_of_a_deleted_code_is_never_given_again():
    first = apply_frame_edits(frame(), frame(), rows(frame(), c4=None))
    second = apply_frame_edits(
        first.frame, first.frame, [*rows(first.frame), new_row("4", "Sinyal")], history=first.history
    )
    assert 4 not in labels(second.frame)
    assert second.code(4) == 7


CELLS = st.sampled_from(["", "1", "2", "3 Tiket mahal", "4.0", "6", "99", "12", "13", "x", "-1", "Tiket mahal", "baru"])


@given(st.lists(st.builds(FrameRow, sheet=st.just("E4 kode"), row=st.integers(2, 99), code=CELLS, label=CELLS,
                          net=CELLS, merge_into=CELLS, definition=CELLS), max_size=9))  # fmt: skip
def test_whatever_a_person_writes_the_frame_stays_sound(written: list[FrameRow]):
    result = apply_frame_edits(frame(), frame(), written)
    codes = [c.code for c in result.frame.codes]
    folded = [c.label.casefold() for c in result.frame.codes]
    assert codes[-2:] == [6, NO_ANSWER]
    assert len(set(codes)) == len(codes)
    assert len(set(folded)) == len(folded)
    CodeFrame.model_validate(result.frame.model_dump())
    for code in (c.code for c in frame().codes):
        assert result.code(code) is not None or code in result.gone
    again = apply_frame_edits(result.frame, result.frame, rows(result.frame), history=result.history)
    assert again.frame == result.frame


@given(st.integers(-999_999_999, 999_999_999), st.text(max_size=10))
def test_a_code_is_read_from_what_the_drop_down_writes(code: int, label: str):
    assert parse_code(f"{code} {label}") == parse_code(f"{code}.0") == code


def test_the_past_remembers_only_what_is_gone():
    assert apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": "WC"})).history == FrameHistory()


def test_printed_codes_are_renamed_but_neither_merged_nor_deleted():
    """Respondents ticked them; what others wrote may go into them."""
    semi_open = frame().model_copy(update={"merges": ("E4", "E4_L"), "printed": (1, 2, 6)})
    changes = {"c1": {"label": "WC kotor", "merge_into": "3"}, "c2": None, "c3": {"merge_into": "1"}}
    result = apply_frame_edits(semi_open, semi_open, rows(semi_open, **changes))
    assert labels(result.frame)[1] == "WC kotor"
    assert {1, 2} <= set(labels(result.frame))
    assert result.code(3) == 1
    assert "Tiket mahal" in next(c for c in result.frame.codes if c.code == 1).examples
    assert len(result.refused) == 2


def test_numbers_of_deleted_and_merged_codes_stay_in_the_frame_as_taken():
    first = apply_frame_edits(frame(), frame(), rows(frame(), c4=None, c2={"merge_into": "3"}))
    assert first.frame.retired == (2, 4)
    # The frame alone passes to the next wave, where nothing is known of the reviews.
    assert CodeFrame.model_validate_json(first.frame.model_dump_json()).used_numbers == {1, 2, 3, 4, 6, NO_ANSWER}
    second = apply_frame_edits(
        first.frame, first.frame, [*rows(first.frame), new_row("2", "Sinyal"), new_row("", "Parkir")]
    )
    assert {7: "Sinyal", 8: "Parkir"}.items() <= labels(second.frame).items()
    assert second.frame.retired == (2, 4)


def test_a_retired_number_means_a_new_code_in_the_workbook_that_typed_it_alone():
    once = apply_frame_edits(frame(), frame(), rows(frame(), c2={"merge_into": "1"}, c3=None))
    typed = [*rows(once.frame), new_row("2", "Sinyal"), new_row("3", "Parkir", 51)]
    twice = apply_frame_edits(once.frame, once.frame, typed, history=once.history)
    assert (twice.code(2), twice.code(3)) == (7, 8)
    assert twice.history == once.history
    again = apply_frame_edits(
        frame(), twice.frame, rows(frame(), c2={"merge_into": "1"}, c3=None), history=twice.history
    )
    assert (again.code(2), again.code(3)) == (1, None)
    assert again.frame == twice.frame


def test_a_code_is_merged_into_a_new_one_that_was_typed_under_a_retired_number():
    once = apply_frame_edits(frame(), frame(), rows(frame(), c4=None))
    typed = [*rows(once.frame, c2={"merge_into": "4"}), new_row("4", "Waktu")]
    twice = apply_frame_edits(once.frame, once.frame, typed, history=once.history)
    assert twice.code(2) == 7
    assert labels(twice.frame)[7] == "Waktu"


def test_a_number_that_an_earlier_version_remembered_for_a_deleted_code_means_nothing():
    once = apply_frame_edits(frame(), frame(), rows(frame(), c4=None))
    history = FrameHistory(moved={4: 1}, gone=frozenset({4}))
    again = apply_frame_edits(frame(), once.frame, rows(frame()), history=history)
    assert again.code(4) is None
    assert (again.history.moved, again.history.gone) == (once.history.moved, once.history.gone)


def test_codes_swap_their_labels_and_take_labels_that_others_give_up():
    swapped = apply_frame_edits(
        frame(), frame(), rows(frame(), c1={"label": "Tiket mahal"}, c3={"label": "Toilet kotor"})
    )
    assert (labels(swapped.frame)[1], labels(swapped.frame)[3]) == ("Tiket mahal", "Toilet kotor")
    chain = apply_frame_edits(
        frame(), frame(), rows(frame(), c1={"label": "Jadwal terlambat"}, c2={"label": "Antrean"})
    )
    assert (labels(chain.frame)[1], labels(chain.frame)[2]) == ("Jadwal terlambat", "Antrean")
    merged = apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": "Tiket mahal"}, c3={"merge_into": "1"}))
    assert labels(merged.frame)[1] == "Tiket mahal"
    assert merged.code(3) == 1
    assert not (swapped.refused or chain.refused or merged.refused)


def test_a_label_is_refused_where_the_code_that_has_it_keeps_it_after_all():
    changes = {"c1": {"label": "Tiket mahal"}, "c2": {"label": "Toilet kotor"}, "c3": {"merge_into": "77"}}
    result = apply_frame_edits(frame(), frame(), rows(frame(), **changes))
    assert labels(result.frame) == labels(frame())
    assert sum("already" in told for told in result.refused) == 2
    both = apply_frame_edits(frame(), frame(), rows(frame(), c1={"label": "Waktu"}, c2={"label": "waktu"}))
    assert (labels(both.frame)[1], labels(both.frame)[2]) == ("Waktu", "Jadwal terlambat")


@given(st.permutations([1, 2, 3, 4]))
def test_labels_can_be_dealt_out_anew_in_any_way(order: list[int]):
    was = labels(frame())
    given_labels = {f"c{code}": {"label": was[other]} for code, other in zip([1, 2, 3, 4], order, strict=True)}
    result = apply_frame_edits(frame(), frame(), rows(frame(), **given_labels))
    assert not result.refused
    assert [labels(result.frame)[code] for code in (1, 2, 3, 4)] == [was[other] for other in order]


def test_no_answer_can_be_called_otherwise_but_not_become_a_theme():
    renamed = apply_frame_edits(frame(), frame(), rows(frame(), c99={"label": "Tidak tahu / menolak"}))
    assert labels(renamed.frame)[NO_ANSWER] == "Tidak tahu / menolak"
    theme = apply_frame_edits(frame(), frame(), rows(frame(), c99={"label": "Sinyal hilang"}))
    assert labels(theme.frame)[NO_ANSWER] == "Tidak ada jawaban"
    assert "give that theme a number of its own" in theme.refused[0]


def test_the_other_code_that_a_brought_frame_got_is_its_other_code_after_a_review():
    brought = frame().model_copy(update={"codes": frame().codes[:4], "other": None})
    result = apply_frame_edits(frame(), brought, rows(frame(), c6={"label": "Yang tersisa"}))
    assert result.frame.other == 6
    assert labels(result.frame)[6] == "Yang tersisa"
