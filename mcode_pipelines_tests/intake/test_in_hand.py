"""Who has an upload in hand, and for how long."""

import signal
import subprocess
import sys

import pytest

from mcode_pipelines.intake import Admitted, UnknownUpload, UploadStore, inbox_item_at

HOLDER = """
import sys
from pathlib import Path
from mcode_pipelines.intake import UploadStore
with UploadStore(Path(sys.argv[1])).in_hand(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path):
    return UploadStore(tmp_path / "storage" / "uploads")


@pytest.fixture
def key(store, tmp_path):
    """That of an upload in the store."""
    data = tmp_path / "feri.csv"
    data.write_text("sex,age\n1,30\n2,41\n", encoding="utf-8")
    answer = store.admit(inbox_item_at(data))
    assert isinstance(answer, Admitted)
    return answer.upload.key


def test_an_upload_is_in_hand_of_one_process_until_that_ends_or_is_killed(store, key):
    holders = []
    for killed in (True, False):
        command = [sys.executable, "-c", HOLDER, str(store.root), key]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        holders.append(holder)
        assert holder.stdout.readline() == "held\n"
        assert store.is_in_hand(key)
        if killed:
            holder.kill()
        else:
            holder.stdin.close()
        holder.wait(30)
        assert not store.is_in_hand(key)
    assert [holder.returncode for holder in holders] == [-signal.SIGKILL, 0]


def test_nobody_has_an_upload_in_hand_that_is_not_there(store):
    assert not store.is_in_hand("feri-00000000")
    with pytest.raises(UnknownUpload), store.in_hand("feri-00000000"):
        pass
