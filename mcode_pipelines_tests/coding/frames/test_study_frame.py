"""A question's frame over all uploads of a study: meanings and numbers stay, labels may change."""

from __future__ import annotations

from itertools import permutations

from mcode_pipelines.coding import study_frame
from mcode_pipelines.coding.frames.study_frame import codes_now
from mcode_pipelines.survey import Code, CodeFrame


def frame(*codes: tuple[int, str], **more: object) -> CodeFrame:
    made = tuple(code if isinstance(code, Code) else Code(code=code[0], label=code[1]) for code in codes)
    last = (Code(code=90, label="Lainnya"), Code(code=99, label="Tidak ada jawaban"))
    return CodeFrame(
        variable="E", question="Mengapa?", language="id", codes=(*made, *last), other=90, **{"origin": "wave", **more}
    )


def labels(of: CodeFrame) -> dict[int, str]:
    return {code.code: code.label for code in of.themes}


SEPTEMBER = frame((1, "Harga"), (2, "Rasa"))
OCTOBER = frame((1, "Harga"), (2, "Rasa"), (3, "Promo"))
NOVEMBER = frame((1, "Harga"), (2, "Rasa"), (3, "Promo"), (4, "Hadiah"))


def test_what_other_waves_coined_is_there_under_its_number_whatever_the_order() -> None:
    for order in permutations((SEPTEMBER, OCTOBER, NOVEMBER)):
        assert labels(study_frame(order)) == {1: "Harga", 2: "Rasa", 3: "Promo", 4: "Hadiah"}


def test_two_themes_never_share_a_number() -> None:
    late = frame((1, "Harga"), (2, "Rasa"), (3, "Kemasan"))
    assert labels(study_frame([OCTOBER, late])) == {1: "Harga", 2: "Rasa", 3: "Promo", 91: "Kemasan"}


def test_a_name_that_a_person_gave_in_any_wave_goes_before_one_that_nobody_changed() -> None:
    renamed = OCTOBER.model_copy(
        update={
            "codes": tuple(
                c.model_copy(update={"label": "Potongan harga", "lineage": c.known_as}) if c.code == 3 else c
                for c in OCTOBER.codes
            )
        }
    )
    for frames in ([renamed, NOVEMBER], [NOVEMBER, renamed]):
        assert labels(study_frame(frames))[3] == "Potongan harga"


def test_codes_that_were_merged_do_not_come_back_by_themselves() -> None:
    promo = OCTOBER.codes[2]
    kept = SEPTEMBER.codes[0].model_copy(update={"lineage": ("1 harga", *promo.known_as)})
    merged = SEPTEMBER.model_copy(update={"codes": (kept, *SEPTEMBER.codes[1:]), "retired": (3,)})
    assert labels(study_frame([merged, OCTOBER])) == {1: "Harga", 2: "Rasa"}
    assert codes_now(OCTOBER, merged)[3] == 1


def test_a_deleted_code_stays_away_and_its_number_is_not_given_again() -> None:
    without = SEPTEMBER.model_copy(update={"deleted": (Code(code=3, label="Promo"),), "retired": (3,)})
    whole = study_frame([without, OCTOBER])
    assert labels(whole) == {1: "Harga", 2: "Rasa"}
    assert 3 in whole.used_numbers


def test_earlier_codes_are_found_by_what_they_are_known_as() -> None:
    moved = frame(Code(code=12, label="Diskon", lineage=("3 promo",)), (3, "Parkir"))
    assert codes_now(OCTOBER, moved) == {3: 12, 90: 90, 99: 99}
