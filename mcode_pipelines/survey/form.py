"""The XLSForm of a survey as its sheets say it: the rows of `survey`, `choices` and `settings`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FormSheet(BaseModel):
    """One sheet: its header, and its rows aligned with the header, blank cells as None."""

    model_config = ConfigDict(frozen=True)

    name: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()

    def records(self) -> list[dict[str, str]]:
        """The rows as dictionaries by lower-cased header, blank cells left out."""
        keys = [h.strip().lower() for h in self.header]
        return [{k: v for k, v in zip(keys, row, strict=False) if k and v is not None} for row in self.rows]


class SurveyForm(BaseModel):
    """A form that a field system handed out, read without judging it."""

    model_config = ConfigDict(frozen=True)

    survey: FormSheet
    choices: FormSheet = FormSheet(name="choices")
    settings: FormSheet = FormSheet(name="settings")
    external_choices: FormSheet = FormSheet(name="external_choices")
    """The choices of `select_one_external` questions, which stand on a sheet of their own."""
