"""Why a run failed, in sentences for the person whose upload it is of."""

from __future__ import annotations

import dagster as dg


def failure_sentences(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """A sentence for each stage of a run that failed: its own, or which check stopped it.

    An error that nobody foresaw has none.
    """
    kinds = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.ASSET_CHECK_EVALUATION}
    sentences = []
    for record in instance.get_records_for_run(run_id, of_type=kinds).records:
        event = record.event_log_entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            data = event.step_failure_data.user_failure_data
            sentences += [str(data.description)] if data and data.description else []
            continue
        check = event.asset_check_evaluation_data
        if check.blocking and not check.passed:
            found = ", ".join(f"{name} {value.value}" for name, value in sorted(check.metadata.items()))
            sentences.append(
                f"{check.asset_key.to_user_string()}: it did not pass its check {check.check_name} ({found}), so "
                "nothing after it was made; show this to an engineer"
            )
    return sentences
