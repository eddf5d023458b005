"""The shape of a text: widths, blank records and odd quotes, however the text is cut into pieces."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.sources.text_shape import text_shape


def shape_of(content: str, delimiter: str = ",", piece: int = 1 << 20):
    raw = content.encode()
    return text_shape((raw[i : i + piece] for i in range(0, len(raw), piece)), delimiter)


def test_widths_count_cells_outside_quotes():
    shape = shape_of('a,b,c\n1,"x,y\nz",3\n\n4,5')
    assert shape.widths.tolist() == [3, 3, 1, 2]
    assert shape.blank.tolist() == [False, False, True, False]
    assert shape.regular


def test_records_of_delimiters_blanks_and_empty_quotes_are_blank():
    assert shape_of('a,b\n,\n"",\t\n" ",""\n,x\n').blank.tolist() == [False, True, True, True, False]


def test_quotes_in_odd_places_are_irregular():
    assert not shape_of('a,b\n1,5" x\n').regular
    assert not shape_of('a,b\n1,"x\n').regular
    assert not shape_of('a,b\n1,"x"y\n').regular
    assert not shape_of('a,b\n1, "x"\n').regular
    assert shape_of('"a","b ""c"""\r\n"",""""\r\n').regular


def test_control_characters_are_seen_and_plain_line_ends_are_none():
    assert not shape_of("a,b\r\n1,\t2\r\n").control_characters
    assert shape_of("a,b\n1,\x072\n").control_characters
    assert shape_of('a,b\r\n1,"x\r\ny"\r\n').control_characters
    assert shape_of("a,b\n1,x\ry\n").control_characters


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.text('ab",;\n \t', max_size=5), min_size=1, max_size=4), min_size=1, max_size=6),
    st.integers(1, 7),
)
def test_widths_are_those_of_the_csv_reader_for_any_cut(rows, piece):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    shape = shape_of(out.getvalue(), piece=piece)
    assert shape.regular
    assert shape.widths.tolist() == [len(row) for row in csv.reader(io.StringIO(out.getvalue(), newline=""))]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("id,E1|1,bagus sekali|2,|", True),
        ("id,E1|1,bagus|2,jelek", True),
        ("id,E1|1, bagus|", False),
        ("id,E1|1 ,bagus|", False),
        ("id,E1|1,bagus |", False),
        ("id,E1|1,bagus| 2,jelek", False),
        (" id,E1|1,bagus|", False),
        ("id,E1|1,bagus ", False),
        ('id,E1|1,"bagus"|', False),
        ("id,E1|1,bagus\u00a0|", False),
        ("id,E1|1,ba\x07gus|", False),
    ],
)
def test_a_text_is_tidy_where_no_cell_needs_cleaning(text, tidy, line_end):
    raw = text.replace("|", line_end).encode()
    for cut in range(1, len(raw)):
        assert text_shape([raw[:cut], raw[cut:]], ",").tidy == tidy
