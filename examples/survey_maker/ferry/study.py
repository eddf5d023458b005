"""The ferry survey as files: form, data, plan and the true codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from survey_maker import kobo
from survey_maker.draws import Draws
from survey_maker.ferry.interviews import Fieldwork, Phrases, Said, read_phrases, say
from survey_maker.ferry.passengers import Passenger, a_passenger
from survey_maker.ferry.weights import raked_weights
from survey_maker.questionnaire import Answers, Questionnaire, asked, read_questionnaire
from survey_maker.verbatims import NO_ANSWER

SEED = "ferry 2026"
RESPONDENTS = 1_304

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Interview:
    """One finished interview."""

    passenger: Passenger
    said: Said
    answers: Answers
    """What the tablet kept."""
    around: Answers
    """The metadata cells."""


def interviews(questionnaire: Questionnaire, phrases: Phrases, number: int = RESPONDENTS) -> list[Interview]:
    """Every interview, in the order the server received them."""
    finished = []
    for row in range(number):
        key = (SEED, row)
        passenger = a_passenger(Draws(*key, "passenger"))
        said = say(passenger, questionnaire, phrases, key)
        kept = asked(questionnaire, said.answers, Draws(*key, "asked"))
        finished.append(Interview(passenger, said, kept, Fieldwork().around(passenger, key)))
    finished.sort(key=lambda interview: interview.around["_submission_time"])
    server_ids = Draws(SEED, "server")
    number_given = Fieldwork.first_id
    for place, interview in enumerate(finished, start=1):
        number_given += server_ids.whole(1, 40)
        interview.around.update(_id=number_given, _index=place)
    for interview, weight in zip(finished, raked_weights([i.passenger for i in finished]), strict=True):
        interview.answers["bobot"] = weight
    return finished


def write(folder: Path) -> None:
    """Write form.xlsx, data.xlsx and truth/ into the folder."""
    questionnaire = read_questionnaire(_HERE / "questionnaire.yaml")
    phrases = read_phrases(_HERE)
    finished = interviews(questionnaire, phrases)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    kobo.write_form(questionnaire, folder / "form.xlsx")
    rows = [kobo.export_row(questionnaire, i.answers, i.around) for i in finished]
    kobo.write_export(questionnaire, rows, folder / "data.xlsx")
    _true_codes(finished, phrases).write_csv(folder / "truth" / "true_codes.csv")
    _themes(phrases).write_csv(folder / "truth" / "themes.csv")
    _other_codes(finished, phrases).write_csv(folder / "truth" / "other_codes.csv")


def _true_codes(finished: Sequence[Interview], phrases: Phrases) -> pl.DataFrame:
    """respondent, variable, code, label: one row a code of an answer that was given."""
    rows = [
        (interview.around["_uuid"], name, code, _label(phrases, name, code))
        for name in phrases.questions
        for interview in finished
        if name in interview.answers
        for code in interview.said.codes[name]
    ]
    return pl.DataFrame(rows, schema=["respondent", "variable", "code", "label"], orient="row")


def _label(phrases: Phrases, variable: str, code: int) -> str:
    return "Tidak ada jawaban" if code == NO_ANSWER else phrases.questions[variable].theme_of(code).label


def _themes(phrases: Phrases) -> pl.DataFrame:
    """variable, code, label, label_en: the frame that the answers were made by."""
    rows = [
        (name, theme.code, theme.label, theme.english)
        for name, question in phrases.questions.items()
        for theme in (*question.themes, question.other)
    ]
    rows += [(name, NO_ANSWER, "Tidak ada jawaban", "No answer") for name in phrases.questions]
    rows.sort(key=lambda row: (row[0], row[1]))
    return pl.DataFrame(rows, schema=["variable", "code", "label", "label_en"], orient="row")


def _other_codes(finished: Sequence[Interview], phrases: Phrases) -> pl.DataFrame:
    """respondent, variable, code, label: what each text behind "Lainnya" means."""
    rows = [
        (interview.around["_uuid"], f"{name}_L", *interview.said.other_codes[f"{name}_L"])
        for name in phrases.others
        for interview in finished
        if f"{name}_L" in interview.answers
    ]
    return pl.DataFrame(rows, schema=["respondent", "variable", "code", "label"], orient="row")
