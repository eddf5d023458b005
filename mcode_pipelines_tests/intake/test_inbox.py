"""What lies in the inbox, what of it is complete, and what is to be done."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.intake import (
    InboxFile,
    InboxItem,
    StorageError,
    Upload,
    inbox_item_at,
    is_open_for_writing,
    next_steps,
    scan_inbox,
    settled,
    wanted_runs,
)
from mcode_pipelines.survey import UnreadableUpload


def file(name="a.csv", size=10, changed=100.0, inode=1):
    return InboxFile(name, size, int(changed * 1e9), int(changed * 1e9), inode)


def drop(name="a.csv", *, changed=100.0, ready=False, files=None, size=10):
    from pathlib import Path

    held = (file(name, size, changed),) if files is None else files
    return InboxItem(name, Path("/inbox") / name, held, is_folder=files is not None, ready=ready)


def upload(key="ferry-12345678", **companions):
    return Upload(
        key=key, name="Ferry", sha256="1" * 64, received=datetime(2026, 11, 23, tzinfo=UTC), study="ferry",
        data_name="a.csv", companions=companions,
    )  # fmt: skip


def test_only_regular_files_and_folders_are_drops(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.csv").write_text("x")
    (tmp_path / "folder" / "inner").mkdir()
    (tmp_path / "folder" / "inner" / "photo.jpg").write_text("x")
    (tmp_path / "folder" / "link.csv").symlink_to(tmp_path / "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    (tmp_path / "linked").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe.csv")
    found = {d.name: d for d in scan_inbox(tmp_path)}
    assert {name for name, d in found.items() if d.unfit is None} == {"a.csv", "folder"}
    assert [f.name for f in found["folder"].files] == ["b.csv", "inner/photo.jpg"]
    assert found["folder"].passed_over == ("link.csv",)
    assert "link" in found["link.csv"].unfit
    assert "regular" in found["pipe.csv"].unfit
    assert {name for name, d in found.items() if d.unfit} == {"link.csv", "linked", "pipe.csv"}


@pytest.mark.parametrize(
    "name",
    ["~$a.xlsx", ".~lock.a.xlsx#", ".hidden", "a.csv.part", "a.xlsx.crdownload", "a.tmp", "a.xlsx~",
     "Thumbs.db", ".DS_Store", "desktop.ini", "a.xlsx.reason.txt", "a.xlsx.already.txt"],
)  # fmt: skip
def test_temporary_files_and_our_own_notes_are_no_drops(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert scan_inbox(tmp_path) == []


def test_the_folder_of_finished_uploads_is_no_drop_and_no_other_thing_of_that_name_is_passed_over(tmp_path):
    notes = tmp_path / "done"
    notes.mkdir()
    (notes / "ferry-12345678.txt").write_text("x")
    (tmp_path / "survey" / "done").mkdir(parents=True)
    (tmp_path / "survey" / "done" / "a.csv").write_text("x")
    (found,) = scan_inbox(tmp_path)
    assert [f.name for f in found.files] == ["done/a.csv"]
    (notes / "ferry-12345678.txt").unlink()
    notes.rmdir()
    notes.write_text("x")
    assert {d.name for d in scan_inbox(tmp_path)} == {"done", "survey"}


def test_a_folder_says_ready_in_any_spelling(tmp_path):
    for number, name in enumerate(["READY", "ready", "Ready.txt"]):
        folder = tmp_path / f"folder{number}"
        folder.mkdir()
        (folder / "a.csv").write_text("x")
        (folder / name).touch()
    assert all(d.ready and [f.name for f in d.files] == ["a.csv"] for d in scan_inbox(tmp_path))


def test_an_inbox_that_cannot_be_read_is_told_in_a_sentence(tmp_path):
    with pytest.raises(StorageError, match="absent"):
        scan_inbox(tmp_path / "absent")


def test_a_named_file_becomes_a_drop_wherever_it_lies(tmp_path):
    (tmp_path / ".hidden.csv").write_text("x")
    assert inbox_item_at(tmp_path / ".hidden.csv").files[0].size == 1
    with pytest.raises(UnreadableUpload, match="no such file"):
        inbox_item_at(tmp_path / "absent.csv")


def test_a_signature_changes_with_every_write_and_every_file(tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "a.csv").write_text("x")
    first = scan_inbox(tmp_path)[0].signature
    assert scan_inbox(tmp_path)[0].signature == first
    (tmp_path / "f" / "b.csv").write_text("x")
    second = scan_inbox(tmp_path)[0].signature
    os.utime(tmp_path / "f" / "b.csv", ns=(1, 1))
    assert len({first, second, scan_inbox(tmp_path)[0].signature}) == 3


def test_a_drop_is_complete_once_its_newest_change_is_old_enough():
    young, old = drop("young", changed=99.5), drop("old", changed=90)
    mixed = drop("mixed", files=(file("a", changed=1), file("b", changed=99.5)))
    complete, seen = settled([young, old, mixed], now=100, settle_seconds=5, previous={})
    assert [d.name for d in complete] == ["old"]
    assert seen == {d.name: d.signature for d in (young, old, mixed)}


def test_a_folder_that_says_ready_is_complete_at_once():
    complete, _ = settled([drop("f", files=(file(changed=100),), ready=True)], now=100, settle_seconds=60, previous={})
    assert len(complete) == 1


@pytest.mark.parametrize("ready", [False, True])
def test_an_empty_folder_waits_for_its_files_and_is_then_answered(ready):
    from pathlib import Path

    empty = InboxItem("f", Path("/inbox/f"), (), is_folder=True, ready=ready, ctime_ns=100 * 10**9)
    assert settled([empty], now=120, settle_seconds=0, previous={})[0] == []
    assert settled([empty], now=131, settle_seconds=0, previous={})[0] == [empty]


def test_a_name_that_is_no_text_is_shown_as_one_and_found_on_the_disk(tmp_path):
    for folder in (tmp_path, tmp_path / "f"):
        folder.mkdir(exist_ok=True)
        (folder / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    alone, folder = (next(d for d in scan_inbox(tmp_path) if d.is_folder is kind) for kind in (False, True))
    assert alone.name == "café.csv"
    assert folder.files[0].name == "café.csv"
    assert folder.path_of(folder.files[0]).read_text() == "x"
    assert next_steps([alone, folder], now=1e10, settle_seconds=1, previous={}).admit == (alone, folder)
    (tmp_path / "café.csv").write_text("y")
    assert len({d.name.encode() for d in scan_inbox(tmp_path)}) == 3


def test_what_is_written_with_pauses_has_to_be_quiet_for_longer():
    first, second = drop(changed=100, size=10), drop(changed=104, size=20)
    steps = next_steps([first], now=103, settle_seconds=5, previous={})
    assert steps.admit == ()
    steps = next_steps([second], now=110, settle_seconds=5, previous=steps.seen, growing=steps.growing)
    assert steps.admit == ()
    steps = next_steps([second], now=115, settle_seconds=5, previous=steps.seen, growing=steps.growing)
    assert steps.admit == ()
    steps = next_steps([second], now=119.5, settle_seconds=5, previous=steps.seen, growing=steps.growing)
    assert steps.admit == (second,)
    another = next_steps([drop("b.csv", changed=114)], now=119.5, settle_seconds=5, previous=steps.seen)
    assert [d.name for d in another.admit] == ["b.csv"]


def test_with_a_disk_clock_ahead_of_ours_a_drop_is_complete_when_it_stopped_changing():
    ahead = drop(changed=5000)
    complete, seen = settled([ahead], now=100, settle_seconds=5, previous={})
    assert complete == []
    assert settled([ahead], now=105, settle_seconds=5, previous=seen)[0] == [ahead]
    grown = drop(changed=5003, size=20)
    assert settled([grown], now=105, settle_seconds=5, previous=seen)[0] == []


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=5),
    st.floats(0, 1000),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_what_is_complete_stays_complete_while_nothing_changes(changes, now, settle, later):
    drops = [drop(f"d{n}", changed=changed) for n, changed in enumerate(changes)]
    first, seen = settled(drops, now, settle, {})
    second, _ = settled(drops, now + later, settle, seen)
    assert {d.name for d in first} <= {d.name for d in second}


def test_a_file_open_for_writing_is_still_written(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x")
    assert not is_open_for_writing(path)
    code = f"f = open({str(path)!r}, 'a'); print('open', flush=True); input()"
    writer = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    writer.stdout.readline()
    try:
        assert is_open_for_writing(path)
    finally:
        writer.communicate(b"\n")
    assert not is_open_for_writing(path)


def test_what_cannot_be_asked_is_not_still_written(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    assert not any(is_open_for_writing(tmp_path / name) for name in ("pipe", "link", "absent"))


def test_a_writer_who_comes_meanwhile_does_not_end_this_process(tmp_path):
    # The kernel announces a writer to whoever holds the lease by a signal that ends a process by default.
    path = tmp_path / "a.csv"
    path.write_text("x")
    code = f"""
import fcntl, os, signal, subprocess, sys
from mcode_pipelines.intake import inbox
real = fcntl.fcntl
def slow(descriptor, command, argument=0):
    if command == fcntl.F_SETLEASE and argument == fcntl.F_UNLCK:
        try:
            os.open({str(path)!r}, os.O_WRONLY | os.O_NONBLOCK)
        except BlockingIOError:
            pass
    return real(descriptor, command, argument)
inbox.fcntl.fcntl = slow
print(inbox.is_open_for_writing(__import__("pathlib").Path({str(path)!r})))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode != -signal.SIGIO
    assert done.stdout.strip() == "False"


def test_complete_drops_are_taken_and_the_others_waited_for():
    drops = [drop("a", changed=1), drop("b", changed=2), drop("open", changed=3), drop("young", changed=99)]
    steps = next_steps(drops, now=100, settle_seconds=5, previous={}, held_open={"open"}, at_most=1)
    assert [d.name for d in steps.admit] == ["a"]
    assert [d.name for d in steps.wait] == ["b", "open", "young"]


def test_a_drop_that_was_answered_but_not_cleared_is_left_alone_until_it_changes():
    stuck = drop("a", changed=1)
    answered = {"a": stuck.signature}
    steps = next_steps([stuck], now=100, settle_seconds=5, previous={}, answered=answered)
    assert steps.admit == steps.wait == ()
    changed = drop("a", changed=2)
    steps = next_steps([changed], now=100, settle_seconds=5, previous={}, answered=answered)
    assert steps.admit == (changed,)


def test_an_upload_without_a_request_gets_a_whole_run_also_after_a_crash():
    (run,) = wanted_runs([upload(plan="aa")], {})
    assert run.key == "ferry-12345678"
    assert run.touched is None
    assert run.run_key.startswith(f"ferry-12345678:{upload(plan='aa').revision}:")


def test_only_what_changed_since_the_last_request_is_touched():
    (run,) = wanted_runs([upload(plan="bb" * 32, form="cc" * 32)], {"ferry-12345678": {"plan": "aa", "form": "cc" * 4}})
    assert run.touched == {"plan"}
    (run,) = wanted_runs([upload(plan="bb", codes="dd")], {"ferry-12345678": {"plan": "bb"}})
    assert run.touched == {"codes"}
    assert wanted_runs([upload(plan="bb")], {"ferry-12345678": {"plan": "bb"}}) == ()


def test_an_upload_that_was_removed_and_came_again_is_new():
    first = upload(plan="aa")
    again = first.model_copy(update={"received": first.received + timedelta(seconds=1)})
    requested = {first.key: {"came": first.came, "plan": "aa"}}
    assert wanted_runs([first], requested) == ()
    (run,) = wanted_runs([again], requested)
    assert run.touched is None
    assert run.run_key not in {first.run_key, first.model_copy(update={"changes": 1}).run_key}


def test_a_changed_companion_changes_the_run_key():
    keys = {upload().revision, upload(plan="aa").revision, upload(plan="bb").revision, upload(codes="aa").revision}
    assert len(keys) == 4


def test_the_longest_unchanged_drop_comes_first(tmp_path):
    first, second = tmp_path / "b.csv", tmp_path / "a.csv"
    first.write_text("x")
    second.write_text("x")
    while second.stat().st_ctime_ns == first.stat().st_ctime_ns:
        second.write_text("x")
    assert [d.name for d in scan_inbox(tmp_path)] == ["b.csv", "a.csv"]
