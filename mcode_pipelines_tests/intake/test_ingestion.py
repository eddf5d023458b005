"""Out of the inbox: into the store, into quarantine, or with an answer; and nothing lost on the way."""

import ctypes
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import polars as pl
import pytest

from mcode_pipelines.intake import (
    Admitted,
    AlreadyThere,
    Changed,
    Deferred,
    Refused,
    StorageError,
    UploadStore,
    ingest,
    scan_inbox,
)

DATA = "sex,age\n1,30\n2,41\n"


@pytest.fixture
def store(tmp_path):
    return UploadStore(tmp_path / "storage" / "uploads")


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def quarantine(tmp_path):
    return tmp_path / "quarantine"


def take_all(inbox, store, quarantine):
    return [ingest(drop, store, quarantine) for drop in scan_inbox(inbox)]


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_taken_file_leaves_the_inbox_and_is_in_the_store(inbox, store, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Admitted)
    assert answer.left_in_inbox is None
    assert names(inbox) == []
    assert store.files(answer.upload.key).data.read_text() == DATA
    assert not quarantine.exists()


class StoreWithAMistake(UploadStore):
    """A store with a mistake that only one drop brings to light."""

    def admit(self, drop, **options):
        if drop.name == "Ferry.csv":
            raise ZeroDivisionError("only ferries")
        return super().admit(drop, **options)


def test_a_mistake_of_the_program_sets_its_drop_aside_and_stops_no_other(tmp_path, inbox, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (inbox / "Train.csv").write_text(DATA)
    ferry, train = take_all(inbox, StoreWithAMistake(tmp_path / "uploads"), quarantine)
    assert isinstance(ferry, Refused)
    assert isinstance(train, Admitted)
    assert names(inbox) == []
    assert (quarantine / "Ferry.csv").read_text() == DATA
    reason = (quarantine / "Ferry.csv.reason.txt").read_text()
    assert "a mistake in this program came up with it (ZeroDivisionError)" in reason


def test_a_duplicate_is_removed_and_answered_beside_it(inbox, store, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (first,) = take_all(inbox, store, quarantine)
    (inbox / "Ferry again.csv").write_text(DATA)
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, AlreadyThere)
    assert names(inbox) == ["Ferry again.csv.already.txt"]
    note = (inbox / "Ferry again.csv.already.txt").read_text()
    assert f"already there as {first.upload.key}, received " in note
    assert "nothing was done" in note
    assert scan_inbox(inbox) == []


def test_a_refused_file_moves_to_quarantine_with_its_reason(inbox, store, quarantine):
    (inbox / "Ferry.xlsx").write_text("no workbook")
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Refused)
    assert names(inbox) == []
    assert names(quarantine) == ["Ferry.xlsx", "Ferry.xlsx.reason.txt"]
    assert answer.quarantined == quarantine / "Ferry.xlsx"
    assert answer.quarantined.read_text() == "no workbook"
    note = (quarantine / "Ferry.xlsx.reason.txt").read_text()
    assert answer.reason in note
    assert "drop it into the inbox again" in note


def test_a_reason_has_a_subject(inbox, store, quarantine):
    form = pl.DataFrame({"type": ["text"], "name": ["E1"], "label": ["Apa?"]})
    form.write_excel(inbox / "form.xlsx", worksheet="survey")
    take_all(inbox, store, quarantine)
    assert (
        "Why: it is a form (XLSForm) and the data file is missing" in (quarantine / "form.xlsx.reason.txt").read_text()
    )


def test_nothing_in_quarantine_is_ever_overwritten(inbox, store, quarantine):
    for content in ("first", "second", "third"):
        (inbox / "Ferry.xlsx").write_text(content)
        take_all(inbox, store, quarantine)
    kept = {path.name: path.read_text() for path in quarantine.glob("*.xlsx")}
    assert kept == {"Ferry.xlsx": "first", "Ferry (2).xlsx": "second", "Ferry (3).xlsx": "third"}
    assert len(list(quarantine.glob("*.reason.txt"))) == 3


def test_a_refused_folder_moves_as_a_whole(inbox, store, quarantine):
    (inbox / "two").mkdir()
    (inbox / "two" / "a.csv").write_text(DATA)
    (inbox / "two" / "b.csv").write_text(DATA + "1,1\n")
    take_all(inbox, store, quarantine)
    assert names(inbox) == []
    assert names(quarantine) == ["two", "two.reason.txt", "two/a.csv", "two/b.csv"]


def test_a_taken_folder_leaves_the_inbox_and_keeps_what_was_not_used(inbox, store, quarantine):
    folder = inbox / "Ferry"
    (folder / "photos").mkdir(parents=True)
    (folder / "data.csv").write_text(DATA)
    (folder / "plan.yaml").write_text("rows: [sex]\n")
    (folder / "READY").touch()
    (folder / "questionnaire.pdf").write_text("pdf")
    (folder / "photos" / "1.jpg").write_text("jpg")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / ".DS_Store").touch()
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Admitted)
    assert names(inbox) == []
    assert {p.name: p.read_text() for p in store.other_paths(answer.upload.key)} == {
        "questionnaire.pdf": "pdf",
        "1.jpg": "jpg",
    }
    assert Path("/etc/passwd").exists()


def test_a_changed_plan_alone_leaves_the_inbox(inbox, store, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (first,) = take_all(inbox, store, quarantine)
    (inbox / f"{first.upload.key}.plan.yaml").write_text("rows: [sex]\n")
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Changed)
    assert names(inbox) == []


def test_a_file_that_changes_meanwhile_stays(inbox, store, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (drop,) = scan_inbox(inbox)
    (inbox / "Ferry.csv").write_text(DATA + "1,2\n")
    assert isinstance(ingest(drop, store, quarantine), Deferred)
    assert names(inbox) == ["Ferry.csv"]


def test_a_file_written_anew_after_it_was_copied_stays_for_the_next_look(inbox, store, quarantine, monkeypatch):
    (inbox / "Ferry.csv").write_text(DATA)
    (drop,) = scan_inbox(inbox)

    class Writing(UploadStore):
        def admit(self, drop, **how):
            answer = super().admit(drop, **how)
            (inbox / "Ferry.csv").write_text(DATA + "9,99\n")
            return answer

    answer = ingest(drop, Writing(store.root), quarantine)
    assert isinstance(answer, Admitted)
    assert (inbox / "Ferry.csv").read_text() == DATA + "9,99\n"


def like_any_user():
    """Gives up what lets root write everywhere, for the program that is started next."""
    override_permissions, read_everything, own_everything, drop_from_bounding_set = 1, 2, 3, 24
    for capability in (override_permissions, read_everything, own_everything):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)


def test_an_inbox_that_lets_nothing_go_is_told_in_the_answer(inbox, store, quarantine):
    (inbox / "Ferry.csv").write_text(DATA)
    (inbox / "bad.xlsx").write_text("no workbook")
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from mcode_pipelines.intake import UploadStore, ingest, scan_inbox
        for drop in scan_inbox(Path({str(inbox)!r})):
            answer = ingest(drop, UploadStore(Path({str(store.root)!r})), Path({str(quarantine)!r}))
            print(type(answer).__name__, answer.left_in_inbox)
        """
    )
    inbox.chmod(0o555)
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=like_any_user)
    finally:
        inbox.chmod(0o755)
    assert done.stderr == ""
    first, second = sorted(done.stdout.splitlines())
    assert first.startswith("Admitted Ferry.csv was answered but could not be removed from")
    assert second.startswith("Refused bad.xlsx was answered but could not be removed from")
    assert names(inbox) == ["Ferry.csv", "bad.xlsx"]
    assert "bad.xlsx.reason.txt" in names(quarantine)


def test_a_quarantine_that_cannot_be_written_leaves_the_drop_in_the_inbox(inbox, store, tmp_path):
    (inbox / "bad.xlsx").write_text("no workbook")
    (tmp_path / "quarantine").write_text("in the way")
    (drop,) = scan_inbox(inbox)
    with pytest.raises(StorageError, match="quarantine"):
        ingest(drop, store, tmp_path / "quarantine")
    assert names(inbox) == ["bad.xlsx"]


def other_disk(tmp_path):
    """A folder on another file system than the inbox, where there is one."""
    shared_memory = Path("/dev/shm")
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    import tempfile

    return tempfile.TemporaryDirectory(dir=shared_memory)


def test_a_refused_drop_moves_to_a_quarantine_on_another_disk(inbox, store, tmp_path):
    with other_disk(tmp_path) as disk:
        (inbox / "bad.xlsx").write_text("no workbook")
        (inbox / "folder").mkdir()
        (inbox / "folder" / "readme.md").write_text("x")
        take_all(inbox, store, Path(disk))
        assert names(inbox) == []
        assert {"bad.xlsx", "folder", "folder/readme.md"} < set(names(Path(disk)))
        assert not [name for name in names(Path(disk)) if name.startswith(".")]


@pytest.mark.parametrize("after", [6, 15, 24, 25, 28, 44, 58, 70, 74])
def test_killed_at_any_step_the_next_look_finishes_and_nothing_is_lost(inbox, store, quarantine, after):
    """Kills a process that takes drops at its n-th change on disk (75 in all), then takes what is left."""
    ferry = inbox / "Ferry"
    ferry.mkdir()
    (ferry / "data.csv").write_text(DATA)
    (ferry / "plan.yaml").write_text("rows: [sex]\n")
    (ferry / "notes.md").write_text("notes")
    (inbox / "Ferry again.csv").write_text(DATA)
    (inbox / "bad.xlsx").write_text("no workbook")
    code = textwrap.dedent(
        f"""
        import os, signal, sys
        from pathlib import Path
        from mcode_pipelines.intake import UploadStore, ingest, scan_inbox
        left = {after}
        def count(event, given):
            global left
            changes = event in {{"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod"}}
            if changes or (event == "open" and given[2] & os.O_CREAT):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        drops = sorted(scan_inbox(Path({str(inbox)!r})), key=lambda drop: not drop.is_folder)
        sys.addaudithook(count)
        for drop in drops:
            ingest(drop, UploadStore(Path({str(store.root)!r})), Path({str(quarantine)!r}))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    take_all(inbox, store, quarantine)
    (key,) = store.keys()
    assert store.files(key).data.read_text() == DATA
    assert store.plan_path(key).read_text() == "rows: [sex]\n"
    assert [path.read_text() for path in store.other_paths(key)] == ["notes"]
    assert store.raw_path(key).exists()
    set_aside = {path.name for path in quarantine.iterdir() if not path.name.startswith(".")}
    assert set_aside == {"bad.xlsx", "bad.xlsx.reason.txt"}
    assert (quarantine / "bad.xlsx").read_text() == "no workbook"
    assert all(name.endswith(".already.txt") for name in names(inbox) if not name.startswith("."))


def test_a_full_disk_leaves_the_drop_for_later(inbox, store, quarantine, monkeypatch):
    """A real write that fails: files of this process may not grow beyond a few bytes."""
    code = textwrap.dedent(
        f"""
        import resource, signal
        from pathlib import Path
        from mcode_pipelines.intake import StorageError, UploadStore, ingest, scan_inbox
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        (drop,) = scan_inbox(Path({str(inbox)!r}))
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        try:
            ingest(drop, UploadStore(Path({str(store.root)!r})), Path({str(quarantine)!r}))
        except StorageError as trouble:
            print(trouble)
        """
    )
    (inbox / "Ferry.csv").write_text(DATA * 100)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "has no room left on its disk" in done.stdout
    assert done.stderr == ""
    assert names(inbox) == ["Ferry.csv"]
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Admitted)


def test_links_and_pipes_are_set_aside_with_a_note_and_answered_once(tmp_path, inbox, store, quarantine):
    (tmp_path / "elsewhere.csv").write_text(DATA)
    (inbox / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    (inbox / "broken").symlink_to(tmp_path / "absent")
    os.mkfifo(inbox / "pipe.csv")
    answers = take_all(inbox, store, quarantine)
    assert {type(answer) for answer in answers} == {Refused}
    assert names(inbox) == []
    assert "this is a link" in (quarantine / "link.csv.reason.txt").read_text()
    assert "not a regular file" in (quarantine / "pipe.csv.reason.txt").read_text()
    assert (quarantine / "link.csv").is_symlink()
    assert (tmp_path / "elsewhere.csv").read_text() == DATA
    assert take_all(inbox, store, quarantine) == []


def test_an_empty_folder_is_set_aside_with_a_note(inbox, store, quarantine):
    (inbox / "Survei Juni").mkdir()
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Refused)
    assert names(inbox) == []
    assert "holds no survey data" in (quarantine / "Survei Juni.reason.txt").read_text()


def test_names_that_are_no_text_are_taken_and_refused_like_others(inbox, store, quarantine):
    (inbox / os.fsdecode(b"survei_caf\xe9.csv")).write_text(DATA)
    (inbox / os.fsdecode(b"catatan_\xff.pdf")).write_bytes(b"%PDF-1.4")
    folder = inbox / os.fsdecode(b"gel\xe4nde")
    folder.mkdir()
    (folder / os.fsdecode(b"d\xe9.csv")).write_text(DATA + "1,55\n")
    (folder / os.fsdecode(b"n\xf6.txt")).write_text("kept")
    answers = {type(a): a for a in take_all(inbox, store, quarantine)}
    assert set(answers) == {Admitted, Refused}
    assert names(inbox) == []
    assert (quarantine / "catatan_ÿ.pdf").exists()
    assert {upload.data_name for upload in store.uploads()} == {"survei_café.csv", "dé.csv"}
    assert [path.read_text() for upload in store.uploads() for path in store.other_paths(upload.key)] == ["kept"]
    for answer in answers.values():
        answer.sentence.encode()


def test_links_in_a_folder_are_told(tmp_path, inbox, store, quarantine):
    (tmp_path / "form.xlsx").write_text("x")
    folder = inbox / "Survei"
    folder.mkdir()
    (folder / "data.csv").write_text(DATA)
    (folder / "form.xlsx").symlink_to(tmp_path / "form.xlsx")
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Admitted)
    assert "form.xlsx" in " ".join(answer.remarks)
    assert names(inbox) == []


def test_a_folder_of_links_or_of_what_lies_too_deep_is_told_so(inbox, store, quarantine):
    (inbox / "tautan").mkdir()
    (inbox / "tautan" / "data.csv").symlink_to("/etc/hostname")
    deep = inbox / "dalam" / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (deep / "x.csv").write_text(DATA)
    answers = {answer.name: answer.reason for answer in take_all(inbox, store, quarantine)}
    assert "not looked at, being links, no files, or too deep in folders: data.csv" in answers["tautan"]
    assert "too deep in folders: a/b/c" in answers["dalam"]


def test_a_blank_behind_a_name_does_not_count(inbox, store, quarantine):
    (inbox / "Ferry.csv ").write_text(DATA)
    (answer,) = take_all(inbox, store, quarantine)
    assert isinstance(answer, Admitted)
    assert store.files(answer.upload.key).data.read_text() == DATA
