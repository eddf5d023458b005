"""Three uploads from the inbox to their tables; every figure expected here was counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

from mcode_pipelines.definitions import assemble
from mcode_pipelines_tests.defs.conftest import Office, run, sentence
from mcode_pipelines_tests.sources.files import workbook
from mcode_pipelines_tests.sources.test_spss import with_sets, with_weight

Cells = Sequence[object]


def repeated(blocks: Sequence[tuple[int, Cells]]) -> list[Cells]:
    """The rows of a survey whose respondents come in blocks that answer alike."""
    return [row for times, row in blocks for _ in range(times)]


@dataclass(frozen=True)
class Tables:
    """The finished cells of one upload; a column of the banner is named `variable=code`, the total `@`."""

    cells: pl.DataFrame

    def of(self, question: str, column: str = "@") -> dict[str, float]:
        """Counts of the categories by their labels, in a column of the banner."""
        rows = self._rows(question, column).filter(pl.col("row_kind").is_in(["category", "net"]))
        return dict(rows.select("row_label", "count").iter_rows())

    def percents(self, question: str, column: str = "@") -> dict[str, float]:
        """Column percents, rounded as they are printed."""
        rows = self._rows(question, column).filter(pl.col("row_kind").is_in(["category", "net"]))
        return {label: round(share, 1) for label, share in rows.select("row_label", "column_percent").iter_rows()}

    def figure(self, question: str, code: str, column: str = "@") -> float:
        """A base or a statistic."""
        return float(self._rows(question, column).filter(pl.col("row_code") == code)["value"].item())

    def _rows(self, question: str, column: str) -> pl.DataFrame:
        variable, _, code = column.rpartition("=")
        found = self.cells.filter(
            pl.col("row_variable") == question,
            pl.col("column_code") == code,
            pl.col("column_variable") == (variable or "total"),
        )
        assert found.height, (question, self.cells["row_variable"].unique().to_list())
        return found


def tables_of(office: Office, dropped: Path) -> Tables:
    """What the service makes of a file or a folder that is moved into its inbox."""
    dropped.rename(office.inbox / dropped.name)
    (request,) = office.look().run_requests
    assert list(office.quarantine.iterdir()) == []
    key = str(request.partition_key)
    result = run(assemble(office.lake), office.instance, key)
    assert result.success, sentence(result)
    batches = list(office.lake.open("crosstab_batches", key))
    assert list(office.lake.path("excel_outputs", key).glob("*.xlsx"))
    return Tables(pl.concat(batch.cells for batch in batches))


def told(office: Office) -> list[str]:
    """What is told of the reading of the one upload."""
    (upload,) = office.lake.uploads.uploads()
    return [remark.en for remark in office.lake.open("raw_data", upload.key).head.source.remarks]


# A market survey typed into Excel by hand.
MARKET = [
    # No is added; sex, district, spending, bought: vegetables, fruit, fish; market is clean, prices are fair
    (6, ["Laki-laki", "Baguala", "Rp 250.000", "Ya", "Tidak", "Ya", "SS", "S"]),
    (4, ["Laki-laki", "Sirimau", "1.250.000", "Ya", "Ya", "Tidak", "S", "TS"]),
    (5, ["Perempuan", "Baguala", "500.000", "Tidak", "Ya", "Tidak", "TS", "S"]),
    (5, ["Perempuan", "Sirimau", "Rp 1.000.000", "Ya", "Ya", "Ya", "S", "STS"]),
    (4, ["Perempuan", "Nusaniwe", "750.000", "Tidak", "Tidak", "Ya", "STS", "SS"]),
    (2, ["Laki-laki", "Nusaniwe", "2.000.000", "Tidak", "Tidak", "Tidak", "S", "S"]),
]


@pytest.fixture
def market(tmp_path: Path) -> Path:
    """A title, a header of two rows with merged cells, a line of totals below the respondents."""
    path = tmp_path / "pasar_tani_2026.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Rekap")
    sheet.merge_range(0, 0, 0, 8, "SURVEI PENGUNJUNG PASAR TANI 2026")
    for column, name in enumerate(["No", "Jenis kelamin", "Kecamatan", "Pengeluaran sebulan"]):
        sheet.merge_range(2, column, 3, column, name)
    sheet.merge_range(2, 4, 2, 6, "Apa saja yang Anda beli di pasar ini?")
    sheet.write_row(3, 4, ["Sayur", "Buah", "Ikan"])
    sheet.merge_range(2, 7, 2, 8, "Seberapa setuju Anda?")
    sheet.write_row(3, 7, ["Pasar ini bersih", "Harga di sini wajar"])
    rows = repeated(MARKET)
    for number, row in enumerate(rows, 1):
        sheet.write_row(3 + number, 0, [number, *row])
    sheet.write_row(4 + len(rows), 0, ["Jumlah", "", "", "21.000.000", 15, 14, 15])
    book.close()
    return path


def test_a_workbook_made_by_hand(office: Office, market: Path) -> None:
    tables = tables_of(office, market)
    # Laki-laki 6 + 4 + 2, Perempuan 5 + 5 + 4; the line "Jumlah" is nobody.
    assert tables.of("Jenis kelamin") == {"Laki-laki": 12, "Perempuan": 14}
    assert any("row 31 'Jumlah'" in remark for remark in told(office))

    bought = "Apa saja yang Anda beli di pasar ini?"
    # Sayur 6 + 4 + 5, Buah 4 + 5 + 5, Ikan 6 + 5 + 4; two people said Tidak to all three and were asked all the same.
    assert tables.figure(bought, "base_unweighted") == 26
    assert tables.of(bought) == {"Sayur": 15, "Buah": 14, "Ikan": 15}
    assert tables.percents(bought) == {"Sayur": 57.7, "Buah": 53.8, "Ikan": 57.7}  # 15, 14 and 15 of 26
    # Men: 6 + 4 of 12, 4, 6; women: 5 of 14, 5 + 5, 5 + 4.
    assert tables.of(bought, "Jenis kelamin=Laki-laki") == {"Sayur": 10, "Buah": 4, "Ikan": 6}
    assert tables.percents(bought, "Jenis kelamin=Perempuan") == {"Sayur": 35.7, "Buah": 71.4, "Ikan": 64.3}

    # 6 x 250 + 4 x 1,250 + 5 x 500 + 5 x 1,000 + 4 x 750 + 2 x 2,000 thousands = 21 million over 26 people;
    # men 1.5 + 5 + 4 = 10.5 million over 12, women 2.5 + 5 + 3 = 10.5 million over 14.
    spent = "Pengeluaran sebulan"
    assert tables.figure(spent, "mean") == pytest.approx(21_000_000 / 26)
    assert tables.figure(spent, "mean", "Jenis kelamin=Laki-laki") == pytest.approx(875_000)
    assert tables.figure(spent, "mean", "Jenis kelamin=Perempuan") == pytest.approx(750_000)

    clean, fair = (f"Seberapa setuju Anda? [{item}]" for item in ("Pasar ini bersih", "Harga di sini wajar"))
    assert tables.of(clean) == {"STS": 4, "TS": 5, "S": 11, "SS": 6}  # S: 4 + 5 + 2
    assert tables.of(fair) == {"STS": 5, "TS": 4, "S": 13, "SS": 4}  # S: 6 + 5 + 2
    # STS 1 ... SS 4: 4 x 1 + 5 x 2 + 11 x 3 + 6 x 4 = 71; 5 x 1 + 4 x 2 + 13 x 3 + 4 x 4 = 68.
    assert tables.figure(clean, "mean") == pytest.approx(71 / 26)
    assert tables.figure(fair, "mean") == pytest.approx(68 / 26)
    assert tables.figure(clean, "top2") == pytest.approx(100 * 17 / 26)
    # Women: 5 of 14 said S to clean, 5 S and 4 SS to fair.
    assert tables.figure(clean, "top2", "Jenis kelamin=Perempuan") == pytest.approx(100 * 5 / 14)
    assert tables.figure(fair, "top2", "Jenis kelamin=Perempuan") == pytest.approx(100 * 9 / 14)


# KoboToolbox, two versions of a form: the choice Getuk was taken out and the rating moved to another group.
SNACKS = {"1": "Bakpia", "2": "Lumpia", "3": "Getuk", "96": "Lainnya, sebutkan"}
SEXES = {"1": "Laki-laki", "2": "Perempuan"}
SNACK_ROWS = [
    # version; sex, snacks bought, text behind other, rating in the first version's group, in the second version's
    (8, ["v1", "1", "1 3", None, 4, None]),
    (6, ["v1", "2", "2", None, 2, None]),
    (4, ["v1", "2", "96", "wajik", 5, None]),
    (7, ["v2", "1", "1 2", None, None, 3]),
    (5, ["v2", "2", "1 96", "wajik", None, 4]),
    (3, ["v2", "1", "2", None, None, None]),
]
SNACK_FORM: dict[str, list[list[object]]] = {
    "survey": [
        ["type", "name", "label", "relevant", "appearance"],
        ["begin_group", "profil", "Profil", None, None],
        ["select_one sex", "S1", "Jenis kelamin", None, None],
        ["end_group", None, None, None, None],
        ["begin_group", "belanja", "Belanja", None, None],
        ["select_multiple snack", "B1", "Jajanan apa yang Anda beli?", None, None],
        ["text", "B1_L", "Lainnya, sebutkan", "selected(${B1}, '96')", None],
        ["end_group", None, None, None, None],
        ["begin_group", "nilai", "Penilaian", None, None],
        ["select_one rating", "B2", "Seberapa puas Anda dengan rasanya?", None, None],
        ["end_group", None, None, None, None],
    ],
    "choices": [
        ["list_name", "name", "label"],
        *(["sex", code, label] for code, label in SEXES.items()),
        *(["snack", code, label] for code, label in SNACKS.items() if label != "Getuk"),
        *(
            ["rating", str(number), label]
            for number, label in enumerate(
                ["Sangat tidak puas", "Tidak puas", "Cukup puas", "Puas", "Sangat puas"], start=1
            )
        ),
    ],
    "settings": [["form_title", "form_id", "version"], ["Jajanan 2026", "jajanan", "v2"]],
}


def snack_upload(tmp_path: Path, *, labels: bool) -> Path:
    """Data and form in a folder, exported with names or with labels."""
    asked = {str(row[1]): str(row[2]) for row in SNACK_FORM["survey"][1:]}
    points = {str(row[1]): str(row[2]) for row in SNACK_FORM["choices"] if row[0] == "rating"}
    columns = [("profil", "S1"), ("belanja", "B1"), *(("belanja", "B1", code) for code in SNACKS), ("belanja", "B1_L")]
    columns += [("belanja", "B2"), ("nilai", "B2")]
    header = ["/".join(c) for c in columns]
    if labels:
        header = ["/".join([asked[c[0]], asked[c[1]], *(SNACKS[code] for code in c[2:])]) for c in columns]
    rows = []
    for number, (version, sex, snacks, text, *ratings) in enumerate(repeated(SNACK_ROWS), start=1):
        ticked = str(snacks).split()
        given = [SEXES[str(sex)], " ".join(SNACKS[c] for c in ticked)] if labels else [sex, snacks]
        # The second version no longer has Getuk: its cells are blank there.
        marks = [int(c in ticked) if version == "v1" or c != "3" else None for c in SNACKS]
        rated = [points[str(r)] if labels and r else r for r in ratings]
        system = [version, 900 + number, f"uuid-{number:04}", "2026-11-02T09:00:00", number]
        rows.append(["2026-11-02T08:00:00", *given, *marks, text, *rated, *system])
    folder = tmp_path / "jajanan_2026"
    folder.mkdir()
    system = ["__version__", "_id", "_uuid", "_submission_time", "_index"]
    workbook(folder / "data.xlsx", {"jajanan": [["start", *header, *system], *rows]})
    workbook(folder / "form.xlsx", SNACK_FORM)
    return folder


@pytest.mark.parametrize("labels", [False, True], ids=["names", "labels"])
def test_a_kobo_pair_of_two_form_versions(office: Office, tmp_path: Path, labels: bool) -> None:
    tables = tables_of(office, snack_upload(tmp_path, labels=labels))
    # Laki-laki 8 + 7 + 3, Perempuan 6 + 4 + 5.
    assert tables.of("S1") == {"Laki-laki": 18, "Perempuan": 15}

    # Bakpia 8 + 7 + 5, Lumpia 6 + 7 + 3, wajik behind other 4 + 5, and 8 who bought Getuk: it is gone from the form,
    # which leaves its code where data hold no labels, and not from the answers.
    gone = "Getuk" if labels else "3"
    assert tables.figure("B1", "base_unweighted") == 33
    assert tables.of("B1") == {"Bakpia": 20, "Lumpia": 16, gone: 8, "Wajik": 9, "Lainnya, sebutkan": 0}
    shares = {"Bakpia": 60.6, "Lumpia": 48.5, gone: 24.2, "Wajik": 27.3, "Lainnya, sebutkan": 0}  # of 33
    assert tables.percents("B1") == shares
    # Men 8 + 7 of Bakpia, 7 + 3 of Lumpia, all 8 of Getuk; women 5, 6, none, all 9 of wajik.
    assert tables.of("B1", "S1=1") == {"Bakpia": 15, "Lumpia": 10, gone: 8, "Wajik": 0, "Lainnya, sebutkan": 0}
    assert tables.of("B1", "S1=2") == {"Bakpia": 5, "Lumpia": 6, gone: 0, "Wajik": 9, "Lainnya, sebutkan": 0}

    # One question though it moved: 8 + 5 said 4, 7 said 3, 6 said 2, 4 said 5, and 3 said nothing.
    counts = {"Sangat tidak puas": 0, "Tidak puas": 6, "Cukup puas": 7, "Puas": 13, "Sangat puas": 4}
    assert tables.of("B2") == counts
    assert tables.figure("B2", "base_unweighted") == 30
    assert tables.figure("B2", "mean") == pytest.approx(3.5)  # (13 x 4 + 7 x 3 + 6 x 2 + 4 x 5) / 30
    # Men 8 x 4 + 7 x 3 over 15, women 6 x 2 + 4 x 5 + 5 x 4 over 15.
    assert tables.figure("B2", "mean", "S1=1") == pytest.approx(53 / 15)
    assert tables.figure("B2", "mean", "S1=2") == pytest.approx(52 / 15)


# A tracker from SPSS: both waves in one file, weighted, sets of answers that share variables.
BRANDS = {1: "Teh Melati", 2: "Teh Kenanga", 3: "Teh Mawar"}
TRACKER = [
    # wave, weight, sex; named unaided first and second, recognised when prompted; satisfaction, 99 no answer
    (10, [1, 0.5, 1, 1, None, 2, 5]),
    (10, [1, 1.5, 2, 2, 3, None, 4]),
    (8, [1, 1.0, 1, 1, 2, 3, 99]),
    (12, [2, 0.75, 1, 3, None, 1, 3]),
    (6, [2, 1.5, 2, 2, None, None, 5]),
    (10, [2, 1.0, 2, 1, 3, 2, 2]),
]


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    names = ["gelombang", "bobot", "S1", "sebut1", "sebut2", "kenal", "K1"]
    frame = pl.DataFrame(repeated(TRACKER), schema=dict.fromkeys(names, pl.Float64), orient="row")
    folder = tmp_path / "teh_tracker_2026"
    folder.mkdir()
    points = ["Sangat tidak puas", "Tidak puas", "Cukup puas", "Puas", "Sangat puas"]
    pyreadstat.write_sav(
        frame,
        folder / "data.sav",
        column_labels={
            "gelombang": "Gelombang", "bobot": "Bobot", "S1": "Jenis kelamin", "sebut1": "Sebutan pertama",
            "sebut2": "Sebutan kedua", "kenal": "Dikenal dengan bantuan", "K1": "Kepuasan terhadap teh utama",
        },
        variable_value_labels={
            "gelombang": {1: "2025", 2: "2026"}, "S1": {1: "Laki-laki", 2: "Perempuan"},
            **dict.fromkeys(("sebut1", "sebut2", "kenal"), BRANDS),
            "K1": {**dict(enumerate(points, start=1)), 99: "Tidak menjawab"},
        },
        missing_ranges={"K1": [99]},
        variable_measure={"gelombang": "nominal", "S1": "nominal", "K1": "ordinal", "bobot": "scale"},
    )  # fmt: skip
    # SPSS counts variables from 1: the weight is the second. The length of a label stands before it.
    with_weight(folder / "data.sav", 2)
    with_sets(
        folder / "data.sav", 7, "$spontan=C 7 Spontan sebut1 sebut2\n$semua=C 11 Semua merek sebut1 sebut2 kenal\n"
    )
    (folder / "plan.yaml").write_text("title: Teh 2026\nbanner: [total, gelombang, S1]\n", encoding="utf-8")
    return folder


def test_an_spss_tracker(office: Office, tracker: Path) -> None:
    tables = tables_of(office, tracker)
    assert any("WEIGHT BY bobot" in remark for remark in told(office))
    # 10 x 0.5 + 10 x 1.5 + 8 x 1 = 28 in the first wave; 12 x 0.75 + 6 x 1.5 + 10 x 1 = 28 in the second.
    assert tables.of("gelombang") == {"2025": 28, "2026": 28}
    assert tables.figure("gelombang", "base_unweighted") == 56
    # Weighted men: 5 + 8 + 9; women: 15 + 9 + 10.
    assert tables.of("S1") == {"Laki-laki": 22, "Perempuan": 34}

    # Named unaided: Melati 5 + 8 + 10, Kenanga 15 + 8 + 9, Mawar 15 + 9 + 10.
    assert tables.of("spontan") == {"Teh Melati": 23, "Teh Kenanga": 32, "Teh Mawar": 34}
    # In the first wave 5 + 8, 15 + 8, 15; in the second 10, 9, 9 + 10.
    assert tables.of("spontan", "gelombang=1") == {"Teh Melati": 13, "Teh Kenanga": 23, "Teh Mawar": 15}
    assert tables.of("spontan", "gelombang=2") == {"Teh Melati": 10, "Teh Kenanga": 9, "Teh Mawar": 19}
    # With those that were recognised: Melati + 9, Kenanga + 5 + 10, Mawar + 8.
    assert tables.of("semua") == {"Teh Melati": 32, "Teh Kenanga": 47, "Teh Mawar": 42}
    assert tables.percents("semua") == {"Teh Melati": 57.1, "Teh Kenanga": 83.9, "Teh Mawar": 75.0}  # of 56

    # The 8 who gave no answer (99) are in no base and in no mean: 5 x 5 + 15 x 4 + 9 x 3 + 9 x 5 + 10 x 2 = 177 of 48.
    assert tables.of("K1") == {"Sangat tidak puas": 0, "Tidak puas": 10, "Cukup puas": 9, "Puas": 15, "Sangat puas": 14}
    assert tables.figure("K1", "base_unweighted") == tables.figure("K1", "base") == 48
    assert tables.figure("K1", "mean") == pytest.approx(177 / 48)
    # First wave (25 + 60) / 20, second (27 + 45 + 20) / 28.
    assert tables.figure("K1", "mean", "gelombang=1") == pytest.approx(4.25)
    assert tables.figure("K1", "mean", "gelombang=2") == pytest.approx(92 / 28)
