"""From a drop to an upload in the store, and what the store says of it."""

import json
import multiprocessing
import shutil

import pytest

from mcode_pipelines.intake import (
    Admitted,
    AlreadyThere,
    Changed,
    Deferred,
    Limits,
    Refused,
    StorageError,
    UnknownUpload,
    UploadStore,
    inbox_item_at,
    read_again,
)
from mcode_pipelines.survey import CodeFrame
from mcode_pipelines_tests.intake.test_sandbox import write_form
from mcode_pipelines_tests.intake.workbooks import write_workbook

DATA = "sex,age,why\n1,30,good\n2,41,bad\n"
PLAN = "title: Ferry\nrows: [sex]\n"
FRAME = {"variable": "why", "question": "Why?", "language": "en", "codes": [{"code": 1, "label": "good"}]}
CODES = "respondent,variable,code\n1,why,1\n"


@pytest.fixture
def store(tmp_path):
    return UploadStore(tmp_path / "storage" / "uploads")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def laid(inbox, name, content):
    """A file, or a folder of files, laid into the inbox; what it is as a drop."""
    path = inbox / name
    if isinstance(content, dict):
        path.mkdir(exist_ok=True)
        for file_name, text in content.items():
            (path / file_name).parent.mkdir(exist_ok=True)
            (path / file_name).write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    else:
        path.write_text(content, encoding="utf-8")
    return inbox_item_at(path)


def held(store):
    """Everything that the store holds, with its bytes."""
    return {path.relative_to(store.root): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def storage_with_ferry(tmp_path_factory):
    """A store with one upload, to be copied."""
    folder = tmp_path_factory.mktemp("ferry")
    (folder / "inbox").mkdir()
    answer = UploadStore(folder / "uploads").admit(laid(folder / "inbox", "Ferry 2026-11.csv", DATA))
    assert isinstance(answer, Admitted)
    return folder / "uploads", answer.upload


@pytest.fixture
def ferry(store, storage_with_ferry):
    """An upload that is there already."""
    folder, upload = storage_with_ferry
    shutil.copytree(folder, store.root)
    return upload


def test_a_file_becomes_an_upload_with_key_study_and_wave(store, inbox):
    import hashlib

    answer = store.admit(laid(inbox, "Kepuasan Feri 2026-11.csv", DATA))
    assert isinstance(answer, Admitted)
    sha256 = hashlib.sha256(DATA.encode()).hexdigest()
    upload = answer.upload
    assert upload.key == f"kepuasan-feri-2026-11-{sha256[:8]}"
    assert (upload.sha256, upload.study, upload.wave) == (sha256, "kepuasan-feri", "2026-11")
    assert store.keys() == [upload.key]
    assert store.get(upload.key) == upload == store.by_sha256(sha256)
    assert store.files(upload.key).data.read_text() == DATA
    assert store.files(upload.key).data_name == "Kepuasan Feri 2026-11.csv"
    assert store.plan_path(upload.key) is None
    assert (inbox / "Kepuasan Feri 2026-11.csv").exists()


def test_everything_in_the_store_is_ours_alone(store, inbox):
    drop = laid(inbox, "Ferry", {"a.csv": DATA, "plan.yaml": PLAN, "frame.json": FRAME, "codes.csv": CODES})
    (inbox / "Ferry" / "a.csv").chmod(0o666)
    store.admit(inbox_item_at(drop.path))
    for path in store.root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_brings_its_companions(store, inbox):
    drop = laid(
        inbox,
        "Ferry survey 2026-11",
        {
            "data.csv": DATA,
            "plan.yml": PLAN + "study: kapal\nwave: 7\n",
            "codebook.json": {"variables": [{"name": "sex", "label": "Sex", "kind": "numeric", "columns": ["sex"]}]},
            "frames/why.json": FRAME,
            "E1.frame.json": {**FRAME, "variable": "E 1/2"},
            "codes.csv": CODES,
            "questionnaire.pdf": "x",
        },
    )  # fmt: skip
    write_form(inbox / "Ferry survey 2026-11" / "form.xlsx")
    answer = store.admit(inbox_item_at(drop.path))
    assert isinstance(answer, Admitted), answer
    key = answer.upload.key
    assert key.startswith("ferry-survey-2026-11-")
    assert (answer.upload.study, answer.upload.wave) == ("kapal", "7")
    assert set(answer.upload.companions) == {"form", "plan", "codebook", "frames", "codes"}
    assert answer.upload.form_name == "form.xlsx"
    assert store.plan_path(key).read_text().startswith("title: Ferry")
    assert store.codebook_path(key).name == "codebook.json"
    assert store.codes_path(key).read_text() == CODES
    frames = [CodeFrame.model_validate_json(path.read_text()) for path in store.frame_paths(key)]
    assert {frame.variable for frame in frames} == {"why", "E 1/2"}
    assert {frame.origin for frame in frames} == {"given"}
    assert read_again(store, key).head.form is not None
    assert "questionnaire.pdf" in answer.remarks[0]


def test_a_name_that_says_nothing_makes_no_study_of_strangers(store, inbox):
    first = store.admit(laid(inbox, "data.csv", DATA)).upload
    second = store.admit(laid(inbox, "data.csv", DATA + "1,2,x\n")).upload
    assert first.study != second.study


def test_the_same_data_again_is_already_there_whatever_its_name(store, inbox, ferry):
    answer = store.admit(laid(inbox, "other name.csv", DATA))
    assert isinstance(answer, AlreadyThere)
    assert answer.upload == ferry
    assert f"already there as {ferry.key}, received " in answer.sentence
    assert store.keys() == [ferry.key]


def test_the_same_data_with_a_new_plan_changes_that_upload(store, inbox, ferry):
    answer = store.admit(laid(inbox, "again", {"data.csv": DATA, "plan.yaml": PLAN}))
    assert isinstance(answer, Changed)
    assert answer.touched == {"plan"}
    assert answer.upload.key == ferry.key
    assert answer.upload.revision != ferry.revision
    assert store.plan_path(ferry.key).read_text() == PLAN
    again = store.admit(laid(inbox, "again", {"data.csv": DATA, "plan.yaml": PLAN}))
    assert isinstance(again, AlreadyThere)


def test_the_same_data_with_a_form_is_read_again_with_it(store, inbox, ferry):
    drop = laid(inbox, "again", {"data.csv": DATA})
    write_form(drop.path / "form.xlsx")
    answer = store.admit(inbox_item_at(drop.path))
    assert isinstance(answer, Changed)
    assert answer.touched == {"form"}
    assert store.files(ferry.key).form_name == "form.xlsx"
    assert read_again(store, ferry.key).head.form is not None


@pytest.mark.parametrize(
    ("ending", "content", "kind"),
    [
        ("plan.yaml", PLAN, "plan"),
        ("plan (1).yml", PLAN, "plan"),
        ("codebook.json", '{"variables": []}', "codebook"),
        ("frame.json", json.dumps(FRAME), "frames"),
        ("why.frame.json", json.dumps(FRAME), "frames"),
        ("codes.csv", CODES, "codes"),
    ],
)
def test_a_lone_companion_named_after_the_upload_changes_it(store, inbox, ferry, ending, content, kind):
    answer = store.admit(laid(inbox, f"{ferry.key.upper()}.{ending}", content))
    assert isinstance(answer, Changed), answer
    assert answer.touched == {kind}
    assert set(store.get(ferry.key).companions) == {kind}


def test_a_folder_named_after_the_upload_may_bring_companions_alone(store, inbox, ferry):
    answer = store.admit(laid(inbox, ferry.key, {"plan.yaml": PLAN}))
    assert isinstance(answer, Changed)
    assert answer.touched == {"plan"}


def test_a_frame_replaces_only_the_frame_of_its_question(store, inbox, ferry):
    other = {**FRAME, "variable": "how"}
    store.admit(laid(inbox, f"{ferry.key}.frame.json", json.dumps([FRAME, other])))
    newer = {**FRAME, "codes": [{"code": 1, "label": "great"}]}
    answer = store.admit(laid(inbox, f"{ferry.key}.frame.json", json.dumps(newer)))
    assert isinstance(answer, Changed)
    frames = [CodeFrame.model_validate_json(path.read_text()) for path in store.frame_paths(ferry.key)]
    assert {frame.variable: frame.label_of(1) for frame in frames} == {"why": "great", "how": "good"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere-00000000.plan.yaml", PLAN, "known are for example ferry-2026-11-"),
        ("plan.yaml", PLAN, "has to be named after the upload"),
        ("KEY.plan.yaml", "rows: [sex\n", "line 2, column 1: "),
        ("KEY.plan.yaml", "rows:\n\t- sex\n", "not tabs"),
        ("KEY.plan.yaml", "rows: [sex]\nbaner: [total]\n", "line 2: there is no setting 'baner'; did"),
        ("KEY.plan.yaml", "rows: [sex]\nrows: [age]\n", "line 2, column 1: 'rows' stands twice"),
        ("KEY.plan.yaml", "significance:\n  levels: [95]\n", "line 2: significance: levels 1: expected a number"),
        ("KEY.plan.yaml", "significance:\n  methods: t\n", "line 2: significance: there is no setting 'methods'; did"),
        ("KEY.plan.yaml", "significance: {levels: [2]}\n", "line 1: significance: levels 1: expected a number below"),
        ("KEY.plan.yaml", "- sex\n", "a plan is made of settings such as `banner:` and `rows:`, not a list"),
        ("KEY.plan.yaml", "a: &a [1]\nb: [*a, *a]\n", "line 2, column 5: aliases (*name) are not supported"),
        ("KEY.plan.yaml", "[" * 3000, "nested too deeply"),
        ("KEY.plan.yaml", "rows: !!python/object/apply:os.system [id]\n", "line 1, column 7: could not determine"),
        ("KEY.codebook.json", '{"variables": [', "line 1, column 16: this is not sound JSON"),
        ("KEY.codebook.json", '{"variables": [{"label": "Sex"}]}', "each with its `name`"),
        ("KEY.codebook.json", '{"variables": [{"name": "sex", "lable": "Sex"}]}', "is `label` meant?"),
        ("KEY.codebook.json", "", "empty"),
        ("KEY.frame.json", '{"variable": "why"}', "the frame of 'why': at `codes`: this is missing"),
        ("KEY.other.frame.json", json.dumps(FRAME), "the name says other, but the frame in it is of why"),
        ("KEY.codes.csv", "id,code\n1,1\n", "respondent, variable is missing"),
        ("KEY.codes.csv", "respondent,variable,code\n1,why,good\n", "row 2 has the code 'good'"),
        ("empty.csv", "", "empty (0 bytes)"),
        ("header.csv", "sex,age\n", ""),
        ("form.xls", "not a workbook", "content is plain text"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_one_sentence(store, inbox, ferry, name, content, words):
    before = held(store)
    answer = store.admit(laid(inbox, name.replace("KEY", ferry.key), content))
    assert isinstance(answer, Refused)
    assert words in answer.reason
    assert "\n" not in answer.sentence
    assert "Traceback" not in answer.reason
    assert held(store) == before


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.csv": DATA, "b.csv": DATA + "1,1,x\n"}, "2 data files: a.csv, b.csv"),
        ({"readme.md": "x"}, "holds no survey data"),
        ({"plan.yaml": PLAN}, "holds no survey data"),
        ({"a.xlsm": "x"}, "a.xlsm: this is a macro workbook"),
        ({"a.csv": DATA, "plan.yaml": PLAN, "b.plan.yaml": PLAN}, "2 plans: b.plan.yaml, plan.yaml; keep one"),
        ({"a.csv": DATA, "plan.yaml": "rows: {"}, "plan.yaml: line 1"),
        ({"a.csv": DATA, "b.xlsx": "x"}, "b.xlsx: the name says an Excel workbook"),
    ],
)
def test_a_folder_that_cannot_be_one_upload_is_refused_naming_the_files(store, inbox, files, words):
    answer = store.admit(laid(inbox, "folder", files))
    assert isinstance(answer, Refused)
    assert words in answer.reason
    assert store.keys() == []


def test_a_form_without_data_is_refused(store, inbox):
    write_form(inbox / "form.xlsx")
    alone = store.admit(inbox_item_at(inbox / "form.xlsx"))
    assert isinstance(alone, Refused)
    (inbox / "folder").mkdir()
    write_form(inbox / "folder" / "form.xlsx")
    in_folder = store.admit(inbox_item_at(inbox / "folder"))
    assert isinstance(in_folder, Refused)


def test_a_trap_beside_the_data_is_refused_before_anything_reads_it(store, inbox):
    drop = laid(inbox, "folder", {"a.csv": DATA})
    write_workbook(drop.path / "form.xlsx", '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')
    answer = store.admit(inbox_item_at(drop.path))
    assert isinstance(answer, Refused)
    assert "form.xlsx: the sheet sheet1 cannot be read safely" in answer.reason


def test_a_drop_that_changes_meanwhile_is_not_taken_yet(store, inbox):
    drop = laid(inbox, "a.csv", DATA)
    (inbox / "a.csv").write_text(DATA + "1,1,more\n")
    assert isinstance(store.admit(drop), Deferred)
    (inbox / "a.csv").unlink()
    assert isinstance(store.admit(drop), Deferred)
    assert store.keys() == []


def test_a_file_that_became_a_link_is_not_followed(store, inbox, tmp_path):
    (tmp_path / "secret.csv").write_text(DATA)
    drop = laid(inbox, "a.csv", DATA)
    (inbox / "a.csv").unlink()
    (inbox / "a.csv").symlink_to(tmp_path / "secret.csv")
    assert isinstance(store.admit(drop), Refused)
    folder = laid(inbox, "folder", {"a.csv": DATA})
    (inbox / "folder").rename(tmp_path / "moved")
    (inbox / "folder").symlink_to(tmp_path / "moved")
    assert not isinstance(store.admit(folder), Admitted)
    assert store.keys() == []


def test_a_file_over_the_limit_is_not_even_copied(store, inbox):
    answer = store.admit(laid(inbox, "a.csv", DATA * 100), limits=Limits(table_bytes=1000))
    assert isinstance(answer, Refused)
    assert "at most 1000 bytes" in answer.reason


def test_progress_tells_the_steps_in_order(store, inbox):
    told = []
    store.admit(laid(inbox, "a.csv", DATA), progress=lambda step, done, total: told.append((step, done, total)))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1] == ("stored", told[-1][2], told[-1][2])


def test_an_unknown_key_is_answered_with_the_nearest(store, ferry):
    with pytest.raises(UnknownUpload, match=ferry.key):
        store.get("fery-2026-11-00000000")
    for key in ("../../etc", "", "a/b", ferry.key + "/data"):
        with pytest.raises(UnknownUpload):
            store.get(key)


def test_a_damaged_record_is_told_and_not_guessed(store, ferry):
    (store.root / ferry.key / "upload.json").write_text("{")
    with pytest.raises(StorageError, match=r"upload\.json"):
        UploadStore(store.root).get(ferry.key)


def test_reading_again_with_other_options_leaves_the_first_reading(store, ferry):
    assert read_again(store, ferry.key).columns == ["sex", "age", "why"]
    assert read_again(store, ferry.key, delimiter=";").columns == ["sex,age,why"]
    assert read_again(store, ferry.key).columns == ["sex", "age", "why"]


def test_a_store_that_cannot_be_written_is_our_trouble(inbox, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError):
        UploadStore(tmp_path / "file" / "uploads").admit(laid(inbox, "a.csv", DATA))


def test_what_a_killed_process_left_is_swept_away(store, inbox, ferry):
    left = store.root / ".admitting" / "dead"
    left.mkdir()
    (left / "lock").touch()
    with store.staging() as running:
        store.admit(laid(inbox, "b.csv", DATA + "1,1,x\n"))
        assert running.exists()
    assert not left.exists()


def _admit(root, path, answers):
    answers.put(type(UploadStore(root).admit(inbox_item_at(path))).__name__)


def test_two_processes_that_admit_the_same_bytes_make_one_upload(store, inbox):
    paths = [laid(inbox, name, DATA).path for name in ("a.csv", "b.csv")]
    spawning = multiprocessing.get_context("spawn")
    answers = spawning.Queue()
    both = [spawning.Process(target=_admit, args=(store.root, path, answers)) for path in paths]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert sorted(answers.get() for _ in both) == ["Admitted", "AlreadyThere"]
    assert len(store.keys()) == 1
