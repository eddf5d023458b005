"""The files of each language: whole, in form, and read only when they are needed."""

import re
import subprocess
import sys

import pytest
import yaml

from mcode_pipelines.coding import CodingError, as_given, means_no_answer
from mcode_pipelines.coding.text import language_data
from mcode_pipelines.coding.text.language_data import FOLDER, language_file, languages, phrases_in
from mcode_pipelines.coding.text.language_detection import detect_language
from mcode_pipelines.coding.text.subjects import subjects
from mcode_pipelines.coding.text.wording import wording

FILES = sorted(FOLDER.rglob("*.yaml"))
NEEDED = ("language", "words", "labels", "subjects")
"""Files without which a language is none."""
WORDS = {
    "words": None,
    "language": {"everyday_words", "enclitic_kept", "double_letters"},
    "choices": {
        "beside_a_text",
        "beside_a_choice",
        "no_longer_or_another",
        "using",
        "place_words",
        "compass",
        "please",
        "specify",
    },
}
"""Entries that are words separated by blanks; None: all but phrases, patterns and mappings."""
PHRASES = {("words", "openings"), ("non_answers", "answers"), ("non_answers", "all_well_whole")}


def name(path):
    return f"{path.parent.name}/{path.name}"


def every(kind):
    return pytest.mark.parametrize("path", [p for p in FILES if p.stem in kind], ids=name)


def entries(path):
    return language_file(path.parent.name, path.stem)


def words_entries(path):
    wanted = WORDS.get(path.stem)
    return {
        entry: value
        for entry, value in entries(path).items()
        if isinstance(value, str) and (path.stem, entry) not in PHRASES and (wanted is None or entry in wanted)
    }


def mappings(node):
    if isinstance(node, yaml.MappingNode):
        yield [key.value for key, _ in node.value]
        for _, value in node.value:
            yield from mappings(value)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_says_what_it_is_and_has_no_empty_or_double_entry(path):
    text = path.read_text(encoding="utf-8")
    head = text.partition("\n\n")[0]
    assert all(line.startswith("# ") for line in head.splitlines())
    assert len(head.splitlines()) > 1 or path.stem == "language"
    for keys in mappings(yaml.compose(text)):
        assert len(keys) == len(set(keys))
        assert all(keys)
    assert entries(path)
    assert all(entries(path).values())


@every(("words", "language", "choices", "non_answers"))
def test_word_lists_are_in_lower_case_in_alphabetical_order_and_without_repeats(path):
    for entry, value in words_entries(path).items():
        if path.stem == "language" and entry in {"name", "head_first"}:
            continue
        words = value.split()
        assert words == sorted(set(words)), entry
        assert value == value.lower(), entry
        assert "," not in value, entry


@every(("non_answers",))
def test_whole_answers_that_say_nothing_stand_once(path):
    answers = phrases_in(entries(path)["answers"])
    assert answers == sorted(set(answers))
    assert all(answer == " ".join(answer.lower().split()) for answer in answers)


@every(("non_answers", "questions", "conjunctions", "interviewing", "choices"))
def test_patterns_are_regular_expressions_and_stand_once(path):
    patterns = {entry: value for entry, value in entries(path).items() if isinstance(value, list)}
    for entry, found in patterns.items():
        assert len(found) == len(set(found)), entry
        for pattern in found:
            assert pattern and not re.compile(pattern).fullmatch(""), (entry, pattern)


@every(("abbreviations",))
def test_a_short_form_has_one_meaning_and_is_none_itself(path):
    short = [form for written in entries(path).values() for form in written.split()]
    assert len(short) == len(set(short))
    # "g" would be put for "nggak", and never be written out itself.
    assert not set(short) & {word for long in entries(path) for word in long.split() if long in short}


@every(("synonyms", "places"))
def test_what_is_written_means_one_thing(path):
    written = [phrase for name in ("synonyms", "places") for value in language_file(path.parent.name, name).values()
               for phrase in phrases_in(value)]  # fmt: skip
    assert len(written) == len(set(written))
    for meant, value in entries(path).items():
        assert meant == meant.strip().lower()
        assert phrases_in(value), meant


@every(("narrower_terms",))
def test_narrower_terms_have_names(path):
    assert set(entries(path)) <= {"named", "named_within", "named_if_alone"}
    for choices in entries(path).values():
        for names, written in choices.items():
            assert phrases_in(names)
            assert len(phrases_in(written)) == len(set(phrases_in(written)))


@pytest.mark.parametrize("language", languages())
def test_a_language_has_all_that_is_needed(language):
    for file in NEEDED:
        assert language_file(language, file), f"{language}/{file}.yaml"
    known = wording(language)
    assert known.function_words and known.negations and known.praise and known.complaint
    for sides in (known.nets, known.definition_begins, known.definition_of_subject):
        assert sorted(sides) == [-1, 0, 1]
    assert known.praise.isdisjoint(known.complaint)
    assert known.lacking <= known.negations


@pytest.mark.parametrize("language", languages())
def test_the_labels_of_generated_frames_are_known_again(language):
    assert means_no_answer(wording(language).no_answer_label, language)
    given = {"variable": "E1", "codes": [{"code": 7, "label": wording(language).other_label}]}
    assert as_given(given)["other"] == 7


@every(("subjects",))
def test_every_language_has_every_subject_and_a_word_stands_under_one(path):
    if path.parent.name == "common":
        assert len(subjects()) == len(set(subjects()))
        return
    assert set(entries(path)) == set(subjects())
    words = [word for told in entries(path).values() for word in told["words"].split()]
    assert len(words) == len(set(words))
    assert all(told["heading"] for told in entries(path).values())
    assert len({told["heading"] for told in entries(path).values()}) == len(subjects())


def test_every_file_is_in_the_package():
    """What setup.cfg puts into a built package."""
    assert {path.suffix for path in FOLDER.rglob("*") if path.is_file()} == {".yaml"}


def test_a_file_that_is_no_yaml_is_named(tmp_path, monkeypatch):
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "words.yaml").write_text("praise: >-\n  good\ncomplaint: [bad\n", encoding="utf-8")
    monkeypatch.setattr(language_data, "FOLDER", tmp_path)
    with pytest.raises(CodingError, match=r"^xx/words\.yaml, line \d"):
        language_file("xx", "words")


def test_the_language_is_that_of_most_words():
    assert detect_language(["the staff are not nice"]) == "en"
    assert detect_language(["petugasnya tidak ramah dan kotor"]) == "id"
    assert detect_language(["123"], "Apa yang harus diperbaiki?") == "id"
    assert detect_language(["123"], "", "en") == "en"
    assert detect_language(["123"], "", "xx") == "id"


def test_nothing_is_read_before_it_is_needed():
    """`mcode --help`, `mcode tabulate` and the definitions start without the words of any language."""
    code = (
        "import mcode_pipelines.coding, mcode_pipelines.definitions, mcode_pipelines.coding.text.language_data as d; "
        "print(d.language_file.cache_info().misses)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip().endswith("0")
