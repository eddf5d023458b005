"""Delivery: the tab books and the coded data workbook."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.coding import survey_answers
from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.harmonisation import written_sheet
from mcode_pipelines.defs.stage import Check, log_progress, stage
from mcode_pipelines.defs.waves import codebook_of_plan, wave_facts
from mcode_pipelines.delivery import (
    DeliveredFile,
    collect_book_metadata,
    personal_columns,
    write_coded_form,
    write_coded_workbook,
    write_review_workbook,
    write_tab_books,
)
from mcode_pipelines.lake import BEFORE, OUTPUTS, Lake, TableBatches, replaced_folder
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey, TabulationPlan
from mcode_pipelines.tabulation import variables_used


class DeliveryConfig(dg.Config):
    """What is delivered."""

    tables_per_book: int = Field(default=100, ge=1, le=100, description="Most table sheets in one workbook.")
    workers: int = Field(default=1, ge=1, le=8, description="Processes that write tab books side by side.")
    coded_data: bool = Field(default=True, description="Write the workbook with the coded data.")
    personal_data: bool = Field(
        default=False,
        description="Keep names, telephones and identity numbers in the workbook with the coded data; for use inside.",
    )
    review_workbook: bool = Field(
        default=True, description="Write the workbook in which codes are reviewed and corrected, to be dropped back."
    )
    review_below: float = Field(
        default=0.5, ge=0, le=1, description="Answers coded less surely than this are coloured for review."
    )


@stage(
    group="delivery",
    kinds={"excel"},
    code_version="1",
    checks=[Check("workbooks_reopen", "every workbook was reopened by another reader and holds what was computed")],
)
def excel_outputs(
    context: dg.AssetExecutionContext,
    config: DeliveryConfig,
    lake: dg.ResourceParam[Lake],
    raw_data: RawSurvey,
    detected_variables: Codebook,
    code_frames: CodeFrames,
    classified_responses: pl.DataFrame,
    tabulation_plan: TabulationPlan,
    crosstab_batches: TableBatches,
) -> dg.MaterializeResult[None]:
    """Tab books of at most 100 tables each, the coded data and, where a form came, the form with the new questions."""
    key = context.partition_key
    upload = lake.uploads.get(key)
    facts: list[tuple[str, str | int]] = [
        ("upload", upload.name),
        ("partition", key),
        ("study", upload.study),
        *([("wave", upload.wave)] if upload.wave else []),
        ("data", upload.data_name),
        *([("form", upload.form_name)] if upload.form_name else []),
        ("sha256", upload.sha256),
        *((f"sha256_{kind}", digest) for kind, digest in upload.companions.items()),
        ("rows", raw_data.data.select(pl.len()).collect().item()),
        *wave_facts(lake, key, tabulation_plan),
        *(("reading", remark) for remark in raw_data.head.source.remarks_in(tabulation_plan.language)),
        *(("reading", remark) for remark in detected_variables.remarks_in(tabulation_plan.language)),
        ("run", context.run.run_id),
    ]
    record = context.instance.get_run_record_by_id(context.run.run_id)
    started = datetime.fromtimestamp(record.start_time, UTC) if record and record.start_time else None
    known = codebook_of_plan(lake, context.partition_key, detected_variables, tabulation_plan)
    used = variables_used(tabulation_plan, known)
    notes = collect_book_metadata(facts, detected_variables, tabulation_plan, used, started=started)
    with replaced_folder(lake.path(OUTPUTS, key), keep_as=BEFORE) as folder:
        files: list[DeliveredFile | None] = [
            *write_tab_books(
                crosstab_batches,
                folder,
                name=key,
                notes=notes,
                tables_per_book=config.tables_per_book,
                workers=config.workers,
                progress=log_progress(context),
            )
        ]
        files += written_sheet(lake, key, tabulation_plan, folder)
        coded = (raw_data, detected_variables, code_frames, classified_responses)
        if config.coded_data:
            files.append(write_coded_workbook(*coded, folder, name=key, personal=config.personal_data))
            if raw_data.head.form:
                form = (raw_data.head.form, detected_variables, code_frames)
                files.append(write_coded_form(*form, folder, name=key, codings=classified_responses))
        review = None
        if config.review_workbook:
            review = write_review_workbook(
                *coded,
                folder,
                name=key,
                upload=key,
                sha256=upload.sha256,
                review_below=config.review_below,
                ticked=survey_answers(raw_data, detected_variables).ticked,
            )
            files.append(review)
    written = [f for f in files if f is not None]
    before = lake.path(OUTPUTS, key) / BEFORE
    return dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(lake.path(OUTPUTS, key))),
            **({"files_of_the_run_before": dg.MetadataValue.path(str(before))} if before.is_dir() else {}),
            "files": metadata_values.table(
                [
                    {
                        "file": f.path.name,
                        "tables": f.tables,
                        "size_kb": round(f.bytes / 1024),
                        "sha256": f.sha256[:12],
                        "note": f.note,
                    }
                    for f in written
                ]
            ),
            "personal_data_left_out": ", ".join(
                () if config.personal_data or not config.coded_data else personal_columns(raw_data, detected_variables)
            )
            or "none",
            "tables": sum(f.tables for f in written),
            "review_workbook": dg.MetadataValue.path(str(lake.path(OUTPUTS, key) / review.path.name))
            if review
            else "none: no question is coded",
        },
        check_results=[
            # Writing raises when a workbook does not hold what was computed, so what stands here was verified.
            dg.AssetCheckResult(check_name="workbooks_reopen", passed=bool(written), metadata={"files": len(written)})
        ],
    )
