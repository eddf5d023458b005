"""Where the header is, what its rows mean, and which tool made the file."""

from __future__ import annotations

import pytest

from mcode_pipelines.sources import ReadOptions, read_survey
from mcode_pipelines.sources.header import Layout, find_header
from mcode_pipelines.sources.survey_tool import detect_tool
from mcode_pipelines_tests.sources.files import rows_of, text

QUALTRICS = """StartDate,EndDate,Finished,ResponseId,Q1,Q1_3_TEXT
Start Date,End Date,Finished,Response ID,How did you travel?,How did you travel? - Other - Text
"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""finished""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1""}","{""ImportId"":""QID1_3_TEXT""}"
2026-11-01 08:00:00,2026-11-01 08:09:00,1,R_1aB,3,by raft
2026-11-01 09:00:00,2026-11-01 09:09:00,1,R_2aB,1,
"""

SURVEYMONKEY = """Respondent ID,Collector ID,Start Date,How old are you?,Which ships do you know?,,,Any suggestion?
,,,Response,Portlink,Jatra,Other (please specify),Open-Ended Response
11,900,11/01/2026,27,Portlink,,,faster
12,900,11/02/2026,31,,Jatra,a raft,
"""


def read(tmp_path, content, **options):
    return read_survey(text(tmp_path / "x", content), name="survey.csv", options=ReadOptions(**options))


def test_qualtrics_has_three_header_rows(tmp_path):
    raw = read(tmp_path, QUALTRICS)
    assert raw.columns == ["StartDate", "EndDate", "Finished", "ResponseId", "Q1", "Q1_3_TEXT"]
    assert [row[4] for row in raw.head.headers] == ["Q1", "How did you travel?", '{"ImportId":"QID1"}']
    assert raw.head.source.tool == "qualtrics"
    assert len(rows_of(raw)) == 2


def test_qualtrics_without_its_third_row_has_two(tmp_path):
    lines = QUALTRICS.splitlines(keepends=True)
    raw = read(tmp_path, "".join(lines[:2] + lines[3:]))
    assert len(raw.head.headers) == 2
    assert raw.head.source.tool == "qualtrics"
    assert len(rows_of(raw)) == 2


def test_qualtrics_with_names_only_has_one(tmp_path):
    lines = QUALTRICS.splitlines(keepends=True)
    raw = read(tmp_path, "".join(lines[:1] + lines[3:]))
    assert len(raw.head.headers) == 1
    assert len(rows_of(raw)) == 2


def test_surveymonkey_options_stand_below_their_question(tmp_path):
    raw = read(tmp_path, SURVEYMONKEY)
    assert raw.head.source.tool == "surveymonkey"
    assert raw.columns == [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "How old are you?",
        "Which ships do you know? [Portlink]",
        "Which ships do you know? [Jatra]",
        "Which ships do you know? [Other (please specify)]",
        "Any suggestion?",
    ]
    assert raw.head.headers[0][5] == ""
    assert raw.head.headers[1][5] == "Jatra"
    assert rows_of(raw)[1] == ("12", "900", "11/02/2026", "31", None, "Jatra", "a raft", None)


def test_merged_headers_of_a_table_made_by_hand_are_two_rows(tmp_path):
    raw = read(tmp_path, "No,Kota,Puas dengan,,\n,,Kapal,Toilet,Kantin\n1,Medan,5,4,3\n2,Bali,1,2,3\n")
    assert raw.columns == ["No", "Kota", "Puas dengan [Kapal]", "Puas dengan [Toilet]", "Puas dengan [Kantin]"]
    assert len(rows_of(raw)) == 2


def test_a_gap_in_the_header_is_no_second_header(tmp_path):
    raw = read(tmp_path, "No,Kota,,,S1\n,Medan,5,4,3\n2,Bali,1,2,3\n3,Solo,1,2,3\n")
    assert len(raw.head.headers) == 1
    assert len(rows_of(raw)) == 3


def test_question_texts_below_codes_are_header(tmp_path):
    raw = read(
        tmp_path,
        "S1,S2,A1,A2\nJenis kelamin,Umur (tahun),Puas dengan kapal?,Puas dengan kantin?\n"
        "1,34,5,6\n2,27,4,4\n1,30,3,2\n",
    )
    assert raw.columns == ["S1", "S2", "A1", "A2"]
    assert raw.head.headers[1][1] == "Umur (tahun)"
    assert len(rows_of(raw)) == 3


def test_a_first_respondent_of_words_is_no_header(tmp_path):
    raw = read(tmp_path, "S1,S2,A1\nLaki-laki,Medan,Puas\nPerempuan,Bali,Tidak puas\nLaki-laki,Solo,Puas\n")
    assert len(raw.head.headers) == 1
    assert len(rows_of(raw)) == 3


def test_hashtags_below_the_header_are_no_respondent(tmp_path):
    raw = read(tmp_path, "kota,umur,saran\n#adm1+name,#meta +age,\nMedan,34,cepat\n")
    assert raw.columns == ["kota", "umur", "saran"]
    assert raw.head.headers[1] == ("#adm1+name", "#meta +age", "")
    assert rows_of(raw) == [("Medan", "34", "cepat")]
    assert "# tags" in raw.head.source.remarks[0].en


def test_titles_above_the_header_are_left_out_and_remarked(tmp_path):
    raw = read(
        tmp_path, "Survei Penumpang 2026,,,\nDiunduh 23-11-2026\n\nS1,S2,S3,E1\n1,2,3,bagus\n2,2,1,mahal\n1,1,1,\n"
    )
    assert raw.columns == ["S1", "S2", "S3", "E1"]
    assert raw.head.source.remarks[0].en == "3 rows above the header left out."
    assert len(rows_of(raw)) == 3


def test_a_title_above_surveymonkeys_two_rows_is_left_out(tmp_path):
    raw = read(tmp_path, "Passenger survey 2026\n\n" + SURVEYMONKEY)
    assert len(raw.head.headers) == 2
    assert raw.columns[0] == "Respondent ID"
    assert len(rows_of(raw)) == 2


def test_one_question_with_many_options_is_not_taken_for_a_title(tmp_path):
    raw = read(tmp_path, "Rank these,,,,\nResponse,Food,Price,Speed,Staff\nx,1,2,3,4\ny,4,3,2,1\n")
    assert raw.columns == ["Rank these", *(f"Rank these [{w}]" for w in ("Food", "Price", "Speed", "Staff"))]


def test_line_breaks_in_a_header_become_blanks_in_the_name(tmp_path):
    raw = read(tmp_path, 'id,"Apa\n saran  Anda?"\n1,x\n')
    assert raw.columns == ["id", "Apa saran Anda?"]
    assert raw.head.headers[0][1] == "Apa\n saran  Anda?"


def test_told_header_rows_are_taken_as_told(tmp_path):
    raw = read(tmp_path, "a,b\nwhat is a,what is b\nx,y\n", header_rows=2)
    assert raw.columns == ["a", "b"]
    assert rows_of(raw) == [("x", "y")]


@pytest.mark.parametrize(
    ("headers", "tool"),
    [
        ([["start", "S1", "_id", "_uuid", "_submission_time", "_index"]], "kobo"),
        ([["transport/car", "transport/bus", "transport", "meta/instanceID"]], "kobo"),
        ([["id", "submitdate", "lastpage", "startlanguage", "G1Q1[SQ001]"]], "limesurvey"),
        ([["Response ID", "Date submitted", "Last page", "Start language", "What?"]], "limesurvey"),
        ([["Stempel waktu", "Nama", "Apa pendapat Anda?"]], "google_forms"),
        ([["Timestamp", "Your name"]], "google_forms"),
        ([["Respondent ID", "Collector ID", "What?"], ["", "", "Response"]], "surveymonkey"),
        ([["id", "Kapal/Feri", "Kapal/Perahu", "saran"]], None),
        ([["umur", "kota"]], None),
        ([], None),
    ],
)
def test_the_tool_is_known_by_its_own_columns(headers, tool):
    assert detect_tool(headers) == tool


def test_an_empty_top_has_no_header():
    found = find_header([])
    assert (found.first, found.count, found.layout) == (0, 0, Layout.ONE)
