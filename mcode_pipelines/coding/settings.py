"""What a project can set about coding; the defaults work."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CodingSettings(BaseModel):
    """Settings of one coding run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_codes: int | None = Field(default=None, ge=1, le=90)
    """The most themes a generated frame may have (Lainnya and 99 not counted); None: chosen from the data."""
    codes_wanted: int | None = Field(default=None, ge=1, le=90)
    """As many themes as this, as near as the answers allow; None: chosen from the data, within `max_codes`."""
    codes_per_answer: int = Field(default=3, ge=1)
    """The most codes one answer can get."""
    review_below: float = Field(default=0.5, ge=0, le=1)
    """Answers coded less surely than this are shown to a person for review."""
    single_code: bool = False
    """One code an answer, the surest."""
    grow_given_frames: bool = False
    """Frames that were given get new codes for new themes (frames whose origin is `wave` always do)."""
    non_answers: tuple[str, ...] = ()
    """The project's own phrases that count as no answer, beside the built-in Indonesian and English ones."""

    @property
    def most_codes(self) -> int:
        """How many codes an answer can get at most."""
        return 1 if self.single_code else self.codes_per_answer
