"""What a person is told of a reading, in both languages of the product."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Remark(BaseModel):
    """One sentence about what was left out, merged or guessed, in English and Indonesian."""

    model_config = ConfigDict(frozen=True)

    en: str
    id: str

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, given: Any) -> Any:
        """A plain text, as earlier versions stored it, is what both languages say."""
        return {"en": given, "id": given} if isinstance(given, str) else given

    def in_language(self, language: str | None) -> str:
        """The sentence in `id`, or in English for every other language and for none."""
        return self.id if language == "id" else self.en

    def __str__(self) -> str:
        return self.en


def in_indonesian(number: float, style: str = ",") -> str:
    """A number as Indonesian sentences write it, `1.304,5`; `style` is that of an English one."""
    return format(number, style).translate(str.maketrans(",.", ".,"))
