"""The coded data workbook: the data as it was read, with codes, labels and confidence beside each coded question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from mcode_pipelines.delivery.coded_columns import CodedQuestion, coded_columns, coded_questions
from mcode_pipelines.delivery.data_sheet import data_columns, stored_rows, write_rows
from mcode_pipelines.delivery.delivered_file import DeliveredFile, staging_folder
from mcode_pipelines.delivery.sheet import Line, Role, Sheet, Style, Value
from mcode_pipelines.delivery.spreadsheet_text import escape_formulas
from mcode_pipelines.delivery.text_metrics import fit_line_height
from mcode_pipelines.delivery.verification import verify_data, verify_texts
from mcode_pipelines.delivery.wording import Wording, wording
from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey

MAX_ROWS = 1_048_575
"""Excel's rows, less the header."""
MAX_COLUMNS = 16_384
MAX_CELLS = 20_000_000
"""More cells than this no spreadsheet program opens in reasonable time and memory."""
_FRAMES_WIDTHS = (14, 36, 8, 36, 20, 44, 50, 18)
_COLUMNS_WIDTHS = (30, 24, 80, 18)


def write_coded_workbook(
    raw: RawSurvey,
    codebook: Codebook,
    frames: CodeFrames,
    codings: pl.DataFrame,
    into: Path,
    *,
    name: str,
    personal: bool = False,
) -> DeliveredFile | None:
    """Write `<name>_coded.xlsx`: the data, the code frames, and what every column is.

    The data sheet has one header row and the source's columns in their order. Right of each coded question `E1` stand
    `E1_coded` (codes separated by blanks), `E1_label` (labels separated by "; ") and `E1_confidence` (the lowest
    confidence of the answer's codes, 0 to 1). A column of plain numbers is written as numbers; one where any value has
    a leading zero, a plus sign or more than 15 digits stays text throughout.

    Columns of personal data (see `personal_columns`) are left out, and the sheet of columns and the result's note say
    which, unless `personal` data is wanted.

    Data beyond Excel's grid (1,048,575 rows, 16,384 columns) or above 20 million cells become `<name>_coded.csv`, with
    text that looks like a formula neutralised; the result's note says so. None where no question has a frame.
    Raises DeliveryError where the file cannot be written or does not read back as written.
    """
    questions = coded_questions(raw.columns, codebook, frames)
    if not questions:
        return None
    left_out = () if personal else personal_columns(raw, codebook)
    data = _with_codes(raw, questions, codings).drop(left_out)
    words = wording(codebook.language)
    without = words("without_personal", columns=", ".join(left_out)) if left_out else None
    rows = int(data.select(pl.len()).collect().item())
    columns = data.collect_schema().names()
    beyond = rows > MAX_ROWS or len(columns) > MAX_COLUMNS or rows * len(columns) > MAX_CELLS
    with staging_folder(into) as staging:
        if beyond:
            file_name = f"{name}_coded.csv"
            escape_formulas(data).sink_csv(staging.path(file_name), include_bom=True)
            return staging.finished(file_name, note=_joined(words("beyond", rows=rows, columns=len(columns)), without))
        file_name = f"{name}_coded.xlsx"
        cut = _write_workbook(staging.path(file_name), data, rows, questions, codebook, codings, words, left_out)
        return staging.finished(file_name, note=_joined(words("cut", texts=cut) if cut else None, without))


def personal_columns(raw: RawSurvey, codebook: Codebook) -> tuple[str, ...]:
    """The data's columns of personal data (names, telephones, identity numbers), the respondent's identifier kept."""
    personal = {column for variable in codebook if variable.personal for column in variable.columns}
    return tuple(column for column in raw.columns if column in personal and column != codebook.respondent_column)


def _joined(*said: str | None) -> str | None:
    return "; ".join(text for text in said if text) or None


def _with_codes(raw: RawSurvey, questions: Sequence[CodedQuestion], codings: pl.DataFrame) -> pl.LazyFrame:
    """The source's columns in their order, each coded question's new columns right of it."""
    data = raw.data
    for question in questions:
        data = data.join(coded_columns(question, codings).lazy(), on=ROW, how="left", maintain_order="left")
    order: list[str] = []
    for column in raw.columns:
        order.append(column)
        for question in questions:
            if question.after == column:
                order += question.columns
    return data.select(order)


def _write_workbook(
    path: Path,
    data: pl.LazyFrame,
    rows: int,
    questions: Sequence[CodedQuestion],
    codebook: Codebook,
    codings: pl.DataFrame,
    words: Wording,
    left_out: Sequence[str],
) -> int:
    """Write and check the workbook. Returns how many texts had to be cut to what a cell can hold."""
    from mcode_pipelines.delivery.row_xml import RowXmlSheet
    from mcode_pipelines.delivery.workbook import new_workbook, set_up

    columns = data_columns(data, {question.confidence: Style(Role.CONFIDENCE) for question in questions})
    added = {column for question in questions for column in question.columns}
    head = Line(
        [column.name for column in columns],
        [Style(Role.CODED_HEADING if column.name in added else Role.HEADING) for column in columns],
        32,
    )
    sheet = Sheet(
        name=words.data,
        lines=[head],
        widths=[32 if column.name in added and not column.numeric else 15 for column in columns],
        freeze=(1, 0),
        autofilter=(0, 0, rows, len(columns) - 1),
        gridlines=True,
    )
    others = [
        _frames_sheet(questions, codings, words),
        _columns_sheet([c.name for c in columns], questions, codebook, words, left_out),
    ]
    stored = path.with_suffix(".rows")
    with new_workbook(path, title=words.data, in_memory=False) as book:
        worksheet = book.workbook.add_worksheet(sheet.name, worksheet_class=RowXmlSheet)
        with stored.open("w", encoding="utf-8") as file:
            file.write(book.row_xml.render(sheet.lines))
            cut = write_rows(data, rows, columns, book, file, first_row=1)
        worksheet.set_rows(stored_rows(stored), rows + 1, len(columns))
        set_up(worksheet, sheet)
        worksheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows + 1}"})
        for other in others:
            book.add(other)
    stored.unlink()
    verify_data(path, words.data, data, rows, columns)
    verify_texts(path, {other.name: [line.values for line in other.lines] for other in others})
    return cut


def _frames_sheet(questions: Sequence[CodedQuestion], codings: pl.DataFrame, words: Wording) -> Sheet:
    """Every code of every frame, with how many answers have it."""
    counted = codings.unique([ROW, "variable", "code"]).group_by("variable", "code").len()
    answers = {(str(variable), int(code)): int(n) for variable, code, n in counted.iter_rows()}
    titles = [
        words.variable,
        words.question,
        words.code,
        words.label,
        words.net,
        words.definition,
        words.examples,
        words.answers,
    ]
    text = [*[Style(Role.TEXT)] * 2, Style(Role.CODE), *[Style(Role.TEXT)] * 4, Style(Role.WHOLE)]
    lines = [Line(titles, [Style(Role.HEADING)] * len(titles), 20)]
    for question in questions:
        frame = question.frame
        for code in frame.codes:
            values: list[Value] = [
                frame.variable,
                frame.question,
                code.code,
                code.label,
                code.net,
                code.definition,
                "\n".join(code.examples) or None,
                answers.get((frame.variable, code.code), 0),
            ]
            lines.append(fit_line_height(values, text, _FRAMES_WIDTHS))
    return Sheet(
        name=words.frames,
        lines=lines,
        widths=_FRAMES_WIDTHS,
        freeze=(1, 0),
        repeat=(0, 0),
        autofilter=(0, 0, len(lines) - 1, len(titles) - 1),
        page_word=words.page,
        footer_text=words.frames,
    )


def _columns_sheet(
    columns: Sequence[str],
    questions: Sequence[CodedQuestion],
    codebook: Codebook,
    words: Wording,
    left_out: Sequence[str],
) -> Sheet:
    """What every column of the data sheet is, and which columns of the data were left out."""
    variable_of = {column: variable for variable in codebook for column in variable.columns}
    made: dict[str, tuple[str, str]] = {}
    for question in questions:
        for column, said in zip(question.columns, (words.codes_of, words.labels_of, words.confidence_of), strict=True):
            made[column] = (question.frame.variable, f"{said}: {question.frame.question}")
    titles = [words.column, words.variable, words.label, words.kind]
    lines = [Line(titles, [Style(Role.HEADING)] * len(titles), 20)]
    for column in columns:
        variable = variable_of.get(column)
        if column in made:
            values: list[Value] = [column, *made[column], words.coded]
        elif variable is not None:
            choice = next((c.label for c in variable.choices if c.column == column), None)
            values = [
                column,
                variable.name,
                f"{variable.label}: {choice}" if choice else variable.label,
                variable.kind.value,
            ]
        else:
            values = [column, None, None, None]
        lines.append(fit_line_height(values, [Style(Role.TEXT)] * len(titles), _COLUMNS_WIDTHS))
    for column in left_out:
        named = variable_of[column]
        values = [column, named.name, named.label, words.left_out_personal]
        lines.append(fit_line_height(values, [Style(Role.TEXT)] * len(titles), _COLUMNS_WIDTHS))
    return Sheet(
        name=words.columns,
        lines=lines,
        widths=_COLUMNS_WIDTHS,
        freeze=(1, 0),
        repeat=(0, 0),
        autofilter=(0, 0, len(lines) - 1, len(titles) - 1),
        page_word=words.page,
        footer_text=words.columns,
    )
