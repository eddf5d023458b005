"""What is told of waves: once for the book which questions match, and under each table how its question does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mcode_pipelines.survey.choice_matching import How
from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.tabulation.harmonisation.choices import ChoiceList, JoinedChoices
from mcode_pipelines.tabulation.harmonisation.harmonised import Harmonisation, HarmonisedQuestion
from mcode_pipelines.tabulation.harmonisation.questions import Agreement
from mcode_pipelines.tabulation.respondents.panel import Panel

_MOST_NAMED = 12

_WAVES = Remark(
    en="Waves compared, oldest first: {waves}. The total counts all of them together.",
    id="Gelombang yang dibandingkan, dari yang terlama: {waves}. Total menghitung semuanya bersama.",
)
_REPEATED = Remark(
    en="{n} interviews of wave {wave} are in a later wave too and count there.",
    id="{n} wawancara gelombang {wave} juga ada di gelombang berikutnya dan dihitung di sana.",
)
_OF_BOOK = {
    Agreement.NOT_ASKED: Remark(
        en="Not asked in wave {wave}, so without figures there: {names}.",
        id="Tidak ditanyakan pada gelombang {wave}, sehingga tanpa angka di sana: {names}.",
    ),
    Agreement.PARTED: Remark(
        en="Not the same question in wave {wave}, as the harmonisation sheet says, so without figures there: {names}.",
        id="Bukan pertanyaan yang sama pada gelombang {wave} menurut lembar harmonisasi, sehingga tanpa angka di sana: "
        "{names}.",
    ),
    Agreement.OTHER_KIND: Remark(
        en="Asked in another way in wave {wave}, so not compared: {names}.",
        id="Ditanyakan dengan cara lain pada gelombang {wave}, sehingga tidak dibandingkan: {names}.",
    ),
    Agreement.OTHER_WORDS: Remark(
        en="Another question under the same name in wave {wave}, so not compared: {names}.",
        id="Pertanyaan lain dengan nama yang sama pada gelombang {wave}, sehingga tidak dibandingkan: {names}.",
    ),
    Agreement.BY_PERSON: Remark(
        en="The same question as one of another name in wave {wave}, as the harmonisation sheet says: {names}.",
        id="Pertanyaan yang sama dengan yang bernama lain pada gelombang {wave} menurut lembar harmonisasi: {names}.",
    ),
    Agreement.RENAMED: Remark(
        en="Taken for the same question as one of another name in wave {wave}, by its words and answers: {names}. If "
        "it is not, say so in the harmonisation sheet.",
        id="Dianggap pertanyaan yang sama dengan yang bernama lain pada gelombang {wave}, menurut kata dan jawabannya: "
        "{names}. Bila bukan, tulis di lembar harmonisasi.",
    ),
}
_OFFERED = Remark(
    en="Perhaps the same question in wave {wave} (not compared until the harmonisation sheet says so): {names}.",
    id="Mungkin pertanyaan yang sama pada gelombang {wave} (baru dibandingkan bila ditulis di lembar harmonisasi): "
    "{names}.",
)
_REWORDED = Remark(
    en="Worded otherwise in wave {wave}: {then!r}.", id="Kata-katanya lain pada gelombang {wave}: {then!r}."
)
_CHOICES = {
    How.REWORDED: Remark(
        en="Answers worded otherwise in wave {wave} (then / now), taken for the same: {names}.",
        id="Jawaban dengan kata lain pada gelombang {wave} (dulu / sekarang), dianggap sama: {names}.",
    ),
    How.SPELLED: Remark(
        en="Answers spelled otherwise in wave {wave} (then / now), taken for the same: {names}.",
        id="Jawaban dengan ejaan lain pada gelombang {wave} (dulu / sekarang), dianggap sama: {names}.",
    ),
    How.RENUMBERED: Remark(
        en="Answers with another code in wave {wave}, matched by their meaning: {names}.",
        id="Jawaban dengan kode lain pada gelombang {wave}, dicocokkan menurut artinya: {names}.",
    ),
    How.BY_PERSON: Remark(
        en="Answers that are the same as in wave {wave} (then / now), as the harmonisation sheet says: {names}.",
        id="Jawaban yang sama dengan pada gelombang {wave} (dulu / sekarang) menurut lembar harmonisasi: {names}.",
    ),
    None: Remark(
        en="The code meant something else in wave {wave}, so it has a row of its own: {names}.",
        id="Kodenya berarti lain pada gelombang {wave}, sehingga punya baris sendiri: {names}.",
    ),
}
_NOT_OFFERED = Remark(
    en="Not among the answers of wave {wave}, so without figures there and not tested: {names}.",
    id="Tidak termasuk pilihan pada gelombang {wave}, sehingga tanpa angka di sana dan tidak diuji: {names}.",
)
_NOT_OFFERED_ROLLING = Remark(
    en="Not among the answers of wave {wave}, so without figures there and in waves in a row that hold it, and not "
    "tested: {names}.",
    id="Tidak termasuk pilihan pada gelombang {wave}, sehingga tanpa angka di sana dan pada gelombang bergulir yang "
    "memuatnya, dan tidak diuji: {names}.",
)
_OTHER_SCALE = Remark(
    en="Wave {wave} asked it on a scale of {then} points, now there are {now}: its answers have rows of their own, "
    "boxes are those of its own scale and not tested, and it has no mean.",
    id="Gelombang {wave} memakai skala {then} poin, sekarang {now}: jawabannya punya baris sendiri, kotak (top/bottom) "
    "menurut skalanya sendiri dan tidak diuji, dan tanpa rata-rata.",
)


_PANEL = Remark(
    en="The same people answer again, known by {name}: {found}. Tests take it into account.",
    id="Orang yang sama menjawab lagi, dikenali dari {name}: {found}. Uji memperhitungkannya.",
)
_IN_BOTH = Remark(en="{n} in both {one} and {two}", id="{n} pada {one} dan {two}")
_UNSURE = Remark(
    en="{n} values of {name} stand in both wave {one} and wave {two}, but nothing says that they are the same people, "
    "so tests take waves as independent; if they are, write panel: {name} in the plan.",
    id="{n} nilai {name} ada pada gelombang {one} dan {two}, tetapi tidak ada petunjuk bahwa orangnya sama, sehingga "
    "uji menganggap gelombang saling bebas; bila orangnya sama, tulis panel: {name} dalam rencana.",
)
_NOBODY_AGAIN = Remark(
    en="Nobody answers in two waves, by {name} (a value has to stand once in a wave): waves are independent samples.",
    id="Tidak ada yang menjawab pada dua gelombang menurut {name} (setiap nilai harus ada satu kali dalam satu "
    "gelombang): gelombang adalah sampel yang saling bebas.",
)
_CHI_SQUARE = Remark(
    en="The chi-square tests of whole tables do not: they take all answers as those of different people.",
    id="Uji khi-kuadrat untuk seluruh tabel tidak: semua jawaban dianggap dari orang yang berbeda.",
)


def notes_of_panel(panel: Panel, significance: Significance, language: str) -> list[str]:
    """Once for the book: how many people answered in which two waves, and what is not known."""
    if panel.unsure is not None and significance.levels:
        name, one, two, n = panel.unsure
        return [_UNSURE.in_language(language).format(name=name, one=one, two=two, n=n)]
    if not panel.found or not significance.levels:
        return [_NOBODY_AGAIN.in_language(language).format(name=panel.name)] if panel.name else []
    both = [_IN_BOTH.in_language(language).format(one=one, two=two, n=n) for one, two, n in panel.found]
    notes = _said(_PANEL, "", both, language, name=panel.name)
    return notes + ([_CHI_SQUARE.in_language(language)] if significance.chi_square != "none" else [])


def notes_of_waves(
    harmonisation: Harmonisation, names: Sequence[str], language: str, repeated: Mapping[str, int]
) -> list[str]:
    """Once for the book: which waves there are, and which of these questions do not match as they are.

    `repeated` are the interviews of a wave that a later one holds too.
    """
    waves = harmonisation.labels
    notes = [_WAVES.in_language(language).format(waves=", ".join(waves))]
    notes += [_REPEATED.in_language(language).format(wave=wave, n=n) for wave, n in repeated.items()]
    asked = [harmonisation.questions[name] for name in names if name in harmonisation.questions]
    for number, wave in enumerate(waves):
        of_wave = [(question.name, question.waves[number]) for question in asked]
        for agreement, phrase in _OF_BOOK.items():
            found = [
                name if not agreement.comparable or one.variable is None else f"{name} = {one.variable.name}"
                for name, one in of_wave
                if one.agreement is agreement
                and not (one.agreement.comparable and one.variable and one.variable.name == name)
            ]
            notes += _said(phrase, wave, found, language)
        notes += _said(_OFFERED, wave, [f"{name} = {one.offered}?" for name, one in of_wave if one.offered], language)
    said = [f"{remark.in_language(language)}." for remark in harmonisation.unfit]
    return notes + [f"{sentence[:1].upper()}{sentence[1:]}" for sentence in said]


def notes_of_question(
    question: HarmonisedQuestion, waves: Sequence[str], language: str, *, rolling: bool = False
) -> list[str]:
    """Under a table: how its question and answers differ between waves; `rolling`: with columns of waves in a row."""
    notes: list[str] = []
    for wave, one in zip(waves, question.waves, strict=True):
        if one.agreement is Agreement.REWORDED and one.variable and one.variable.label != question.variable.label:
            notes.append(_REWORDED.in_language(language).format(wave=wave, then=one.variable.label))
        if one.agreement is Agreement.OTHER_WORDS and one.variable is not None:
            notes += _said(_OF_BOOK[one.agreement], wave, [f"{one.variable.name} ({one.variable.label})"], language)
    return notes + list(_of_choices(question.lists, question.joined, language, rolling))


def _of_choices(lists: Sequence[ChoiceList], joined: JoinedChoices, language: str, rolling: bool) -> Iterator[str]:
    newest = {choice.factor for choice in lists[-1].choices if choice.factor is not None} if lists else set()
    for number, one in enumerate(lists[:-1]):
        pairs = [
            (choice, joined.choices[place.row], place.how)
            for choice, place in zip(one.choices, joined.places[number], strict=True)
        ]
        for how, phrase in _CHOICES.items():
            found = [_pair(then, now, how) for then, now, why in pairs if why is how and _differ(then, now, how)]
            yield from _said(phrase, one.wave, found, language)
        if any(now.scale for _, now, _ in pairs):
            then = sum(choice.factor is not None for choice in one.choices)
            yield _OTHER_SCALE.in_language(language).format(wave=one.wave, then=then, now=len(newest))
    lacking: dict[tuple[str, ...], list[str]] = {}
    offered = [joined.offered(number) for number in range(len(lists))]
    asked = [
        number
        for number, one in enumerate(lists)
        if one.choices and not any(joined.choices[i].scale for i in offered[number])
    ]
    for place, choice in enumerate(joined.choices):
        waves = tuple(lists[number].wave for number in asked if place not in offered[number])
        if waves and not choice.scale:
            lacking.setdefault(waves, []).append(choice.label)
    for waves, labels in lacking.items():
        yield from _said(_NOT_OFFERED_ROLLING if rolling else _NOT_OFFERED, ", ".join(waves), labels, language)


def _differ(then: Choice, now: Choice, how: How | None) -> bool:
    """Whether there is anything to tell of a match."""
    if how is None:
        return then.code != now.code and not now.scale
    if how is How.RENUMBERED:
        return then.code != now.code and not now.code.startswith(f"{then.code} (")
    return then.label.strip().casefold() != now.label.strip().casefold()


def _pair(then: Choice, now: Choice, how: How | None) -> str:
    if how is None:
        return f"{then.code} = {then.label}"
    if how is How.RENUMBERED:
        return f"{now.label} ({then.code} / {now.code})"
    return f"{then.label} / {now.label}"


def _said(phrase: Remark, wave: str, names: Iterable[str], language: str, *, name: str = "") -> list[str]:
    found = list(names)
    if not found:
        return []
    more = f" ... (+{len(found) - _MOST_NAMED})" if len(found) > _MOST_NAMED else ""
    listed = ", ".join(found[:_MOST_NAMED]) + more
    return [phrase.in_language(language).format(wave=wave, names=listed, found=listed, name=name)]
