"""Ingest: the codebook, one variable a question."""

from collections import Counter

import dagster as dg

from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.stage import Check, stage
from mcode_pipelines.defs.waves import codebook_edits_of_study
from mcode_pipelines.detection import apply_codebook_edits, codebook_page, detect, needs_a_look, summary
from mcode_pipelines.intake import read_codebook_edits
from mcode_pipelines.lake import Lake, replaced_file
from mcode_pipelines.survey import Codebook, RawSurvey


@stage(
    group="ingest",
    kinds={"json"},
    code_version="1",
    checks=[Check("every_column_has_a_variable", "no column of the data is forgotten by the codebook")],
)
def detected_variables(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake], raw_data: RawSurvey
) -> dg.MaterializeResult[Codebook]:
    """What each question is (choice, scale, number, open answer ...), with the evidence for it.

    A codebook that came with the upload wins over detection, field by field of the variables it names; so does what
    was said in the study's wave before, of questions in the same words.
    """
    codebook = detect(raw_data)
    of_study = codebook_edits_of_study(lake, context.partition_key, codebook)
    if of_study is not None:
        codebook = apply_codebook_edits(codebook, of_study[1])
    edits = lake.uploads.codebook_path(context.partition_key)
    if edits:
        codebook = apply_codebook_edits(codebook, read_codebook_edits(edits, "codebook.json"))
    kinds = Counter(v.kind.value for v in codebook)
    look = needs_a_look(codebook)
    page = lake.path("detected_variables", context.partition_key).with_suffix(".html")
    with replaced_file(page) as beside:
        beside.write_text(codebook_page(codebook, lake.uploads.get(context.partition_key).name), encoding="utf-8")
    forgotten = sorted(set(raw_data.columns) - {c for v in codebook for c in v.columns})
    return dg.MaterializeResult(
        value=codebook,
        metadata={
            "needs_a_look": metadata_values.table(look) if look else "nothing",
            "page": dg.MetadataValue.path(str(page)),
            "variables": len(codebook),
            "kinds": metadata_values.bar_chart("kind", "variables", kinds.most_common()),
            "language": codebook.language or "not sure",
            "respondent_identifier": codebook.respondent_column or "row number",
            "personal_data": sum(v.personal for v in codebook),
            "edited_by_hand": bool(edits),
            **(
                {f"edited_in_wave_{of_study[0]}": ", ".join(entry["name"] for entry in of_study[1]["variables"])}
                if of_study
                else {}
            ),
            "codebook": metadata_values.table(summary(codebook)),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="every_column_has_a_variable",
                passed=not forgotten,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"forgotten": ", ".join(forgotten) or "none"},
            )
        ],
    )
