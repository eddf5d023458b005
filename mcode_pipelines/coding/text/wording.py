"""What coding knows of one language."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from mcode_pipelines.coding.text.language_data import known_language, language_file, phrases_in, words_in


@dataclass(frozen=True)
class Wording:
    """The words of a language that coding needs to know: particles, abbreviations, praise and complaint."""

    name: str
    """What the language is called in English."""
    function_words: frozenset[str]
    """Words that carry no theme."""
    trimmed: frozenset[str]
    """Words a label does without where they open or close a phrase."""
    openings: tuple[tuple[str, ...], ...]
    """How people begin to speak ("yang jelas ..."), without which a label does."""
    intensifiers: frozenset[str]
    """Words a label does without anywhere."""
    abbreviations: dict[str, str]
    """Texting spellings and what they stand for."""
    negations: frozenset[str]
    personal: frozenset[str]
    """Words of somebody's own story, which no label tells."""
    nothing: frozenset[str]
    """Words that answer a question for more, before what is praised ("nothing, all was good")."""
    praise: frozenset[str]
    complaint: frozenset[str]
    requests: frozenset[str]
    """Verbs that only ask for better, whatever it is ("mohon diperhatikan"): beside other things they say nothing."""
    answering: frozenset[str]
    """Words of the answering itself ("berdasarkan pengalaman saya"): what is made of them alone tells of nothing."""
    capitals: frozenset[str]
    """Abbreviations that stand in capitals however they were typed."""
    excessive: frozenset[str]
    """Words that make a complaint of what follows ("terlalu keras")."""
    lacking: frozenset[str]
    """Negations that complain by themselves where nothing follows that they turn ("kurang informasi")."""
    enclitic: str
    """What is taken off the end of words; empty where the language has none."""
    enclitic_kept: frozenset[str]
    """Words that end like it and are words of their own."""
    passive_prefix: str
    verb_suffix: str
    head_first: bool
    """Whether the thing stands before what tells it from others ("pensiunan PNS" is a pensioner)."""
    rewrites: tuple[tuple[re.Pattern[str], str], ...]
    """Phrases that are written in many ways, and what is put in their place."""
    already: str
    """What makes a verdict of a word of praise ("sudah baik")."""
    and_: str
    """Joins two things ("antrean dan jadwal")."""
    or_: str
    such_as: str
    nets: dict[int, str]
    """Headings of praise (1), complaint (-1) and neither (0)."""
    definition_begins: dict[int, str]
    """How a generated definition begins where a theme is praise (1), complaint (-1) or neither (0) ..."""
    definition_of_subject: dict[int, str]
    """... and where it is named by a subject."""
    not_included: str
    """Begins the sentence on what belongs to other codes."""
    other_label: str
    other_definition: str
    no_answer_label: str
    no_answer_definition: str


@functools.cache
def wording(language: str) -> Wording:
    """What is known of a language; one that there is no folder for is treated as English."""
    language = known_language(language)

    def words(entry: str) -> frozenset[str]:
        return words_in(language, "words", entry)

    def sides(entry: str) -> dict[int, str]:
        told = labels[entry]
        return {1: told["praise"], -1: told["complaint"], 0: told["neither"]}

    labels, forms = language_file(language, "labels"), language_file(language, "language")
    openings = phrases_in(language_file(language, "words").get("openings", ""))
    return Wording(
        name=forms["name"],
        function_words=words("function_words"),
        trimmed=words("trimmed"),
        openings=tuple(tuple(opening.split()) for opening in openings),
        intensifiers=words("intensifiers"),
        abbreviations={
            short: long
            for long, written in language_file(language, "abbreviations").items()
            for short in written.split()
        },
        negations=words("negations"),
        personal=words("personal"),
        nothing=words("nothing"),
        praise=words("praise"),
        complaint=words("complaint"),
        requests=words("requests"),
        answering=words("answering"),
        capitals=words("capitals"),
        excessive=words("excessive"),
        lacking=words("lacking"),
        enclitic=forms.get("enclitic", ""),
        enclitic_kept=words_in(language, "language", "enclitic_kept"),
        passive_prefix=forms.get("passive_prefix", ""),
        verb_suffix=forms.get("verb_suffix", ""),
        head_first=forms.get("head_first") == "yes",
        rewrites=tuple((re.compile(pattern), written) for pattern, written in forms.get("rewrites", ())),
        already=labels["already"],
        and_=labels["and"],
        or_=labels["or"],
        such_as=labels["such_as"],
        nets=sides("nets"),
        definition_begins=sides("definition_begins"),
        definition_of_subject=sides("definition_of_subject"),
        not_included=labels["not_included"],
        other_label=labels["other_label"],
        other_definition=labels["other_definition"],
        no_answer_label=labels["no_answer_label"],
        no_answer_definition=labels["no_answer_definition"],
    )
