"""What a person can get wrong in a tabulation plan."""

from __future__ import annotations

from mcode_pipelines.survey.errors import SurveyError


class PlanError(SurveyError):
    """A tabulation plan that cannot be carried out; the message names the place in the plan and what to do.

    What keeps a single table from being made stands in the book too, and so is said in Indonesian beside English.
    """

    def __init__(self, sentence: str, indonesian: str | None = None, *, unknown: str | None = None) -> None:
        super().__init__(sentence)
        self.indonesian = indonesian or sentence
        self.unknown = unknown
        """The name, where all that is wrong is that there is no variable of it."""

    def __reduce__(self) -> tuple[type[PlanError], tuple[str, str]]:
        return type(self), (str(self), self.indonesian)

    def in_language(self, language: str | None) -> str:
        """The sentence in the language of a book: Indonesian for `id`, else English."""
        return self.indonesian if language == "id" else str(self)
