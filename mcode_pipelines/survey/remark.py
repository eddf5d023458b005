"""What a person should know of a figure: guessed, merged or left out; in the languages of the house."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Remark(BaseModel):
    """One sentence for an analyst, in English and in Indonesian."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    id: str

    def told(self, language: str | None) -> str:
        """The sentence in this language; Indonesian unless it is `en`."""
        return self.en if language == "en" else self.id
