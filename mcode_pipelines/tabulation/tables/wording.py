"""Every word that tabulation puts into a table, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from mcode_pipelines.survey.plan import Significance, Statistic
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.respondents.weights import Weights
from mcode_pipelines.tabulation.statistics.chi_square import WholeTest
from mcode_pipelines.tabulation.statistics.letters import HIGHER, LOWER
from mcode_pipelines.tabulation.tables.phrases import PHRASES, STATISTICS, Language


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, phrase: str, **values: object) -> str:
        """A phrase with its values; numbers are grouped the language's way."""
        return PHRASES[self.language][phrase].format(
            **{k: self.number(v) if isinstance(v, int | float) else v for k, v in values.items()}
        )

    @property
    def statistics(self) -> Mapping[Statistic, str]:
        """The row labels of all statistics."""
        return STATISTICS[self.language]

    def statistic(self, statistic: Statistic) -> str:
        """The row label of a statistic."""
        return STATISTICS[self.language][statistic]

    def number(self, value: float, decimals: int = 1) -> str:
        """`1,300` or `84.5` in English, `1.300` or `84,5` in Indonesian; zeros at the end are left out."""
        text = f"{value:,.{decimals}f}".rstrip("0").removesuffix(".")
        return text.translate(str.maketrans(",.", ".,")) if self.language == "id" else text

    def association(self, test: WholeTest) -> str:
        """One sentence for a table's note."""
        found = test.found
        if isnan(found.statistic):
            return f"{test.label} - {test.heading}: {self('too_sparse')}"
        df = f"{found.df:g}" if found.df_below is None else f"{found.df:.2f}; {found.df_below:,.2f}"
        sign = "X2" if found.df_below is None else "F"
        p = "< 0.001" if found.p_value < 0.001 else f"= {found.p_value:.3f}"
        numbers = f"{sign} = {found.statistic:.2f} (df {df}), p {p}, Cramer's V = {found.cramers_v:.2f}"
        if self.language == "id":
            numbers = (
                numbers.translate(str.maketrans(",.", ".,")).replace("). p", "), p").replace(". Cramer", ", Cramer")
            )
        return f"{test.label} - {test.heading}: {numbers}"

    def weighting(self, weights: Weights, counted: BoolArray) -> list[str]:
        """Sentences on how respondents are weighted, how efficiently, and who is not counted."""
        if weights.values is None:
            return [self("unweighted")]
        efficiency = round(weights.efficiency(counted), 1)
        notes = [self("rim_note" if weights.rim else "weighted_note", name=weights.name, efficiency=efficiency)]
        notes.extend(self._rescaling(weights))
        if weights.dropped:
            notes.append(self("dropped_rim" if weights.rim else "dropped", n=weights.dropped))
        if weights.rim:
            given = weights.values[counted]
            low, high = self.number(float(given.min()), 2), self.number(float(given.max()), 2)
            notes.append(self("rim_rounds", rounds=weights.rounds, low=low, high=high))
            notes.extend(self._raking(weights))
        return notes

    def weighted_by(self, weights: Weights) -> str:
        """How a table is weighted, as its heading says."""
        way = "weight_rim" if weights.rim else "weight"
        if weights.rescaled is not None:
            way = "weight_mean_1" if weights.total is None else "weight_total"
        return self(way, name=weights.name, total=weights.total)

    def _rescaling(self, weights: Weights) -> list[str]:
        if weights.rescaled is None:
            return []
        mean = self.number(weights.rescaled, 1 if weights.rescaled >= 10 else 4)
        told = self("rescaled_mean_1" if weights.total is None else "rescaled_total", mean=mean, total=weights.total)
        return [told, *([self("rescaled_apart", name=weights.apart)] if weights.apart else [])]

    def _raking(self, weights: Weights) -> list[str]:
        notes = []
        low, high = (None if limit is None else self.number(limit, 2) for limit in weights.cap)
        if low is not None or high is not None:
            kind = "cap_both" if low is not None and high is not None else "cap_low" if high is None else "cap_high"
            notes.append(self("rim_capped", cap=self(kind, low=low, high=high), n=weights.trimmed))
        if weights.apart:
            notes.append(self("rim_apart", name=weights.apart))
        notes.extend(self("rim_scaled", name=name, total=self.number(total, 3)) for name, total in weights.scaled)
        return notes

    def significance(self, significance: Significance, *, tested: bool = True) -> list[str]:
        """Sentences on what letters, arrows and flags mean and how was tested, where columns are `tested`."""
        notes: list[str] = []
        if significance.levels and tested:
            notes += self.letters(significance)
            if significance.groups:
                notes.insert(1, self("groups", groups=", ".join(significance.groups)))
            elif not significance.by_arrows:
                notes.insert(1, self("within_question"))
            notes.append(self(f"method_{significance.method}"))
            if significance.correction != "none":
                notes.append(self(f"correction_{significance.correction}"))
        if significance.small_base[1] > 0 and tested:
            notes.append(self.small_bases(significance))
        if significance.hide_below > 0:
            notes.append(self("hidden", n=significance.hide_below))
        return notes

    def letters(self, significance: Significance) -> list[str]:
        """Sentences on what letters or arrows mean."""
        levels = [self.number(round(level * 100, 1)) for level in significance.levels]
        compare = significance.compare
        if significance.by_arrows:
            said = ", ".join(
                self("arrows_first", signs=f"{HIGHER[i]}{LOWER[i]}", level=level) for i, level in enumerate(levels)
            )
            up, down = ("".join(HIGHER[: len(levels)]), "".join(LOWER[: len(levels)]))
            against = self(f"against_{compare}") if isinstance(compare, str) else str(significance.reference)
            return [self("arrows", up=up, down=down, against=against, levels=said)]
        kinds = ("letters_capital", "letters_small")
        said = ", ".join(self(kind, level=level) for kind, level in zip(kinds, levels, strict=False))
        notes = [self("letters", levels=said)]
        if significance.letters == "restart":
            notes.append(self("letters_restart"))
        return notes

    def small_bases(self, significance: Significance, *, tested: bool = True) -> str:
        """What the flags of small bases mean."""
        low, high = significance.small_base
        return self("small_base_tested" if tested else "small_base", low=low, high=high)
