"""Files with lists of choices that a form names, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.sources.files import text, workbook


def fruit_survey(folder: Path) -> tuple[Path, Path]:
    """Data and form of three questions that take their choices from files."""
    form = workbook(
        folder / "kuesioner.xlsx",
        {
            "survey": [
                ["type", "name", "label::Indonesia (id)", "parameters", "appearance"],
                ["select_one_from_file Buah.csv", "buah", "Buah apa yang dibeli?", None, None],
                ["select_multiple_from_file kios.csv", "kios", "Kios mana saja?", "value=nomor label=nama", None],
                ["select_one lapak", "lapak", "Lapak utama?", None, "minimal search('lapak')"],
            ],
            "choices": [["list_name", "name", "label::Indonesia (id)"], ["lapak", "kunci", "sebutan"]],
        },
    )
    rows = [f"{'mj'[i % 2]},{['1', '2', '1 2'][i % 3]},{'xy'[i % 2]}" for i in range(24)]
    return text(folder / "jawaban.csv", "\n".join(["buah,kios,lapak", *rows, ""])), form


def labels(codebook: Path) -> dict[str, dict[str, str]]:
    variables = json.loads(codebook.read_text(encoding="utf-8"))["variables"]
    return {v["name"]: {c["code"]: c["label"] for c in v["choices"]} for v in variables}


def test_list_files_that_lie_beside_the_form_or_were_named_give_their_labels_and_are_told(
    mcode: Command, tmp_path: Path
):
    data, form = fruit_survey(tmp_path)
    text(tmp_path / "buah.csv", "name,label\nm,Mangga\nj,Jeruk\n")
    text(tmp_path / "kios.csv", "nomor,nama\n1,Bu Tini\n2,Pak Jo\n")
    (tmp_path / "lain").mkdir()
    elsewhere = text(tmp_path / "lain" / "lapak.csv", "kunci,sebutan\nx,Timur\ny,Barat\n")
    answer = mcode("detect", data, "--form", form, "--list", elsewhere, "-o", "codebook.json")
    assert answer.status == 0, answer.stderr
    assert labels(Path("codebook.json")) == {
        "buah": {"m": "Mangga", "j": "Jeruk"},
        "kios": {"1": "Bu Tini", "2": "Pak Jo"},
        "lapak": {"x": "Timur", "y": "Barat"},
    }
    assert "'Buah.csv' (2), 'kios.csv' (2), 'lapak.csv' (2)" in answer.stderr


def test_answers_that_a_list_file_lacks_are_told(mcode: Command, tmp_path: Path):
    data, form = fruit_survey(tmp_path)
    text(tmp_path / "buah.csv", "name,label\nm,Mangga\n")
    text(tmp_path / "kios.csv", "nomor,nama\n1,Bu Tini\n")
    answer = mcode("detect", data, "--form", form, "-o", "codebook.json")
    assert answer.status == 0, answer.stderr
    assert "buah: formulir tidak memuat 'j' (12 responden)" in answer.stderr
    assert "kios: formulir tidak memuat '2' (16 responden)" in answer.stderr
    assert "lapak: formulir" not in answer.stderr


def test_a_list_file_that_is_missing_or_has_other_columns_is_told(mcode: Command, tmp_path: Path):
    data, form = fruit_survey(tmp_path)
    text(tmp_path / "kios.csv", "id,judul\n1,Bu Tini\n2,Pak Jo\n")
    answer = mcode("detect", data, "--form", form, "-o", "codebook.json")
    assert answer.status == 0, answer.stderr
    assert "'Buah.csv', 'lapak.csv' yang tidak ikut serta" in answer.stderr
    assert "'kios.csv' tidak memberi pilihan" in answer.stderr
    assert labels(Path("codebook.json"))["buah"] == {"m": "m", "j": "j"}


def test_a_list_that_the_form_does_not_name_is_told(mcode: Command, tmp_path: Path):
    data, form = fruit_survey(tmp_path)
    answer = mcode(
        "detect",
        data,
        "--form",
        form,
        "--list",
        text(tmp_path / "kota.csv", "name,label\n1,A\n"),
        "-o",
        "codebook.json",
    )
    assert answer.status == 0, answer.stderr
    assert "'kota.csv' diberikan sebagai daftar pilihan" in answer.stderr
