from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.coding import (
    CodingError,
    CodingSettings,
    EarlierCoding,
    LocalEngine,
    SurveyAnswers,
    code_survey,
    merge_other_answers,
    overview_of,
    semi_open_questions,
)
from mcode_pipelines.coding.semi_open.printed_choices import PrintedChoices
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    ROW,
    Choice,
    Codebook,
    CodeFrames,
    Kind,
    RawSurvey,
    SourceNotes,
    SurveyHead,
    Variable,
)

CITIES = {"1": "DKI Jakarta", "2": "Surabaya", "3": "Denpasar", "96": "Lainnya"}
MEDIA = {"1": "Media sosial", "2": "Teman/keluarga", "3": "Loket pelabuhan", "96": "Lainnya, sebutkan"}


def survey(**columns: list[str | None]) -> RawSurvey:
    rows = len(next(iter(columns.values())))
    data = pl.LazyFrame({ROW: range(1, rows + 1), "_uuid": [f"u{n}" for n in range(1, rows + 1)], **columns})
    return RawSurvey(data, SurveyHead(source=SourceNotes(kind="csv", file="data.csv"), headers=()))


def book(parent: Variable) -> Codebook:
    text = Variable(
        name="S_L", label="", kind=Kind.OTHER_SPECIFY, columns=("S_L",), other_of=parent.name, other_code="96"
    )
    return Codebook(variables=(parent, text), respondent_column="_uuid", language="id")


def single(choices: dict[str, str] = CITIES) -> Variable:
    printed = tuple(Choice(code=c, label=label) for c, label in choices.items())
    return Variable(name="S", label="Dari kota mana?", kind=Kind.SINGLE_CHOICE, columns=("S",), choices=printed)


def merged(raw, parent, embedder, **more):
    questions = semi_open_questions(raw, book(parent))
    return merge_other_answers(questions, embedder=embedder, settings=CodingSettings(), **more)


def codes_of(codings: pl.DataFrame) -> dict[int, list[int]]:
    return {r: own["code"].to_list() for (r,), own in codings.group_by(ROW, maintain_order=True)}


@pytest.fixture
def cities() -> RawSurvey:
    texts = ["jakarta timur", "jkt", "Surbaya", "dps", "Malang", "malang", "kota malang", "mlg", "Kediri", "-", None]
    return survey(S=["96"] * 10 + ["2"], S_L=texts)


def test_texts_that_say_a_printed_choice_are_counted_there(cities, embedder):
    _, codings = merged(cities, single(), embedder)
    found = codes_of(codings)
    assert [found[row] for row in (1, 2, 3, 4)] == [[1], [1], [2], [3]]


def test_what_several_say_gets_a_new_code_after_the_highest_and_the_rest_stays_other(cities, embedder):
    frames, codings = merged(cities, single(), embedder)
    frame, found = frames.root[0], codes_of(codings)
    assert [(c.code, c.label) for c in frame.codes] == [
        (1, "DKI Jakarta"),
        (2, "Surabaya"),
        (3, "Denpasar"),
        (97, "Malang"),
        (96, "Lainnya"),
    ]
    assert [found[row] for row in (5, 6, 7, 8)] == [[97]] * 4
    assert found[9] == found[10] == [96]


def test_new_codes_are_spelled_out_and_shown_with_the_texts_that_say_them(embedder):
    texts = ["ac rsk krn hujan", "ac rsk krn hujan", "blm bekerja", "Blm bekerja", "jkt", None]
    raw = survey(S=["96"] * 5 + ["2"], S_L=texts)
    frames, _ = merged(raw, single(), embedder)
    assert {"Belum bekerja", "AC rsk karena hujan"} <= {c.label for c in frames.root[0].codes}


def test_what_was_ticked_besides_is_shown_without_the_text(embedder):
    parent = single(MEDIA).model_copy(update={"kind": Kind.MULTI_CHOICE, "delimiter": " "})
    raw = survey(S=["1 96", "1 96", "2"], S_L=["calo", "calo", None])
    questions = semi_open_questions(raw, book(parent))
    frames, codings = merge_other_answers(questions, embedder=embedder, settings=CodingSettings())
    shown = {c.label: c.examples for c in overview_of(frames.root[0], questions[0].texts, codings, 0.5).codes}
    assert shown["Media sosial"] == ()
    assert shown["Calo"] == ("calo",)
    # A person who looked at the text decided all codes of the answer, those that were ticked too.
    by_hand = codings.with_columns(pl.lit("person").alias("decided_by"))
    looked = overview_of(frames.root[0], questions[0].texts, by_hand, 0.5, questions[0].ticked)
    assert {c.label: c.examples for c in looked.codes}["Media sosial"] == ()
    assert {c.label: c.examples for c in looked.codes}["Calo"] == ("calo",)


def test_codings_stand_under_the_parents_name_and_cover_everybody(cities, embedder):
    frames, codings = merged(cities, single(), embedder)
    assert codings.schema == CODINGS_SCHEMA
    assert codings["variable"].unique().to_list() == [frames.root[0].variable] == ["S"]
    assert frames.root[0].merges == ("S", "S_L")
    assert codes_of(codings).keys() == set(range(1, 12))
    assert codings.filter(pl.col(ROW) == 11).select("code", "confidence").row(0) == (2, 1.0)


def test_a_single_choice_stays_single_and_a_ticked_printed_choice_stands(embedder):
    raw = survey(S=["2", "96", None], S_L=["jakarta", "jakarta dan surabaya", "surabaya"])
    found = codes_of(merged(raw, single(), embedder)[1])
    assert found[1] == [2]
    assert len(found[2]) == 1
    assert found[3] == [2]


@pytest.mark.parametrize("stored", ["joined", "columns"])
def test_several_choices_keep_what_was_ticked_and_lose_only_other(stored, embedder):
    printed = [Choice(code=c, label=label) for c, label in MEDIA.items()]
    texts = ["instagram", "loket", "grup WA, facebook", "grup wa", "Grup WA", None]
    ticked = ["2 96", "96", "96", "1 96", "96", "1 3"]
    if stored == "joined":
        parent = Variable(
            name="S", label="Dari mana?", kind=Kind.MULTI_CHOICE, columns=("S",), choices=printed, delimiter=" "
        )
        raw = survey(S=ticked, S_L=texts)
    else:
        columns = {f"S/{c}": ["1" if c in cell.split() else "0" for cell in ticked] for c in MEDIA}
        with_columns = [c.model_copy(update={"column": f"S/{c.code}"}) for c in printed]
        parent = Variable(
            name="S", label="Dari mana?", kind=Kind.MULTI_CHOICE, columns=tuple(columns), choices=tuple(with_columns)
        )
        raw = survey(**columns, S_L=texts)
    frames, codings = merged(raw, parent, embedder)
    found = {row: set(codes) for row, codes in codes_of(codings).items()}
    assert frames.root[0].label_of(97).lower() == "grup wa"
    assert found == {1: {2, 1}, 2: {3}, 3: {97, 1}, 4: {1, 97}, 5: {97}, 6: {1, 3}}


def test_choices_whose_codes_are_words_are_numbered_as_printed(embedder):
    parent = single({"jkt": "DKI Jakarta", "sby": "Surabaya", "lain": "Lainnya"})
    raw = survey(S=["sby", "lain"], S_L=[None, "jakarta barat"])
    frames, codings = merged(raw, parent, embedder)
    assert [(c.code, c.label) for c in frames.root[0].codes] == [(1, "DKI Jakarta"), (2, "Surabaya"), (3, "Lainnya")]
    assert codes_of(codings) == {1: [2], 2: [1]}


def test_codes_of_an_earlier_wave_keep_their_numbers(cities, embedder):
    earlier, _ = merged(cities, single(), embedder)
    raw = survey(S=["96"] * 6, S_L=["Bandung", "bandung", "bdg", "Bandung", "malang", "kab malang"])
    wave = CodeFrames(tuple(f.model_copy(update={"origin": "wave"}) for f in earlier))
    frames, codings = merged(raw, single(), embedder, given=wave)
    assert frames.root[0].label_of(97) == "Malang"
    assert frames.root[0].label_of(98) == "Bandung"
    assert [c[0] for c in codes_of(codings).values()] == [98] * 4 + [97] * 2


def test_an_answer_that_only_names_a_kind_of_thing_is_none_of_the_codes_of_an_earlier_wave(embedder):
    banks = single({"1": "BCA", "96": "Lainnya"})
    raw = survey(S=["96"] * 5, S_L=["Bank Jago", "jago", "Bank Mega", "mega", "bank mega"])
    earlier, _ = merged(raw, banks, embedder)
    assert [c.label for c in earlier.root[0].codes] == ["BCA", "Bank Mega", "Bank Jago", "Lainnya"]
    wave = CodeFrames(tuple(f.model_copy(update={"origin": "wave"}) for f in earlier))
    later = survey(S=["96"] * 5, S_L=["bank", "bank danamon", "CIMB", "mega", "Jago"])
    _, codings = merged(later, banks, embedder, given=wave)
    assert [c[0] for c in codes_of(codings).values()] == [96, 96, 96, 97, 98]


def test_a_new_code_is_called_what_most_wrote(embedder):
    texts = [
        "Denpasar bali",
        "Bali",
        "bali",
        "bali",
        "indomart",
        "Indomaret",
        "indomaret",
        "HONDA CRV",
        "crv",
        "CRV",
        "tidak tau",
    ]
    raw = survey(S=["96"] * 11, S_L=texts)
    (frame,), _ = merged(raw, single({"1": "Jakarta", "96": "Lainnya"}), embedder)
    assert [c.label for c in frame.codes] == ["Jakarta", "Bali", "Indomaret", "CRV", "Lainnya"]


def test_the_question_tells_the_language_of_names_typed_behind_other(embedder):
    apps = Variable(
        name="S", label="Aplikasi apa yang Anda pakai?", kind=Kind.SINGLE_CHOICE, columns=("S",),
        choices=(Choice(code="1", label="GoFood"), Choice(code="96", label="Lainnya")),
    )  # fmt: skip
    raw = survey(S=["96"] * 5, S_L=["go food", "in drive", "InDrive", "tdk pernah pesan", "gak pernah pesan"])
    (frame,), codings = merged(raw, apps, embedder)
    assert frame.language == "id"
    assert [c[0] for c in codes_of(codings).values()] == [1, 97, 97, 98, 98]


def test_a_persons_decision_stands(cities, embedder):
    coded = pl.DataFrame({"respondent": ["u9"], "variable": ["S"], "code": [2]})
    _, codings = merged(cities, single(), embedder, coded=coded)
    assert codings.filter(pl.col("respondent") == "u9").select("code", "decided_by").row(0) == (2, "person")
    with pytest.raises(CodingError, match="u9 code 55 for question S"):
        merged(cities, single(), embedder, coded=coded.with_columns(code=pl.lit(55)))


def test_a_survey_without_such_texts_has_none(cities, embedder):
    alone = Codebook(variables=(single(),), respondent_column="_uuid")
    assert semi_open_questions(cities, alone) == []
    assert merge_other_answers([], embedder=embedder, settings=CodingSettings())[0] == CodeFrames(())


def test_a_frame_of_a_person_is_used_as_it_is(cities, embedder):
    """Renamed, and "Malang" merged into a printed choice: its texts go there, and nothing is invented anew."""
    made, _ = merged(cities, single(), embedder)
    (frame,) = made
    assert frame.printed == (1, 2, 3, 96)
    codes = tuple(
        c.model_copy(update={"label": "Jawa Timur", "examples": ("Malang", "mlg", "kota malang")}) if c.code == 2 else c
        for c in frame.codes
        if c.code != 97
    )
    given = CodeFrames((frame.model_copy(update={"codes": codes, "origin": "given"}),))
    frames, codings = merged(cities, single(), embedder, given=given)
    assert frames == given
    found = codes_of(codings)
    assert [found[row] for row in (3, 5, 6, 7, 8, 9)] == [[2]] * 5 + [[96]]
    assert set(codings.filter(pl.col("code") == 2)["label"]) == {"Jawa Timur"}


def test_a_persons_decision_about_a_text_holds_for_equal_texts_beside_what_each_ticked(embedder):
    printed = [Choice(code=c, label=label) for c, label in MEDIA.items()]
    parent = Variable(name="S", label="Dari?", kind=Kind.MULTI_CHOICE, columns=("S",), choices=printed, delimiter=" ")
    raw = survey(S=["2 96", "3 96", "96"], S_L=["Brosur hotel", "brosur hotel!", "brosur pantai"])
    coded = pl.DataFrame({"respondent": ["u1", "u1"], "variable": ["S", "S"], "code": [2, 1]})
    _, codings = merged(raw, parent, embedder, coded=coded)
    assert codes_of(codings)[2] == [3, 1]
    assert codings.filter(pl.col(ROW) == 2)["decided_by"].to_list() == ["rule", "duplicate"]
    assert codes_of(codings)[1] == [2, 1]


def test_what_a_person_decided_about_a_text_in_an_earlier_upload_holds_for_equal_texts(embedder):
    """Beside what its respondent ticks now; what the earlier one had ticked besides does not count."""
    printed = [Choice(code=c, label=label) for c, label in MEDIA.items()]
    parent = Variable(name="S", label="Dari?", kind=Kind.MULTI_CHOICE, columns=("S",), choices=printed, delimiter=" ")
    then = SurveyAnswers([], semi_open_questions(survey(S=["2 96"], S_L=["Brosur hotel"]), book(parent)))
    now = SurveyAnswers([], semi_open_questions(survey(S=["3 96"], S_L=["brosur  hotel"]), book(parent)))
    frames, _ = merge_other_answers(now.semi_open, embedder=embedder, settings=CodingSettings())
    rows = [(1, "u1", "S", code, label, 1.0, "person") for code, label in ((2, "Teman/keluarga"), (1, "Media sosial"))]
    codings = code_survey(
        now,
        frames,
        LocalEngine(embedder),
        embedder=embedder,
        settings=CodingSettings(),
        earlier=[EarlierCoding(pl.DataFrame(rows, schema=CODINGS_SCHEMA, orient="row"), then.texts, then.ticked)],
    )
    assert codes_of(codings) == {1: [3, 1]}


def test_new_codes_of_a_wave_get_no_number_that_a_code_ever_had_and_deleted_ones_stay_away(cities, embedder):
    (frame,), _ = merged(cities, single(), embedder)
    (malang,) = [c for c in frame.codes if c.code == 97]
    codes = tuple(c for c in frame.codes if c.code != 97)
    changes = {"codes": codes, "deleted": (malang,), "retired": (97, 100), "origin": "wave"}
    wave = CodeFrames((frame.model_copy(update=changes),))
    raw = survey(S=["96"] * 6, S_L=["Bandung", "bandung", "bdg", "Bandung", "malang", "Malang"])
    (grown,), codings = merged(raw, single(), embedder, given=wave)
    assert [(c.code, c.label) for c in grown.codes if c not in codes] == [(101, "Bandung")]
    assert (grown.deleted, grown.retired) == ((malang,), (97, 100))
    assert [c[0] for c in codes_of(codings).values()] == [101] * 4 + [96] * 2


BANKS = ["Bank Mandiri", "BCA", "Bank Jago", "Bank Syariah Indonesia"]
HEARD = ["Televisi", "Radio", "Koran", "Handphone"]
JOBS = ["Pegawai negeri (PNS)", "Pegawai swasta", "Tidak bekerja", "Ibu rumah tangga (IRT)"]


@pytest.mark.parametrize(
    ("printed", "text", "meant"),
    [
        (BANKS, "mandri", "Bank Mandiri"),
        (BANKS, "Mandirri", "Bank Mandiri"),
        (BANKS, "bank central asia", "BCA"),
        (HEARD, "TV", "Televisi"),
        (HEARD, "hp", "Handphone"),
        (JOBS, "pns", "Pegawai negeri (PNS)"),
        (JOBS, "nganggur", "Tidak bekerja"),
        (JOBS, "irt", "Ibu rumah tangga (IRT)"),
        (BANKS, "bukan BCA", None),
        (BANKS, "permata", None),
        (JOBS, "pengusaha", None),
    ],
)
def test_slips_short_forms_and_other_words_lead_to_the_printed_choice(
    printed: list[str], text: str, meant: str | None
) -> None:
    found = PrintedChoices(printed, "id").match(text)
    assert (None if found is None else printed[found[0]]) == meant


JOBS = {"1": "Pegawai negeri", "2": "Karyawan swasta", "96": "Lainnya"}


def labels_of(texts: list[str], embedder) -> dict[str, str]:
    """The label that each text was coded with."""
    raw = survey(S=["96"] * len(texts), S_L=list(texts))
    frames, codings = merged(raw, single(JOBS), embedder)
    label = {code.code: code.label for code in frames.root[0].codes}
    return {texts[row - 1]: label[own[0]] for row, own in codes_of(codings).items()}


def test_what_says_less_than_one_of_a_code_says_the_code_itself_or_is_no_part_of_it(embedder):
    told = labels_of(
        ["penjual"] * 5 + ["penjual jamu"] * 4 + ["jamu"] * 2 + ["petani"] * 5 + ["buruh tani"] * 4, embedder
    )
    assert told["penjual jamu"] == told["penjual"] == "Penjual"
    assert told["jamu"] != "Penjual"
    assert told["buruh tani"] != told["petani"]


def test_drivers_who_are_called_by_an_app_are_not_drivers_of_lorries(embedder):
    told = labels_of(["supir truk"] * 3 + ["sopir"] * 3 + ["driver ojol"] * 3 + ["ojol"] * 3, embedder)
    assert told["driver ojol"] == told["ojol"] != told["sopir"] == told["supir truk"]


def test_a_code_is_called_what_several_of_its_texts_say_and_more(embedder):
    told = labels_of(["guru honorer"] * 6 + ["guru les"] * 2 + ["guru ngaji"] * 2 + ["guru"] * 4, embedder)
    assert set(told.values()) == {"Guru"}


@pytest.mark.parametrize(("yes", "no"), [("1", "2"), ("Ja", "Nein"), ("genannt", "nicht genannt"), ("1", "0")])
def test_columns_tick_as_they_do_in_tables(yes: str, no: str) -> None:
    choices = tuple(
        Choice(code=code, label=label, column=f"S_{code}")
        for code, label in (("1", "Televisi"), ("2", "Radio"), ("96", "Lainnya"))
    )
    parent = Variable(name="S", label="Media", kind=Kind.MULTI_CHOICE, columns=("S_1", "S_2", "S_96"), choices=choices)
    raw = survey(
        S_1=[yes, no, no, "99", None],
        S_2=[no, yes, no, "99", None],
        S_96=[yes, no, no, "99", None],
        S_L=["brosur", None, None, None, None],
    )
    (question,) = semi_open_questions(raw, book(parent))
    assert question.ticked.select(ROW, "code").rows() == [(1, "1"), (1, "96"), (2, "2")]


def test_a_value_that_the_codebook_counts_ticks() -> None:
    choices = tuple(Choice(code=code, label=code, column=f"S_{code}") for code in ("1", "96"))
    parent = Variable(
        name="S", label="Media", kind=Kind.MULTI_CHOICE, columns=("S_1", "S_96"), choices=choices, counted="2"
    )
    raw = survey(S_1=["1", "2"], S_96=["2", "1"], S_L=["brosur", None])
    (question,) = semi_open_questions(raw, book(parent))
    assert question.ticked.select(ROW, "code").rows() == [(1, "96"), (2, "1")]


def test_texts_and_ticks_of_other_versions_of_the_form_are_read() -> None:
    choices = tuple(Choice(code=code, label=code, column=f"S_{code}") for code in ("1", "96"))
    versions = {"S_1": ("old/S_1",), "S_96": ("old/S_96",)}
    parent = Variable(
        name="S", label="Media", kind=Kind.MULTI_CHOICE, columns=("S_1", "S_96"), choices=choices, versions=versions
    )
    raw = survey(
        **{"S_1": ["0", None], "S_96": ["1", None], "old/S_1": [None, "1"], "old/S_96": [None, "1"]},
        S_L=["brosur", None],
        **{"old/S_L": [None, "teman"]},
    )
    of_both = book(parent)
    text = of_both["S_L"].model_copy(update={"versions": {"S_L": ("old/S_L",)}})
    (question,) = semi_open_questions(raw, of_both.model_copy(update={"variables": (parent, text)}))
    assert question.ticked.select(ROW, "code").rows() == [(1, "96"), (2, "1"), (2, "96")]
    assert question.texts.answers["verbatim"].to_list() == ["brosur", "teman"]
