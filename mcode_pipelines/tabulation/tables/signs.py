"""What letters and flags mean, said under the tables where they stand or can stand."""

from __future__ import annotations

from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.statistics.comparisons import Comparisons
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, own_columns
from mcode_pipelines.tabulation.tables.wording import Words


def explained_signs(
    table: CountedTable, banner: Banner, plan: Significance, pairs: Comparisons, words: Words
) -> tuple[str, ...]:
    """Sentences on the letters that a table can have, and on the flags that its columns do have."""
    bases = [block.n for block in table.blocks().base] if table.rows else []
    bases += [score.people.n for score in table.scores]
    smallest = min((float(n[banner.shown].min()) for n in (table.counts.base.n, *bases)), default=0.0)
    tested = _is_tested(table, banner, plan, pairs)
    notes = words.letters(plan) if tested else []
    if smallest < plan.small_base[1]:
        notes.append(words.small_bases(plan, tested=len(pairs.first) > 0))
    if smallest < plan.hide_below:
        notes.append(words("hidden", n=plan.hide_below))
    return tuple(notes)


def _is_tested(table: CountedTable, banner: Banner, plan: Significance, pairs: Comparisons) -> bool:
    """Whether any row of a table is tested between any two columns."""
    if not plan.levels or not len(pairs.first):
        return False
    bases = [block.n for block in table.blocks().base] if table.rows and table.responses is None else []
    bases += [score.people.n for score in table.scores if score.moments is not None]
    own = own_columns(table.head, banner)
    for n in bases:
        large = (n > 0) & (n >= max(plan.small_base[0], plan.hide_below)) & ~own
        if (large[pairs.first] & large[pairs.second]).any():
            return True
    return False
