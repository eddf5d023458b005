"""The waves of a study: which earlier uploads an upload is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from mcode_pipelines.coding import FROM_EARLIER_WAVE, EarlierCoding, same_wording, study_frame, survey_answers
from mcode_pipelines.detection import edits_that_go_on
from mcode_pipelines.intake import (
    Delivered,
    Upload,
    by_wave_label,
    decisions_of_study,
    delivered,
    delivery_before,
    frame_histories_of,
    given_frames,
    of_study,
    read_codebook_edits,
    read_decisions,
    read_plan,
    reused_numbers,
    with_retired_numbers,
)
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrame, CodeFrames, DecidedBy, TabulationPlan
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.tabulation import PlanError, Wave, codebook_of_waves, wanted_waves, with_former_names


def earlier_uploads(uploads: Sequence[Upload], key: str, study: str | None = None) -> list[Upload]:
    """The uploads of one study that come before this one, oldest first: those whose delivery stands.

    Args:
        uploads: all there are.
        key: this upload's.
        study: the plan's word for the study, where it differs from the upload's.
    """
    waves, at = _waves_around(uploads, key, study)
    by = waves[at].superseded_by
    return [w.upload for w in waves[:at] if w.stands and (by is None or w.upload.key != by.key)]


def later_uploads(uploads: Sequence[Upload], key: str) -> list[Upload]:
    """The uploads of its study that come after an upload, oldest first: those whose delivery stands."""
    waves, at = _waves_around(uploads, key, None)
    return [w.upload for w in waves[at + 1 :] if w.stands]


def _waves_around(uploads: Sequence[Upload], key: str, study: str | None) -> tuple[list[Delivered], int]:
    """The uploads of a study in the order of time, and the place of one of them."""
    this = next(u for u in uploads if u.key == key)
    waves = list(delivered([this, *(u for u in of_study(uploads, study or this.study) if u.key != key)]))
    return waves, next(at for at, wave in enumerate(waves) if wave.upload.key == key)


def coded_before(uploads: Sequence[Upload], key: str) -> list[Upload]:
    """The uploads that coding goes on from, oldest first: earlier waves, then the delivery whose place this took."""
    earlier, before = earlier_uploads(uploads, key), delivery_before(uploads, key)
    return [*earlier, before] if before is not None else earlier


def ingested_before(lake: Lake, key: str, study: str | None = None) -> list[Upload]:
    """The earlier uploads of the study that have been read and detected, oldest first."""
    return [u for u in earlier_uploads(lake.uploads.uploads(), key, study) if _is_ingested(lake, u)]


def ingested_to_code_by(lake: Lake, key: str) -> list[Upload]:
    """Those of `coded_before` that have been read and detected."""
    return [u for u in coded_before(lake.uploads.uploads(), key) if _is_ingested(lake, u)]


def wanted_uploads(lake: Lake, key: str, plan: TabulationPlan) -> dict[str, Upload]:
    """The uploads of the waves that a plan asks for, by their labels, oldest first."""
    known = by_wave_label(ingested_before(lake, key, plan.study))
    return {label: known[label] for label in wanted_waves(plan, list(known), plan.wave)}


def earlier_waves(lake: Lake, key: str, plan: TabulationPlan) -> list[Wave]:
    """The earlier waves that a plan asks for, with their codebooks and codes.

    Uploads that have not been read and detected yet are no waves. Raises PlanError for a wave that is not there.
    """
    return [_wave(lake, label, upload.key) for label, upload in wanted_uploads(lake, key, plan).items()]


def plan_of_study(lake: Lake, key: str) -> tuple[Upload, TabulationPlan] | None:
    """The newest plan that an earlier upload of the study came with, and whose it is; without title and wave."""
    for upload in reversed(ingested_before(lake, key)):
        path = lake.uploads.plan_path(upload.key)
        if path is not None:
            plan = read_plan(path, "plan.yaml")
            own = plan.model_dump(mode="json", exclude_unset=True, exclude={"title", "study", "wave"})
            return upload, TabulationPlan.model_validate(own)
    return None


def codebook_edits_of_study(lake: Lake, key: str, detected: Codebook) -> tuple[str, dict[str, Any]] | None:
    """What persons said of variables in the newest earlier upload that has such edits, as far as it holds here."""
    for upload in reversed(ingested_before(lake, key)):
        path = lake.uploads.codebook_path(upload.key)
        if path is not None:
            then: Codebook = lake.open("detected_variables", upload.key)
            edits = edits_that_go_on(read_codebook_edits(path, "codebook.json"), then, detected)
            return (upload.wave or upload.name, edits) if edits["variables"] else None
    return None


def uploads_by_wave(lake: Lake, key: str, plan: TabulationPlan) -> dict[str, str]:
    """The keys of an upload and of the earlier ones of its study, by the labels of their waves."""
    upload = lake.uploads.get(key)
    earlier = {label: u.key for label, u in by_wave_label(ingested_before(lake, key, plan.study)).items()}
    return earlier | {plan.wave or upload.wave or upload.name: key}


def study_decisions(lake: Lake, key: str, plan: TabulationPlan) -> StudyDecisions:
    """What persons decided of the waves of an upload's study, under the names that the waves have now."""
    kept = decisions_of_study(lake.uploads, lake.uploads.get(key).study)
    return kept.naming(uploads_by_wave(lake, key, plan)) if kept.decisions else NOTHING_DECIDED


def codebook_of_plan(lake: Lake, key: str, codebook: Codebook, plan: TabulationPlan) -> Codebook:
    """What a plan may name: an upload's own questions, also as the wave before called them, and those of its waves."""
    waves = earlier_waves(lake, key, plan)
    if waves:
        return codebook_of_waves(codebook, waves, plan, study_decisions(lake, key, plan))
    before = ingested_before(lake, key)
    if not before:
        return codebook
    earlier: Codebook = lake.open("detected_variables", before[-1].key)
    return with_former_names(codebook, earlier)


def wave_facts(lake: Lake, key: str, plan: TabulationPlan) -> list[tuple[str, str | int]]:
    """What a tab book tells of the earlier waves that a plan asks for: file, digest and number of rows of each."""
    told: list[tuple[str, str | int]] = []
    for label, upload in wanted_uploads(lake, key, plan).items():
        rows = lake.open("raw_data", upload.key).data.select(pl.len()).collect().item()
        told += [("earlier_wave", label), ("data", upload.data_name), ("sha256", upload.sha256), ("rows", rows)]
    return told


def frames_of_study(lake: Lake, key: str) -> CodeFrames | None:
    """What the study's other uploads have coded, a frame a question (see `study_frame`); None where there is nothing.

    What this upload's own last run made comes first, then the delivery whose place it took, as persons left its frames,
    then the wave before, those before it, and later waves: a wave that comes late, or is made again, changes no number.
    An upload's own frame alone is made anew.
    """
    uploads = lake.uploads.uploads()
    earlier = [f for upload in reversed(coded_before(uploads, key)) for f in _frames(lake, uploads, upload.key, key)]
    later = [f for upload in later_uploads(uploads, key) for f in _frames(lake, uploads, upload.key, key)]
    own = [f for f in _frames(lake, uploads, key, key) if f.origin == FROM_EARLIER_WAVE] if earlier or later else []
    by_variable: dict[str, list[CodeFrame]] = {}
    for frame in (*own, *earlier, *later):
        of_question = by_variable.setdefault(frame.variable, [])
        alike = not of_question or same_wording(of_question[0].question, frame.question)
        if alike and (not of_question or (of_question[0].merges is None) == (frame.merges is None)):
            of_question.append(frame)
    return CodeFrames(tuple(study_frame(frames) for frames in by_variable.values())) if by_variable else None


def _frames(lake: Lake, uploads: Sequence[Upload], key: str, of: str) -> list[CodeFrame]:
    if not lake.path("code_frames", key).exists():
        return []
    frames: CodeFrames = lake.open("code_frames", key)
    before = delivery_before(uploads, of)
    if before is not None and key == before.key:
        given = given_frames(lake.uploads, key)
        frames = CodeFrames((*(f for f in frames if given.of(f.variable) is None), *given))
    histories = frame_histories_of(lake.uploads, key)
    return [with_retired_numbers(frame, histories.get(frame.variable)) for frame in frames]


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
    before = [u for u in ingested_to_code_by(lake, key) if _coded(lake, u.key)]
    own = [EarlierCoding(lake.open("classified_responses", key))] if only_new and _coded(lake, key) else []
    newest = before[-1].key if before and only_new and not own else None
    found = []
    for upload in before:
        if upload.key == newest or lake.uploads.codes_path(upload.key) is not None:
            raw, codebook = lake.open("raw_data", upload.key), lake.open("detected_variables", upload.key)
            codings = _as_decided(lake, upload.key)
            answers = survey_answers(raw, codebook)
            frames: CodeFrames = lake.open("code_frames", upload.key)
            found.append(EarlierCoding(codings, answers.texts, answers.ticked, frames))
    return found + own


def _as_decided(lake: Lake, key: str) -> pl.DataFrame:
    """The codes of an upload, with those that persons decided since it was run."""
    codings: pl.DataFrame = lake.open("classified_responses", key)
    path = lake.uploads.codes_path(key)
    if path is None:
        return codings
    rows = [(v, who, code) for (v, who), codes in read_decisions(path.read_bytes()).items() for code in codes]
    schema = {"variable": pl.String, "respondent": pl.String, "code": pl.Int64}
    decided = pl.DataFrame(rows, schema=schema, orient="row")
    answered = codings.unique(["variable", "respondent"], maintain_order=True).drop("code")
    known = decided.join(answered, on=["variable", "respondent"], how="inner", maintain_order="left")
    by_person = known.with_columns(decided_by=pl.lit(DecidedBy.PERSON.value))
    others = codings.join(known, on=["variable", "respondent"], how="anti", maintain_order="left")
    return pl.concat([others, by_person.select(codings.columns)])


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
