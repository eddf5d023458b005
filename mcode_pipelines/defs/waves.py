"""The waves of a study: which earlier uploads an upload is compared with."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mcode_pipelines.coding import EarlierCoding, survey_answers
from mcode_pipelines.intake import Upload, frame_histories_of, reused_numbers, study_name, with_retired_numbers
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import CodeFrames, Placed, TabulationPlan, in_order, parse_wave
from mcode_pipelines.tabulation import PlanError, Wave, wanted_waves


def earlier_uploads(uploads: Sequence[Upload], key: str, study: str | None = None) -> list[Upload]:
    """The uploads of one study that come before this one, oldest first; see `survey.in_order`.

    Args:
        uploads: all there are.
        key: this upload's.
        study: the plan's word for the study, where it differs from the upload's.
    """
    this = next(u for u in uploads if u.key == key)
    wanted = study_name(study or this.study)
    of_study = {u.key: u for u in uploads if u.key == key or study_name(u.study) == wanted}
    order = in_order([Placed(u.key, parse_wave(u.wave) if u.wave else None, u.written) for u in of_study.values()])
    return [of_study[earlier] for earlier in order[: order.index(key)]]


def by_wave_label(uploads: Sequence[Upload]) -> dict[str, Upload]:
    """The uploads by their wave's label; its name where it has none or another upload has the same."""
    waves = [u.wave for u in uploads]
    return {u.wave if u.wave and waves.count(u.wave) == 1 else u.name: u for u in uploads}


def ingested_before(lake: Lake, key: str, study: str | None = None) -> list[Upload]:
    """The earlier uploads of the study that have been read and detected, oldest first."""
    return [u for u in earlier_uploads(lake.uploads.uploads(), key, study) if _is_ingested(lake, u)]


def wanted_uploads(lake: Lake, key: str, plan: TabulationPlan) -> dict[str, Upload]:
    """The uploads of the waves that a plan asks for, by their labels, oldest first."""
    known = by_wave_label(ingested_before(lake, key, plan.study))
    return {label: known[label] for label in wanted_waves(plan, list(known), plan.wave)}


def earlier_waves(lake: Lake, key: str, plan: TabulationPlan) -> list[Wave]:
    """The earlier waves that a plan asks for, with their codebooks and codes.

    Uploads that have not been read and detected yet are no waves. Raises PlanError for a wave that is not there.
    """
    return [_wave(lake, label, upload.key) for label, upload in wanted_uploads(lake, key, plan).items()]


def wave_facts(lake: Lake, key: str, plan: TabulationPlan) -> list[tuple[str, str | int]]:
    """What a tab book tells of the earlier waves that a plan asks for: file, digest and number of rows of each."""
    told: list[tuple[str, str | int]] = []
    for label, upload in wanted_uploads(lake, key, plan).items():
        rows = lake.open("raw_data", upload.key).data.select(pl.len()).collect().item()
        told += [("earlier_wave", label), ("data", upload.data_name), ("sha256", upload.sha256), ("rows", rows)]
    return told


def earlier_frames(lake: Lake, key: str) -> CodeFrames | None:
    """The code frames of the newest earlier upload of the study that has some; None where there is none."""
    for upload in reversed(earlier_uploads(lake.uploads.uploads(), key)):
        if lake.path("code_frames", upload.key).exists():
            frames: CodeFrames = lake.open("code_frames", upload.key)
            histories = frame_histories_of(lake.uploads, upload.key)
            return CodeFrames(tuple(with_retired_numbers(frame, histories.get(frame.variable)) for frame in frames))
    return None


def renumbering_remarks(given: CodeFrames, earlier: CodeFrames | None) -> list[str]:
    """A sentence for each given frame that means something else by numbers of an earlier upload's codes.

    Frames that were made from the answers alone, which no person ever confirmed, bind nobody.
    """
    told = []
    for frame in given:
        before = earlier.of(frame.variable) if earlier is not None else None
        if before is not None and before.origin != "generated" and (wrong := reused_numbers(frame, before)):
            told.append(
                f"{frame.variable}: the frame of this upload gives numbers another meaning than they have in the "
                f"study's earlier upload: {', '.join(wrong)}; waves cannot be compared by these codes"
            )
    return told


def earlier_codings(lake: Lake, key: str, *, only_new: bool) -> list[EarlierCoding]:
    """What is to be known of earlier codings: of the study's earlier uploads in which persons decided, oldest first.

    With `only_new` the last one is the coding whose codes stand: this upload's own last one, else the newest earlier
    upload's.
    """
    before = [u for u in ingested_before(lake, key) if _coded(lake, u.key)]
    own = [EarlierCoding(lake.open("classified_responses", key))] if only_new and _coded(lake, key) else []
    newest = before[-1].key if before and only_new and not own else None
    found = []
    for upload in before:
        if upload.key == newest or lake.uploads.codes_path(upload.key) is not None:
            raw, codebook = lake.open("raw_data", upload.key), lake.open("detected_variables", upload.key)
            codings = lake.open("classified_responses", upload.key)
            answers = survey_answers(raw, codebook)
            found.append(EarlierCoding(codings, answers.texts, answers.ticked))
    return found + own


def _coded(lake: Lake, key: str) -> bool:
    return lake.path("classified_responses", key).exists()


def parse_waves(text: str) -> str | int | tuple[str, ...]:
    """A plan's `waves` from one line of text: all, a number, or names with commas between. Raises PlanError."""
    text = text.strip()
    if text.isdecimal() and int(text) < 2:
        raise PlanError(f"waves: {text} is no comparison; write all, 2 or more, or the names of waves")
    names = tuple(name for name in (part.strip() for part in text.split(",")) if name)
    return "all" if text == "all" else int(text) if text.isdecimal() and len(text) < 3 else names


def _is_ingested(lake: Lake, upload: Upload) -> bool:
    return all(lake.path(asset, upload.key).exists() for asset in ("raw_data", "detected_variables"))


def _wave(lake: Lake, label: str, key: str) -> Wave:
    raw, codebook = lake.open("raw_data", key), lake.open("detected_variables", key)
    if not all(lake.path(asset, key).exists() for asset in ("code_frames", "classified_responses")):
        return Wave(label, raw, codebook)
    frames: CodeFrames = lake.open("code_frames", key)
    return Wave(label, raw, codebook, frames, lake.open("classified_responses", key))
