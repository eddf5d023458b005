"""Coding by a language model, against a real server on loopback that misbehaves on purpose."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
from collections.abc import Iterator

import polars as pl
import pytest

from mcode_pipelines.coding import (
    CodingSettings,
    Embedder,
    LanguageModelEngine,
    LanguageModelSettings,
    LocalEngine,
    OpenQuestion,
    coding_engine,
)
from mcode_pipelines.coding.language_model.endpoint import format_money
from mcode_pipelines.coding.language_model.frames import stratified_sample
from mcode_pipelines.coding.language_model.prompts import sendable
from mcode_pipelines.survey import NO_ANSWER, ROW, CodeFrame, CodeFrames
from mcode_pipelines_tests.coding.loopback_model import Asked, LoopbackModel, Reply, refused, running

pytest.importorskip("openai")

WORDS = {"toilet": 1, "wc": 1, "jadwal": 2, "telat": 2, "tiket": 3, "petugas": 4, "kursi": 5, "duduk": 5}
ANSWERS = [
    "toilet kotor",
    "WC bau sekali",
    "jadwal sering molor, tiket mahal",
    "tiketnya kemahalan",
    "petugas jutek",
    "kursi kurang",
    "tidak ada",
    "Toilet kotor!",
    "ombaknya tinggi",
    "kapal telat berangkat",
]
DIFFERENT = 8
"""Different answers that say something."""
KEY = "sk-loopback-secret"


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with running(LoopbackModel(WORDS)) as made:
        yield made


@pytest.fixture
def question(asked) -> OpenQuestion:
    return asked(ANSWERS)


@pytest.fixture
def frames(complaints_frame: CodeFrame) -> CodeFrames:
    return CodeFrames((complaints_frame,))


def settings_of(model: LoopbackModel, **given: object) -> LanguageModelSettings:
    usual = {
        "batch": 4,
        "concurrency": 1,
        "runs": 1,
        "timeout_seconds": 20,
        "first_wait_seconds": 0.001,
        "api_key": KEY,
    }
    return LanguageModelSettings(base_url=model.base_url, model="small", **(usual | given))


def engine_of(model: LoopbackModel, embedder: Embedder, **given: object) -> LanguageModelEngine:
    made = coding_engine(settings_of(model, **given), embedder)
    assert isinstance(made, LanguageModelEngine)
    return made


@pytest.fixture
def locally(embedder, question, frames) -> pl.DataFrame:
    return LocalEngine(embedder).code_answers([question], frames, settings=CodingSettings())


def coded(engine, question, frames, **given) -> pl.DataFrame:
    return engine.code_answers([question], frames, settings=CodingSettings(), **given)


def codes(codings: pl.DataFrame) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for who, code in codings.select("respondent", "code").iter_rows():
        found.setdefault(who, set()).add(code)
    return found


TRUE = {
    "r1": {1}, "r2": {1}, "r3": {2, 3}, "r4": {3}, "r5": {4},
    "r6": {5}, "r7": {NO_ANSWER}, "r8": {1}, "r9": {6}, "r10": {2},
}  # fmt: skip


def once(*numbers: int):
    """A behaviour for the questions of these numbers only."""

    def decorate(reply):
        return lambda asked: reply(asked) if asked.number in numbers else None

    return decorate


def test_the_model_decides_and_equal_answers_and_rules_cost_nothing(model, embedder, question, frames):
    engine = engine_of(model, embedder)
    table = coded(engine, question, frames)
    assert codes(table) == TRUE
    sent = [text for asked in model.asked for text in asked.answers.values()]
    assert sorted(sent) == sorted({*ANSWERS} - {"tidak ada", "Toilet kotor!"})
    by = dict(table.unique("respondent", keep="first").select("respondent", "decided_by").iter_rows())
    assert (by["r1"], by["r8"], by["r7"]) == ("model", "duplicate", "rule")
    assert (engine.report.decided, engine.report.left, engine.report.remarks) == (DIFFERENT, 0, [])


def test_only_question_frame_and_verbatims_leave_the_machine(model, embedder, question, frames):
    named = OpenQuestion(
        question.variable,
        question.text,
        question.language,
        question.answers.with_columns(pl.format("uuid-{}-rahasia", ROW).alias("respondent")),
    )
    coded(engine_of(model, embedder), named, frames)
    wire = json.dumps([a.body for a in model.asked])
    assert "rahasia" not in wire
    assert question.text in wire
    assert all(
        set(a.body) <= {"model", "messages", "max_tokens", "temperature", "response_format"} for a in model.asked
    )


def test_addresses_and_phone_numbers_stay_at_home():
    assert sendable("hubungi rina@contoh.id atau 0812-3456-7890 ya") == "hubungi [...] atau [...] ya"
    assert sendable("naik 2 kali sejak 2019, bayar 150.000") == "naik 2 kali sejak 2019, bayar 150.000"


@pytest.mark.parametrize(
    "trouble",
    [
        refused(429, "slow down", **{"retry-after": "0"}),
        refused(429, "slow down"),
        refused(500, "oops"),
        refused(503, "busy"),
        Reply(status=200, body=b"<html>not the API</html>"),
        Reply("this is no JSON"),
        Reply('{"answers": [{"id": "one"}]}'),
        Reply(None),
    ],
)
def test_passing_troubles_are_tried_again(model, embedder, question, frames, trouble):
    model.behave = once(1, 2)(lambda asked: trouble)
    engine = engine_of(model, embedder)
    assert codes(coded(engine, question, frames)) == TRUE
    assert engine.report.left == 0


def _in_pieces(asked: Asked, model: LoopbackModel) -> Reply:
    content = model.usual(asked).content or ""
    return Reply(content[: 2 * len(content) // 3])


def _no_longer(asked: Asked, model: LoopbackModel) -> Reply:
    return Reply("{}", wait=threading.Event())


@pytest.mark.parametrize("seed", range(3))
def test_an_endpoint_that_fails_every_third_time_loses_nothing(model, embedder, asked, frames, seed):
    """In random order: errors of the server, limits with a time to wait, replies that are cut off, and none at all."""
    words = [f"{word} nomor {n}" for n in range(12) for word in ("toilet kotor", "tiket mahal", "petugas jutek")]
    question = asked(words)
    calm = coded(engine_of(model, embedder, runs=2, concurrency=3), question, frames)
    chance = random.Random(seed)
    troubles = [
        lambda asked, model: refused(500, "oops"),
        lambda asked, model: refused(429, "slow down", **{"retry-after": "0.01"}),
        lambda asked, model: refused(429, "slow down", **{"retry-after": "Thu, 26 Nov 2026 10:00:00 GMT"}),
        _in_pieces,
        _no_longer,
    ]
    replied: list[int] = []

    def fickle(asked: Asked) -> Reply | None:
        reply = chance.choice(troubles)(asked, model) if asked.number % 3 == first else None
        if reply is None or (reply.status == 200 and reply.wait is None):
            replied.append(asked.number)
        return reply

    first = (len(model.asked) + 1) % 3
    before = len(model.asked)
    model.behave = fickle
    engine = engine_of(model, embedder, runs=2, concurrency=3, timeout_seconds=0.5)
    assert coded(engine, question, frames).equals(calm)
    report = engine.report
    assert (report.decided, report.left) == (len(words), 0)
    assert report.calls == len(replied)
    assert report.unanswered == len(model.asked) - before - len(replied) > 0
    assert report.output_tokens == 10 * len(replied)
    assert report.input_tokens >= 100 * len(replied)
    assert all("all answers were coded by the model all the same" in remark for remark in report.remarks)


def test_a_question_that_is_not_answered_in_time_is_charged_for_what_was_sent(model, embedder, question, frames):
    model.behave = once(1)(lambda asked: Reply("{}", wait=threading.Event()))
    engine = engine_of(model, embedder, batch=20, timeout_seconds=0.5)
    coded(engine, question, frames)
    assert (engine.report.calls, engine.report.unanswered) == (1, 1)
    assert engine.report.input_tokens > 400


def test_an_answer_that_takes_too_long_is_asked_for_again(model, embedder, question, frames):
    model.behave = once(1)(lambda asked: Reply("{}", wait=threading.Event()))
    assert codes(coded(engine_of(model, embedder, timeout_seconds=0.3), question, frames)) == TRUE


def test_words_and_fences_around_the_json_do_no_harm(model, embedder, question, frames):
    model.behave = lambda asked: Reply(f"Sure! Here it is:\n```json\n{model.usual(asked).content}\n```")
    assert codes(coded(engine_of(model, embedder), question, frames)) == TRUE
    assert len(model.asked) == 2


def altered(change):
    """The usual answer to the first question with something wrong about it."""

    def behave(model: LoopbackModel, asked: Asked) -> Reply | None:
        if len(asked.answers) == 1:
            return None
        told = json.loads(str(model.usual(asked).content))["answers"]
        return Reply(json.dumps({"answers": change(told)}))

    return behave


@pytest.mark.parametrize(
    ("change", "asked_singly"),
    [
        (lambda told: told[:-2], 2),
        (lambda told: [*told, {"id": 1, "codes": [6, 4]}], 1),
        (lambda told: [*told, {"id": 77, "codes": [1]}, {"id": 0, "codes": [2]}, {"id": -1, "codes": [2]}], 0),
        (lambda told: [{"id": told[0]["id"], "codes": [44, -1]}, *told[1:]], 1),
        (lambda told: [{"id": told[0]["id"], "codes": []}, *told[1:]], 1),
        (lambda told: [{**told[0], "codes": [44, *told[0]["codes"]]}, *told[1:]], 0),
        (lambda told: [told[0], told[0], *told[1:]], 0),
        (lambda told: [{**told[0], "codes": [*told[0]["codes"], 99]}, *told[1:]], 0),
    ],
    ids=[
        "missing",
        "twice",
        "never asked",
        "beyond the frame",
        "none",
        "partly beyond",
        "repeated",
        "99 beside others",
    ],
)
def test_what_is_missing_or_unsound_is_asked_again_singly(model, embedder, question, frames, change, asked_singly):
    model.behave = lambda asked: altered(change)(model, asked)
    engine = engine_of(model, embedder)
    assert codes(coded(engine, question, frames)) == TRUE
    assert sum(len(a.answers) == 1 for a in model.asked) == 2 * asked_singly
    assert engine.report.left == 0


def test_answers_that_the_model_never_codes_soundly_are_left_to_the_local_engine(
    model, embedder, question, frames, locally
):
    model.words = WORDS | {"ombak": 44}
    engine = engine_of(model, embedder)
    found = codes(coded(engine, question, frames))
    assert found["r9"] == codes(locally)["r9"]
    assert {who: found[who] for who in TRUE if who != "r9"} == {who: TRUE[who] for who in TRUE if who != "r9"}
    assert (engine.report.decided, engine.report.left) == (DIFFERENT - 1, 1)
    assert engine.report.remarks == [
        "E4: the model gave no code of the frame under the ids it was asked about; the model did not decide 1 of 8 "
        "different answers, for which the local engine's codes stand"
    ]


def wrong_ids(model: LoopbackModel, asked: Asked) -> Reply:
    told = json.loads(str(model.usual(asked).content))["answers"]
    return Reply(json.dumps({"answers": [{**one, "id": one["id"] + 1000} for one in told]}))


def unknown_codes(model: LoopbackModel, asked: Asked) -> Reply:
    return Reply(json.dumps({"answers": [{"id": n, "codes": [777]} for n in asked.answers]}))


def cut_short(model: LoopbackModel, asked: Asked) -> Reply:
    content = str(model.usual(asked).content)
    return Reply(content[: len(content) // 2])


def no_choices(model: LoopbackModel, asked: Asked) -> Reply:
    return Reply(body=b'{"id": "x", "object": "chat.completion", "choices": []}')


@pytest.mark.parametrize(
    ("useless", "why", "tries"),
    [
        (wrong_ids, "no code of the frame", 1),
        (unknown_codes, "no code of the frame", 1),
        (cut_short, "not of the form asked for", 3),
        (no_choices, "the answer is empty", 3),
    ],
)
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_model_from_which_nothing_usable_comes_is_asked_no_more(
    model, embedder, asked, frames, useless, why, tries, concurrency
):
    many = asked([f"{word} {n}" for n in range(20) for word in ("toilet", "tiket", "kursi", "jadwal")])
    model.behave = lambda asked: useless(model, asked)
    engine = engine_of(model, embedder, batch=10, runs=2, concurrency=concurrency)
    local = LocalEngine(embedder).code_answers([many], frames, settings=CodingSettings())
    assert coded(engine, many, frames).equals(local)
    # Each batch whole and three of it singly; two batches, and those that were on their way by then.
    assert len(model.asked) <= tries * 4 * (2 + concurrency - 1)
    (remark,) = engine.report.remarks
    assert why in remark
    assert "asked no more after" in remark
    assert remark.endswith(
        "the model did not decide 80 of 80 different answers, for which the local engine's codes stand"
    )
    calls = len(model.asked)
    coded(engine, many, frames)
    assert len(model.asked) == calls


def test_what_was_decided_before_a_model_failed_is_kept(model, embedder, asked, frames, tmp_path):
    many = asked([f"{word} {n}" for n in range(20) for word in ("toilet", "tiket", "kursi", "jadwal")])
    model.behave = lambda asked: unknown_codes(model, asked) if asked.number > 3 else None
    engine = engine_of(model, embedder, batch=10, runs=2, cache=tmp_path / "answers.sqlite")
    coded(engine, many, frames)
    assert (engine.report.decided, engine.report.left) == (30, 50)
    assert len(model.asked) == 3 + 2 * 4
    model.behave = lambda asked: None
    again = engine_of(model, embedder, batch=10, runs=2, cache=tmp_path / "answers.sqlite")
    coded(again, many, frames)
    assert (again.report.decided, again.report.remembered, again.report.remarks) == (80, 30, [])


def test_single_answers_that_a_model_cannot_code_do_not_stop_it(model, embedder, asked, frames):
    many = asked([f"{word} {n}" for n in range(20) for word in ("toilet", "ombak")])
    model.words = WORDS | {"ombak": 44}
    engine = engine_of(model, embedder, batch=1)
    coded(engine, many, frames)
    assert (engine.report.decided, engine.report.left) == (20, 20)
    assert "asked no more" not in " ".join(engine.report.remarks)


def test_nothing_is_paid_twice_and_no_verbatim_is_stored(model, embedder, question, frames, tmp_path):
    cache = tmp_path / "memory" / "answers.sqlite"
    first = coded(engine_of(model, embedder, cache=cache, runs=2), question, frames)
    calls = len(model.asked)
    again = engine_of(model, embedder, cache=cache, runs=2)
    assert coded(again, question, frames).equals(first)
    assert len(model.asked) == calls
    assert (again.report.calls, again.report.remembered) == (0, 2 * DIFFERENT)
    content = cache.read_bytes().lower()
    assert b"toilet" not in content
    assert b"petugas" not in content
    rows = sqlite3.connect(cache).execute("SELECT * FROM decided").fetchall()
    assert len(rows) == 2 * DIFFERENT


def test_another_frame_is_another_question(model, embedder, question, frames, tmp_path):
    cache = tmp_path / "answers.sqlite"
    coded(engine_of(model, embedder, cache=cache), question, frames)
    calls = len(model.asked)
    (frame,) = frames
    renamed = frame.model_copy(
        update={"codes": tuple(c.model_copy(update={"definition": "Lain"}) for c in frame.codes)}
    )
    coded(engine_of(model, embedder, cache=cache), question, CodeFrames((renamed,)))
    assert len(model.asked) == 2 * calls


def test_a_damaged_memory_is_told_and_no_error(model, embedder, question, frames, tmp_path):
    cache = tmp_path / "answers.sqlite"
    cache.write_bytes(b"this is no database" * 100)
    engine = engine_of(model, embedder, cache=cache)
    assert codes(coded(engine, question, frames)) == TRUE
    assert any("memory" in remark for remark in engine.report.remarks)


@pytest.mark.parametrize("budget", [{"token_budget": 900}, {"money_budget": 0.0009, "price_in": 1.0, "price_out": 1.0}])
def test_a_spent_budget_stops_cleanly_and_keeps_what_was_done(model, embedder, question, frames, locally, budget):
    engine = engine_of(model, embedder, batch=1, **budget)
    found = coded(engine, question, frames)
    report = engine.report
    assert 0 < report.decided < DIFFERENT
    assert report.left == DIFFERENT - report.decided
    assert report.input_tokens + report.output_tokens <= 900
    assert report.cost <= 0.0009
    (remark,) = report.remarks
    assert "budget" in remark
    assert f"the model did not decide {report.left} of {DIFFERENT} different answers" in remark
    by_model = {text for asked in model.asked for text in asked.answers.values()}
    said = dict(question.answers.select("respondent", "verbatim").iter_rows())
    for who, given in codes(found).items():
        if said[who] not in by_model and who not in {"r7", "r8"}:
            assert given == codes(locally)[who]


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ({"token_budget": 4_000}, "the budget of 4,000 tokens has no room"),
        ({"money_budget": 0.004, "price_in": 1.0, "price_out": 1.0}, "the budget of 0.004 has no room"),
    ],
)
def test_questions_on_their_way_do_not_use_up_a_budget(model, embedder, asked, frames, budget, told):
    many = asked([f"toilet nomor {n} kotor" for n in range(200)])
    engine = engine_of(model, embedder, batch=5, concurrency=4, **budget)
    coded(engine, many, frames)
    report = engine.report
    # One question may need about a thousand tokens and takes 110.
    assert 3_500 < report.input_tokens + report.output_tokens <= 4_000
    assert report.decided == 5 * len(model.asked)
    (remark,) = report.remarks
    assert told in remark


@pytest.mark.parametrize(("amount", "told"), [(5, "5.00"), (0.5, "0.50"), (0.004, "0.004"), (1234.5, "1,234.50")])
def test_a_budget_is_told_with_its_digits(amount: float, told: str):
    assert format_money(amount) == told


def test_the_cost_is_what_the_endpoint_counted(model, embedder, question, frames):
    engine = engine_of(model, embedder, price_in=2.0, price_out=10.0)
    coded(engine, question, frames)
    assert engine.report.calls == len(model.asked) == 2
    assert (engine.report.input_tokens, engine.report.output_tokens) == (200, 20)
    assert engine.report.cost == pytest.approx((200 * 2 + 20 * 10) / 1e6)


def test_an_endpoint_that_counts_nothing_is_estimated(model, embedder, question, frames):
    model.behave = lambda asked: Reply(model.usual(asked).content, usage=False)
    engine = engine_of(model, embedder)
    coded(engine, question, frames)
    assert engine.report.input_tokens > 500


@pytest.mark.parametrize(
    ("trouble", "told", "most_calls"),
    [
        (refused(401, "bad key"), "refused the key", 1),
        (refused(404, "no such model"), "does not know this model", 1),
        (refused(429, "pay", code="insufficient_quota"), "no credit left", 1),
        (refused(400, "content is bad"), "refused the question (400)", 1),
        (refused(503, "down"), "answered 503", 6),
    ],
)
def test_a_failing_endpoint_leaves_all_to_the_local_engine_which_says_so(
    model, embedder, question, frames, locally, trouble, told, most_calls
):
    model.behave = lambda asked: trouble
    engine = engine_of(model, embedder, tries=3)
    assert coded(engine, question, frames).equals(locally)
    assert len(model.asked) <= most_calls
    remarks = " ".join(engine.report.remarks)
    assert told in remarks
    assert "did not decide 8 of 8 different answers, for which the local engine's codes stand" in remarks
    assert KEY not in remarks


def test_an_endpoint_that_is_not_there_leaves_all_to_the_local_engine(embedder, question, frames, locally):
    with running(LoopbackModel(WORDS)) as gone:
        pass
    engine = engine_of(gone, embedder, tries=2)
    assert coded(engine, question, frames).equals(locally)
    assert "cannot be reached" in " ".join(engine.report.remarks)


def test_runs_that_disagree_lower_the_confidence(model, embedder, question, frames):
    sure = coded(engine_of(model, embedder, runs=2), question, frames)
    seen: set[str] = set()

    def fickle(asked: Asked) -> Reply:
        told = []
        for number, text in asked.answers.items():
            told.append({"id": number, "codes": [4] if text in seen and "kursi" in text else model.codes_of(text)})
            seen.add(text)
        return Reply(json.dumps({"answers": told}))

    model.behave = fickle
    unsure = coded(engine_of(model, embedder, runs=2), question, frames)
    lowest = pl.col("confidence").min()
    before = dict(sure.group_by("respondent").agg(lowest).iter_rows())
    after = dict(unsure.group_by("respondent").agg(lowest).iter_rows())
    assert after["r6"] <= 0.5 < before["r6"]
    assert {who: after[who] for who in after if who != "r6"} == {who: before[who] for who in before if who != "r6"}
    assert unsure["confidence"].is_between(0, 1).all()


def test_what_a_person_decided_is_not_asked_and_is_shown_as_an_example(model, embedder, question, frames):
    coded_by_hand = pl.DataFrame({"respondent": ["r9"], "variable": ["E4"], "code": [2]})
    table = coded(engine_of(model, embedder), question, frames, coded=coded_by_hand)
    assert codes(table)["r9"] == {2}
    assert all("ombaknya tinggi" not in asked.answers.values() for asked in model.asked)
    assert all('{"text": "ombaknya tinggi", "codes": [2]}' in asked.system for asked in model.asked)


def test_no_more_questions_at_once_than_allowed(model, embedder, asked, frames):
    many = asked([f"toilet nomor {n} kotor" for n in range(60)])
    coded(engine_of(model, embedder, batch=3, concurrency=3), many, frames)
    assert 1 <= model.most_at_once <= 3
    assert len(model.asked) == 20


def test_the_same_answers_give_the_same_table_whatever_comes_first(model, embedder, asked, frames):
    many = asked([f"{word} {n}" for n in range(12) for word in ("toilet", "tiket", "kursi")])
    tables = [coded(engine_of(model, embedder, batch=2, concurrency=c, runs=2), many, frames) for c in (1, 4)]
    assert tables[0].equals(tables[1])


def test_an_endpoint_that_knows_no_schema_is_asked_in_plain_words(model, embedder, question, frames):
    def old(asked: Asked) -> Reply | None:
        if "response_format" in asked.body:
            return refused(400, "unknown field response_format")
        if "max_tokens" in asked.body:
            return refused(400, "use max_completion_tokens in place of max_tokens")
        return None

    model.behave = old
    engine = engine_of(model, embedder)
    assert codes(coded(engine, question, frames)) == TRUE
    assert "JSON object of this schema" in model.asked[-1].system


def test_the_key_goes_to_the_endpoint_and_nowhere_else(model, embedder, question, frames):
    engine = engine_of(model, embedder)
    coded(engine, question, frames)
    assert model.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(settings_of(model))
    assert KEY not in str(engine.report)


THEMES = [
    {"label": "Toilet kotor", "definition": "Toilet bau atau kotor.", "examples": [1, 2, 999], "net": None},
    {"label": "toilet  KOTOR", "definition": "Lagi.", "examples": [], "net": None},
    {"label": "Lainnya", "definition": "Yang lain.", "examples": [], "net": None},
    {"label": "Tiket mahal", "definition": "Harga tiket tinggi.", "examples": [3], "net": "Harga"},
]


def test_the_model_proposes_frames_in_the_house_form(model, embedder, ferry_complaints, tmp_path):
    question, _ = ferry_complaints
    model.themes = THEMES
    cache = tmp_path / "answers.sqlite"
    (frame,) = engine_of(model, embedder, cache=cache).build_code_frames([question], settings=CodingSettings())
    assert [(c.code, c.label) for c in frame.codes] == [
        (1, "Toilet kotor"), (2, "Tiket mahal"), (3, "Lainnya"), (99, "Tidak ada jawaban"),
    ]  # fmt: skip
    assert frame.other == 3
    assert frame.codes[1].net == "Harga"
    assert set(frame.codes[0].examples) <= set(question.answers["verbatim"])
    assert len(frame.codes[0].examples) == 2
    calls = len(model.asked)
    (again,) = engine_of(model, embedder, cache=cache).build_code_frames([question], settings=CodingSettings())
    assert again == frame
    assert len(model.asked) == calls


def test_frames_that_were_given_are_not_asked_for(model, embedder, question, frames):
    made = engine_of(model, embedder).build_code_frames([question], settings=CodingSettings(), given=frames)
    assert made == frames
    assert model.asked == []


@pytest.mark.parametrize("themes", [[], [{"label": " ", "definition": "", "examples": [], "net": None}]])
def test_a_model_without_themes_leaves_the_frame_to_the_local_engine(model, embedder, question, themes):
    model.themes = themes
    engine = engine_of(model, embedder)
    settings = CodingSettings()
    assert engine.build_code_frames([question], settings=settings) == LocalEngine(embedder).build_code_frames(
        [question], settings=settings
    )
    assert "the local engine made its frame" in engine.report.remarks[0]


def test_every_kind_of_answer_is_in_the_sample(embedder, ferry_complaints, frames):
    question, _ = ferry_complaints
    table = LocalEngine(embedder).code_answers([question], frames, settings=CodingSettings())
    sample = stratified_sample(question, table, most=20)
    assert len(sample) == 20 == len(set(sample))
    first = table.unique(ROW, keep="first", maintain_order=True)
    code_of = dict(question.answers.join(first, on=ROW).select("verbatim", "code").iter_rows())
    assert {code_of[s] for s in sample} == set(code_of.values()) - {NO_ANSWER}
    assert sample == stratified_sample(question, table, most=20)


def test_without_settings_the_local_engine_works_and_nothing_is_asked(embedder):
    engine = coding_engine(None, embedder)
    assert isinstance(engine, LocalEngine)
    assert engine.report.engine == "local"


def test_without_the_client_the_local_engine_works_and_says_so(embedder, model, monkeypatch: pytest.MonkeyPatch):
    import sys

    monkeypatch.setitem(sys.modules, "openai", None)
    engine = coding_engine(settings_of(model), embedder)
    assert isinstance(engine, LocalEngine)
    assert "openai is not installed" in engine.report.remarks[0]


def test_a_question_without_answers_asks_nothing(model, embedder, asked, frames):
    assert coded(engine_of(model, embedder), asked(["tidak ada", "-", "TA"]), frames)["code"].unique().to_list() == [99]
    assert model.asked == []
