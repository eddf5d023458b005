"""What persons say is the same in waves: read from `--harmonisation`, and the sheet to say it in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mcode_pipelines.cli.survey_file import CommandError
from mcode_pipelines.delivery import DeliveredFile, write_harmonisation
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import TabulationPlan
from mcode_pipelines.survey.harmonisation import StudyDecisions
from mcode_pipelines.tabulation import Wave, harmonisation_of_waves

_MOST_TOLD = 20


def decisions_of_file(path: Path, settings: Settings, *, waves: bool) -> StudyDecisions:
    """What a harmonisation sheet or its YAML says, with what had been decided when it was written.

    Raises CommandError with every cell that cannot be used, UnreadableUpload where it is none.
    """
    from mcode_pipelines.intake import inspect, is_harmonisation, read_harmonisation_file, readable_name

    if not waves:
        raise CommandError("--harmonisation: it says what is the same in waves; name the earlier ones with --wave")
    name = readable_name(path.name)
    limits = settings.limits()
    if path.suffix.lower() not in {".yaml", ".yml"}:
        inspect(path, name, limits)
        if not is_harmonisation(path):
            raise CommandError(
                f"--harmonisation {name}: this is no harmonisation sheet; give the harmonisasi.xlsx or "
                "harmonisation.xlsx that an earlier run wrote beside its tables, as you corrected it, or its YAML"
            )
    read = read_harmonisation_file(path, name, limits=limits)
    if read.edits.refused:
        shown = "\n  ".join(read.edits.refused[:_MOST_TOLD])
        more = len(read.edits.refused) - _MOST_TOLD
        raise CommandError(f"--harmonisation {name}:\n  {shown}" + (f"\n  ... ({more} more)" if more > 0 else ""))
    return read.edits.on(read.before)


def sheet_of_waves(
    newest: Wave, earlier: Sequence[Wave], plan: TabulationPlan, decisions: StudyDecisions, output: Path
) -> list[DeliveredFile]:
    """Writes the harmonisation sheet of the waves.

    Raises CommandError where what was decided names questions, variables or codes that are not there.
    """
    study = plan.study or plan.title or newest.label
    table = harmonisation_of_waves(newest, earlier, plan.language, decisions, study=study)
    if table.unfit:
        raise CommandError("; ".join(remark.in_language(plan.language) for remark in table.unfit[:_MOST_TOLD]))
    return write_harmonisation(table, output)
