from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.delivery.sheet_names import SheetNames

_ANY_NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("[]:*?/\\'A a"), max_size=40)
    | st.sampled_from(["History", "HISTORY", "", "straße", "STRASSE", "İ", "i̇", "Daftar Isi"]),
    max_size=12,
)


@given(_ANY_NAMES)
def test_sheet_names_are_legal_and_unique_without_regard_to_case(wanted: list[str]) -> None:
    names = SheetNames(["Daftar Isi"])
    taken = [names.take(name) for name in wanted]
    for name in taken:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.lower() != "history"
    folded = [name.lower() for name in ["Daftar Isi", *taken]]
    assert len(set(folded)) == len(folded)


def test_a_legal_name_is_taken_as_it_is() -> None:
    assert SheetNames().take("T0001 S9") == "T0001 S9"


def test_long_names_keep_their_beginning_and_get_a_number() -> None:
    names = SheetNames()
    assert names.take("T0001 " + "x" * 40) == "T0001 " + "x" * 25
    assert names.take("T0001 " + "x" * 40) == "T0001 " + "x" * 21 + " (2)"
