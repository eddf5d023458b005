"""A codebook as one HTML page for people: what needs a look first, then every variable. It needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from mcode_pipelines.detection.summary import needs_a_look, summary
from mcode_pipelines.survey import Codebook

_WORDS = {
    "en": {
        "look": "Needs a look",
        "nothing": "Nothing stands out.",
        "all": "All variables",
        "how": "To correct a variable, name it in a codebook.json and drop that beside the data.",
        "name": "Variable",
        "label": "Label",
        "kind": "Kind",
        "columns": "Columns",
        "choices": "Choices",
        "notes": "Notes",
        "confidence": "Confidence",
        "evidence": "Evidence",
        "why": "Why",
    },
    "id": {
        "look": "Perlu diperiksa",
        "nothing": "Tidak ada yang menonjol.",
        "all": "Semua variabel",
        "how": "Untuk memperbaiki sebuah variabel, sebutkan di codebook.json dan masukkan di samping datanya.",
        "name": "Variabel",
        "label": "Label",
        "kind": "Jenis",
        "columns": "Kolom",
        "choices": "Pilihan",
        "notes": "Catatan",
        "confidence": "Keyakinan",
        "evidence": "Bukti",
        "why": "Alasan",
    },
}
_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;margin:0 0 2rem}th,td{border:1px solid #ccc;padding:.3rem .6rem;"
    "text-align:left;vertical-align:top;max-width:34rem;overflow-wrap:anywhere}"
    "th{background:#eef2f8;position:sticky;top:0}"
)


def codebook_page(codebook: Codebook, title: str) -> str:
    """The page, in the codebook's language; text of the survey is text in it, and it may load and run nothing."""
    language = "en" if codebook.language == "en" else "id"
    words = _WORDS[language]
    look = needs_a_look(codebook)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{language}"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            f"<h2>{words['look']}</h2>",
            f"<p>{words['how']}</p>",
            _table(look, words) if look else f"<p>{words['nothing']}</p>",
            f"<h2>{words['all']} ({len(codebook)})</h2>",
            _table(summary(codebook), words),
            "</body></html>",
            "",
        ]
    )


def _table(rows: Sequence[Mapping[str, object]], words: Mapping[str, str]) -> str:
    columns = list(rows[0])
    head = "".join(f"<th>{words[column]}</th>" for column in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{_cell(row[c])}</td>" for c in columns) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _cell(value: object) -> str:
    return escape(f"{value:.2f}" if isinstance(value, float) else "" if value is None else str(value))
