"""Which survey tool a file's header gives away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

Rows = Sequence[Sequence[str]]

_KOBO_SYSTEM = {
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
    "_index",
    "_version_",
    "_xform_id_string",
    "_parent_index",
    "_parent_table_name",
    "meta/rootuuid",
    "meta/instanceid",
    "meta.instanceid",
    "instanceid",
    "formhub/uuid",
}
_ODK_METADATA = {
    "start",
    "end",
    "today",
    "deviceid",
    "imei",
    "phonenumber",
    "subscriberid",
    "simserial",
    "simid",
    "username",
    "audit",
    "instanceid",
    "meta.instanceid",
    "meta/instanceid",
    "submissiondate",
    "key",
    "formdef_version",
}
_QUALTRICS = {
    "startdate",
    "enddate",
    "status",
    "ipaddress",
    "progress",
    "duration (in seconds)",
    "finished",
    "recordeddate",
    "responseid",
    "recipientlastname",
    "recipientfirstname",
    "recipientemail",
    "externalreference",
    "locationlatitude",
    "locationlongitude",
    "distributionchannel",
    "userlanguage",
}
_QUALTRICS_ENOUGH = 4
_SURVEYMONKEY = {
    "respondent id",
    "respondentid",
    "collector id",
    "collectorid",
    "id responden",
    "id kolektor",
    "id pengumpul",
    "start date",
    "end date",
    "ip address",
    "email address",
    "custom data 1",
}
_LIMESURVEY = {
    # code | English | Indonesian | Dutch | German | French | Spanish | Portuguese
    *("id", "submitdate", "lastpage", "startlanguage", "seed"),
    *("response id", "date submitted", "last page", "start language"),
    *("id respons", "id tanggapan", "tanggal dikirim", "tanggal pengiriman", "halaman terakhir", "bahasa awal"),
    *("respons id", "datum verzonden", "laatste pagina", "begin taal", "starttaal"),
    *("antwort id", "antwort-id", "datum abgeschickt", "letzte seite", "start-sprache"),
    *("id de la réponse", "date de soumission", "dernière page", "langue de départ"),
    *("id de respuesta", "fecha de envío", "última página", "lenguaje inicial"),
    *("id da resposta", "data de submissão", "última página", "língua inicial"),
}
_GOOGLE_TIMESTAMP = {
    "timestamp",
    "stempel waktu",
    "cap waktu",
    "carimbo de data/hora",
    "carimbo de data / hora",
    "marca temporal",
    "horodateur",
    "zeitstempel",
    "informazioni cronologiche",
    "tijdstempel",
    "cap masa",
}
RESPONSE_WORDS = {
    "response",
    "open-ended response",
    "respons",
    "tanggapan",
    "respons terbuka",
    "tanggapan terbuka",
    "jawaban terbuka",
    "réponse ouverte",
    "respuesta abierta",
    "réponse",
    "respuesta",
}
"""What SurveyMonkey writes under a question that takes one column only."""


def is_import_id_row(row: Iterable[str]) -> bool:
    """Whether a header row is the one in which Qualtrics keeps its question identifiers."""
    return any("ImportId" in cell and "{" in cell for cell in row)


def detect_tool(headers: Rows) -> str | None:
    """The tool that made a file with these header rows: kobo, qualtrics, surveymonkey ... or None.

    Rules: the tools' own system columns, or (Qualtrics, SurveyMonkey) the content of their further
    header rows.
    """
    if not headers:
        return None
    names = [cell.strip().lower() for cell in headers[0]]
    words = set(names)
    if any(is_import_id_row(row) for row in headers[1:]) or len(words & _QUALTRICS) >= _QUALTRICS_ENOUGH:
        return "qualtrics"
    if {"v1", "v2", "v3", "v8", "v9", "v10"} <= words and len(headers) > 1:
        return "qualtrics"
    if _kobo(names, words):
        return "kobo"
    if len(words & _LIMESURVEY) >= 3 or {"submitdate", "lastpage"} <= words:
        return "limesurvey"
    answers = {cell.strip().lower() for row in headers[1:2] for cell in row}
    if words & {"respondent id", "respondentid"} or len(words & _SURVEYMONKEY) >= 3 or answers & RESPONSE_WORDS:
        return "surveymonkey"
    if names[0] in _GOOGLE_TIMESTAMP:
        return "google_forms"
    return None


def _kobo(names: Sequence[str], words: set[str]) -> bool:
    if len(words & _KOBO_SYSTEM) >= 3 or len(words & _ODK_METADATA) >= 4:
        return True
    paths = [name for name in names if "/" in name and not re.search(r"\s/|/\s|[?,]", name)]
    if {"meta/instanceid", "formhub/uuid"} & words and len(paths) >= 3:
        return True
    stems = Counter(path.rsplit("/", 1)[0] for path in paths)
    return any(count >= 2 and stem in words and " " not in stem for stem, count in stems.items())
