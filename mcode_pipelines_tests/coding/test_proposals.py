from __future__ import annotations

import pytest

from mcode_pipelines.coding import CodingSettings, build_code_frames, extend_frame, propose_codes
from mcode_pipelines.coding.proposals import next_codes
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame, CodeFrames


@pytest.fixture(scope="module")
def without_tickets(complaints_frame):
    """The analyst's frame of an earlier wave, when nobody complained of ticket prices (code 3)."""
    return complaints_frame.model_copy(update={"codes": tuple(c for c in complaints_frame.codes if c.code != 3)})


def test_a_new_theme_is_proposed_with_label_examples_and_count(ferry_complaints, without_tickets, embedder):
    question, truth = ferry_complaints
    proposals = propose_codes([question], CodeFrames((without_tickets,)), embedder=embedder, settings=CodingSettings())
    assert len(proposals) <= 4
    assert "tiket" in proposals[0].label.lower()
    assert all("tiket" in e.lower() for e in proposals[0].examples)
    assert proposals == sorted(proposals, key=lambda p: -p.answers)
    said = sum("Tiket mahal" in t for t in truth)
    assert 0.5 * said <= proposals[0].answers <= 1.1 * said


def test_a_frame_that_covers_the_answers_gets_no_proposals(ferry_complaints, complaints_frame, embedder):
    question, _ = ferry_complaints
    frames = CodeFrames((complaints_frame,))
    assert propose_codes([question], frames, embedder=embedder, settings=CodingSettings()) == []


def test_a_grown_frame_keeps_every_code_and_numbers_new_ones_after_the_highest(
    ferry_complaints, without_tickets, embedder
):
    question, _ = ferry_complaints
    grown = extend_frame(without_tickets, question, embedder=embedder, settings=CodingSettings())
    kept = {c.code: c for c in grown.codes}
    assert all(kept[c.code] == c for c in without_tickets.codes)
    assert [c.code for c in grown.codes][-3:] == [7, 6, NO_ANSWER]
    assert "tiket" in grown.label_of(7).lower()
    assert grown.other == 6


def test_a_given_frame_grows_only_where_asked_or_brought_by_a_wave(ferry_complaints, without_tickets, embedder):
    question, _ = ferry_complaints

    def built(frame, settings):
        given = CodeFrames((frame,))
        return build_code_frames([question], embedder=embedder, settings=settings, given=given).of("E4")

    assert built(without_tickets, CodingSettings()) == without_tickets
    of_wave = without_tickets.model_copy(update={"origin": "wave"})
    for grown in (built(without_tickets, CodingSettings(grow_given_frames=True)), built(of_wave, CodingSettings())):
        assert len(grown.codes) == len(without_tickets.codes) + 1


def test_growing_twice_changes_nothing_more(ferry_complaints, without_tickets, embedder):
    question, _ = ferry_complaints
    grown = extend_frame(without_tickets, question, embedder=embedder, settings=CodingSettings())
    assert extend_frame(grown, question, embedder=embedder, settings=CodingSettings()) == grown


@pytest.mark.parametrize(
    ("taken", "expected"),
    [({1, 2, 3}, [4, 5]), ({1, 96, 99}, [97, 98]), ({97, 98, 99}, [100, 101]), (set(), [1, 2]), ({98}, [100, 101])],
)
def test_new_numbers_come_after_the_highest_and_are_never_99(taken, expected):
    assert next_codes(taken, 2) == expected


def test_a_new_theme_gets_no_number_that_a_code_ever_had(ferry_complaints, without_tickets, embedder):
    question, _ = ferry_complaints
    reviewed = without_tickets.model_copy(update={"retired": (7, 12), "deleted": (Code(code=8, label="Sinyal"),)})
    grown = extend_frame(reviewed, question, embedder=embedder, settings=CodingSettings())
    assert "tiket" in grown.label_of(13).lower()
    assert CodeFrame.model_validate_json(grown.model_dump_json()).retired == (7, 12)


def test_a_deleted_theme_does_not_come_back_by_itself(ferry_complaints, complaints_frame, without_tickets, embedder):
    question, _ = ferry_complaints
    deleted = tuple(c for c in complaints_frame.codes if c.code == 3)
    reviewed = without_tickets.model_copy(update={"deleted": deleted, "retired": (3,)})
    assert extend_frame(reviewed, question, embedder=embedder, settings=CodingSettings()) == reviewed


def test_a_frame_of_an_earlier_version_is_read_as_it_was():
    old = '{"variable": "E4", "question": "", "language": "id", "codes": [{"code": 1, "label": "A"}]}'
    frame = CodeFrame.model_validate_json(old)
    assert frame.retired is None
    assert frame.used_numbers == {1}
