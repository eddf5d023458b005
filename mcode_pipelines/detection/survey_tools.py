"""Which survey tool made the file, its own columns, and the respondent's identifier."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.vocabulary import IDENTIFIERS, METADATA, METADATA_NAMES_ONLY_FROM_TOOLS, word_set
from mcode_pipelines.survey import Kind, RawSurvey

_KOBO = frozenset({"_id", "_uuid", "_submission_time", "_validation_status", "__version__", "_index"})
_CENTRAL = frozenset(
    {"submissiondate", "submitterid", "submittername", "reviewstate", "attachmentspresent", "formversion"}
)
_OWN_COLUMNS = {
    "odk_central": word_set(
        """submissiondate submitterid submittername attachmentspresent attachmentsexpected status reviewstate deviceid
        edits formversion metaentitylabel parentkey"""
    ),
    "surveycto": word_set(
        """submissiondate starttime endtime deviceid subscriberid simid devicephonenum username duration formdefversion
        textaudit audioaudit reviewquality reviewstatus reviewcomments reviewcorrections parentkey setof"""
    ),
}
_STAMP = re.compile(
    r"timestamp|stempel waktu|cap waktu|carimbo de data|marca temporal|horodateur|zeitstempel", re.IGNORECASE
)
_TIMING = re.compile(
    r"\s*((total ?time|totaaltijd|totale ?tijd|total waktu)\s*$|(group ?time|question ?time|groeps? ?tijd|groepstiming|"
    r"vraag ?tijd|vraagtiming|waktu (grup|kelompok|pertanyaan)|tijd voor)(?![a-z]))",
    re.IGNORECASE,
)
_VERSION = re.compile(r"_{1,2}version_{1,2}(_?\d{1,3})?|__version___?\d{1,3}")
_WORKBOOKS = ("xlsx", "xlsm", "xls")
"""What these say of their columns stands on a sheet of explanations."""
_LEGACY = re.compile(r"V\d{1,2}")
_TOOL_NAMES = {
    "kobo": "KoboToolbox", "qualtrics": "Qualtrics", "surveymonkey": "SurveyMonkey", "limesurvey": "LimeSurvey",
    "google_forms": "Google Forms", "spss": "SPSS", "odk_central": "ODK Central", "surveycto": "SurveyCTO",
}  # fmt: skip


def detect_tool(raw: RawSurvey, columns: Sequence[Column]) -> str | None:
    """The tool as the reading found it, else as the column names give it away."""
    if raw.head.source.tool:
        return raw.head.source.tool
    if raw.head.source.kind in ("sav", "zsav") or (raw.head.dictionary and raw.head.source.kind not in _WORKBOOKS):
        return "spss"
    names = [c.name.rsplit("/", 1)[-1] for c in columns]
    lowered = {bare_name(n) for n in names}
    if len(_KOBO & set(names)) >= 3:
        return "kobo"
    if (
        any("ImportId" in cell for row in raw.head.headers[1:] for cell in row)
        or {"responseid", "startdate", "finished"} <= lowered
    ):
        return "qualtrics"
    if {"formdefversion", "key"} <= lowered or {"submissiondate", "formdefversion"} <= lowered:
        return "surveycto"
    if "key" in lowered and len(_CENTRAL & lowered) >= 3:
        return "odk_central"
    if {"respondentid", "collectorid"} & lowered:
        return "surveymonkey"
    if {"submitdate", "lastpage"} <= lowered or {"datumverzonden", "laatstepagina"} <= lowered:
        return "limesurvey"
    if raw.head.form is not None:
        return "kobo"
    if columns and _STAMP.search(columns[0].name):
        return "google_forms"
    return None


def bare_name(name: str) -> str:
    """A column name by its letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def tool_columns(columns: Sequence[Column], tool: str | None) -> list[Draft]:
    """The columns that a tool adds to the answers: interview metadata and identifiers."""
    drafts = []
    for column in columns:
        kind = _tool_kind(column, tool)
        if kind is not None:
            by = _TOOL_NAMES.get(tool or "", "the survey tool")
            drafts.append(
                Draft(
                    name=column.name,
                    label=column.headers[1]
                    if len(column.headers) > 1 and tool == "qualtrics" and column.headers[1]
                    else column.name,
                    kind=kind,
                    columns=[column.name],
                    missing=list(column.missing),
                    confidence=0.95 if tool else 0.8,
                    evidence=[f"a column that {by} adds"],
                    declared=True,
                )
            )
    return drafts


def stated_kind(column: Column, said: str, tool: str | None) -> Kind | None:
    """The kind of a tool's column that the file words as `said` elsewhere than in its name (an SPSS label)."""
    return _tool_kind(replace(column, name=said, headers=(said,)), tool)


def _tool_kind(column: Column, tool: str | None) -> Kind | None:
    if tool == "qualtrics" and _LEGACY.fullmatch(column.name) and len(column.headers) > 1 and column.headers[1]:
        # Old exports name these columns V1, V2 ... and word them in the second row.
        column = replace(column, name=column.headers[1], headers=column.headers[1:])
    last = column.name.rsplit("/", 1)[-1]
    name = bare_name(last)
    own = last.startswith("_") or ("/" in column.name and column.name.startswith("meta/"))
    if own and name.endswith(("latitude", "longitude", "altitude", "precision")):
        return None
    if name in ("locationlatitude", "locationlongitude", "locationaccuracy") and tool == "qualtrics":
        return Kind.GEO
    if _is_identifier(column, name, own=own, known=tool is not None):
        return Kind.IDENTIFIER
    if tool in _OWN_COLUMNS and (name in _OWN_COLUMNS[tool] or last.upper().startswith("SET-OF-")):
        return Kind.METADATA
    if tool in _OWN_COLUMNS and name == "key":
        return Kind.IDENTIFIER
    if _VERSION.fullmatch(last):
        return Kind.METADATA
    if own and (name in METADATA or last.startswith("__") or name.startswith("submission")):
        return Kind.METADATA
    if tool == "limesurvey" and _TIMING.match(column.name):
        return Kind.METADATA
    if name not in METADATA and not _STAMP.match(column.name.strip()):
        return None
    if name in METADATA_NAMES_ONLY_FROM_TOOLS and not _tool_writes(name, column, tool):
        return None
    return Kind.METADATA


def _tool_writes(name: str, column: Column, tool: str | None) -> bool:
    if name in ("start", "end"):
        return tool == "kobo" or column.dated or any(":" in v for v in column.values[:3])
    return tool == "qualtrics" and name in ("status", "progress", "finished", "duration")


def _is_identifier(column: Column, name: str, *, own: bool, known: bool) -> bool:
    if name in (
        "uuid",
        "rootuuid",
        "instanceid",
        "metainstanceid",
        "metarootuuid",
        "responseid",
        "respondentid",
        "responsid",
        "antwortid",
    ):
        return True
    if own and name in ("id", "index", "uuid"):
        return True
    unique = column.distinct == column.filled and column.filled > 0
    return name in IDENTIFIERS and unique and (name not in ("no", "key", "index", "token") or column.position == 0)


def respondent_column(drafts: Sequence[Draft], columns: Sequence[Column]) -> str | None:
    """The most trusted identifier that is filled and different for every sampled respondent."""
    by_name = {c.name: c for c in columns}
    best: tuple[int, int, str] | None = None
    for draft in drafts:
        if draft.kind is not Kind.IDENTIFIER or draft.personal or len(draft.columns) != 1:
            continue
        column = by_name[draft.columns[0]]
        name = bare_name(column.name.rsplit("/", 1)[-1])
        if column.filled == len(column.answers) == column.distinct > 0:
            rank = IDENTIFIERS.index(name) if name in IDENTIFIERS else len(IDENTIFIERS)
            best = min(best or (rank, column.position, column.name), (rank, column.position, column.name))
    return best[2] if best else None
