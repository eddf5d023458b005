"""Every word that tabulation puts into a table, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Literal

from mcode_pipelines.survey.plan import Significance, Statistic
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.respondents.weights import Weights
from mcode_pipelines.tabulation.statistics.chi_square import WholeTest
from mcode_pipelines.tabulation.statistics.letters import HIGHER, LOWER

Language = Literal["id", "en"]

_STATISTICS: dict[Language, dict[Statistic, str]] = {
    "en": {
        Statistic.TOP1: "Top box",
        Statistic.TOP2: "Top 2 box",
        Statistic.TOP3: "Top 3 box",
        Statistic.BOTTOM1: "Bottom box",
        Statistic.BOTTOM2: "Bottom 2 box",
        Statistic.BOTTOM3: "Bottom 3 box",
        Statistic.MEAN: "Mean",
        Statistic.STD_DEV: "Standard deviation",
        Statistic.STD_ERROR: "Standard error",
        Statistic.MEDIAN: "Median",
        Statistic.QUARTILE1: "Lower quartile",
        Statistic.QUARTILE3: "Upper quartile",
        Statistic.SUM: "Sum",
        Statistic.MINIMUM: "Minimum",
        Statistic.MAXIMUM: "Maximum",
        Statistic.NPS: "NPS",
        Statistic.TOP4: "Top 4 box",
        Statistic.BOTTOM4: "Bottom 4 box",
        Statistic.TOP5: "Top 5 box",
        Statistic.BOTTOM5: "Bottom 5 box",
        Statistic.P5: "5th percentile",
        Statistic.P10: "10th percentile",
        Statistic.P20: "20th percentile",
        Statistic.P40: "40th percentile",
        Statistic.P60: "60th percentile",
        Statistic.P80: "80th percentile",
        Statistic.P90: "90th percentile",
        Statistic.P95: "95th percentile",
    },
    "id": {
        Statistic.TOP1: "Top box",
        Statistic.TOP2: "Top 2 box",
        Statistic.TOP3: "Top 3 box",
        Statistic.BOTTOM1: "Bottom box",
        Statistic.BOTTOM2: "Bottom 2 box",
        Statistic.BOTTOM3: "Bottom 3 box",
        Statistic.MEAN: "Rata-rata",
        Statistic.STD_DEV: "Simpangan baku",
        Statistic.STD_ERROR: "Galat baku",
        Statistic.MEDIAN: "Median",
        Statistic.QUARTILE1: "Kuartil bawah",
        Statistic.QUARTILE3: "Kuartil atas",
        Statistic.SUM: "Jumlah",
        Statistic.MINIMUM: "Minimum",
        Statistic.MAXIMUM: "Maksimum",
        Statistic.NPS: "NPS",
        Statistic.TOP4: "Top 4 box",
        Statistic.BOTTOM4: "Bottom 4 box",
        Statistic.TOP5: "Top 5 box",
        Statistic.BOTTOM5: "Bottom 5 box",
        Statistic.P5: "Persentil ke-5",
        Statistic.P10: "Persentil ke-10",
        Statistic.P20: "Persentil ke-20",
        Statistic.P40: "Persentil ke-40",
        Statistic.P60: "Persentil ke-60",
        Statistic.P80: "Persentil ke-80",
        Statistic.P90: "Persentil ke-90",
        Statistic.P95: "Persentil ke-95",
    },
}

_PHRASES: dict[Language, dict[str, str]] = {
    "en": {
        "total": "Total",
        "base_unweighted": "Unweighted base",
        "base": "Weighted base",
        "base_effective": "Effective base",
        "book": "Tables",
        "base_all": "Base: all respondents (n = {n})",
        "base_answering": "Base: respondents who answered this question (n = {n})",
        "base_ticked": "Base: respondents who ticked at least one answer (n = {n})",
        "base_ticked_filtered": "Base: respondents within the filter who ticked at least one answer (n = {n})",
        "base_any": "Base: respondents who answered at least one of these questions (n = {n})",
        "base_asked": "Base: respondents who were asked this question (n = {n})",
        "base_answering_filtered": "Base: respondents within the filter who answered this question (n = {n})",
        "base_any_filtered": "Base: respondents within the filter who answered at least one of these (n = {n})",
        "base_asked_filtered": "Base: respondents within the filter who were asked this question (n = {n})",
        "base_all_filtered": "Base: all respondents within the filter (n = {n})",
        "no_answer": "No answer",
        "this_wave": "This wave",
        "promoters": "Promoters (9-10)",
        "passives": "Passives (7-8)",
        "detractors": "Detractors (0-6)",
        "outside_bands": "{n} respondents whose number is in no band are left out.",
        "auto_bands": "Bands were made from the answers; bands in the plan set others.",
        "folded": "Smaller mentions ({n})",
        "folded_note": "{n} smaller categories are shown together; most_rows or fold_below in the plan sets how many.",
        "rank_first": "Ranked first: {thing}",
        "rank_top": "Top {n}: {thing}",
        "rank_mean": "Mean rank: {thing}",
        "rank_note": "Rank 1 is the best: a smaller mean rank is better. Means are of those who ranked the item.",
        "rank_left_out": "{n} answers are no rank, or rank an item twice, and are left out.",
        "share_of_sum": "Share: {thing}",
        "mean_of_sum": "Mean: {thing}",
        "sum_of_all": "Mean of the sum",
        "off_keep": "Figures of {n} respondents do not add to {total}; they are counted as given.",
        "off_leave_out": "{n} respondents are left out: their figures do not add to {total}.",
        "off_rescale": "Figures of {n} respondents do not add to {total} and were scaled to it.",
        "asked_by_form": "Asked, by the form: {condition}.",
        "asked_by_cells": "The form does not say who was asked: asked are those whose answer is not empty.",
        "responses": "Answers given",
        "of_responses": "Percentages are of all answers given ({n}), not of respondents; they are not tested.",
        "filter": "Filter: {text}",
        "weight": "Weighted by {name}",
        "weight_rim": "RIM weighted to targets of {name}",
        "without_weight": "Not weighted",
        "unweighted": "Not weighted.",
        "weighted_note": "Weighted by {name}; weighting efficiency {efficiency}%.",
        "rim_note": "RIM weights to the plan's targets of {name}; weighting efficiency {efficiency}%.",
        "dropped": "{n} respondents are not counted: their weight is missing, zero or negative.",
        "dropped_rim": "{n} respondents are not counted: they did not answer a question that the weights are made of, "
        "or their target is 0.",
        "rim_rounds": "RIM weights stood still after {rounds} rounds; they go from {low} to {high}.",
        "rim_capped": "RIM weights are capped {cap}; {n} respondents stand at a cap.",
        "cap_both": "from {low} to {high}",
        "cap_high": "at {high}",
        "cap_low": "from below at {low}",
        "rim_scaled": "The targets of {name} add to {total} and were scaled to 100%.",
        "rim_apart": "RIM weights meet the targets in each category of {name} by itself.",
        "lost_columns": "Not shown as columns: {reason}",
        "own_columns": "Columns of this question itself are not tested.",
        "multi": "Several answers were possible: percentages can add to more than 100.",
        "no_answers": "Nobody in the base answered this question.",
        "left_out_codes": "{n} answers are none of the question's choices and are left out.",
        "left_out_numbers": "{n} answers are not numbers and are left out.",
        "without_factor": "Mean and other scores are without: {labels}.",
        "nested_nets": "A net counts a respondent once.",
        "letters": "Letters name the columns that a figure is significantly higher than: {levels}.",
        "letters_capital": "capital letters at {level}%",
        "letters_small": "small letters at {level}%",
        "arrows": "{up} significantly higher and {down} significantly lower than {against}: {levels}.",
        "arrows_first": "{signs} at {level}%",
        "against_total": "the total",
        "against_rest": "everyone else",
        "against_previous": "the column of the wave before (other columns are not tested)",
        "within_question": "Columns of one banner question are compared with each other.",
        "one_and_two": "1 was read as ticked and 2 as not ticked.",
        "uneven_overlap": "Weights differ between columns, so that the published overlap term of dimensions_t is only "
        "near (effective_base_t has the exact one).",
        "weights_as_people": "{test} takes sums of weights for numbers of respondents: with these weights (sum {sum}, "
        "effective base {effective}) it finds more differences than there are; {instead}.",
        "pooled_z_test": "The pooled z test",
        "chi_square_test": "The weighted chi-square",
        "use_effective": "effective_base_t does not",
        "use_rao_scott": "rao_scott does not",
        "pairs_listed": "The list of tests holds only significant pairs: the banner has {pairs} pairs of columns.",
        "panel_too_wide": "The banner has {pairs} pairs of columns: of more than {most} tests do not take into account "
        "that the same people answer again.",
        "letters_restart": "Letters begin with A in every banner question.",
        "groups": "Columns are compared within the groups {groups}.",
        "method_effective_base_t": "Two-sided t tests on effective bases.",
        "method_dimensions_t": "Two-sided t tests on effective bases, with the overlap term of SPSS Dimensions.",
        "method_pooled_z": "Two-sided z tests with pooled proportions; t tests for means.",
        "method_unpooled_t": "Two-sided t tests with separate variances on effective bases.",
        "correction_bonferroni": "p-values are corrected by Bonferroni within a row.",
        "correction_holm": "p-values are corrected by Holm within a row.",
        "correction_benjamini_hochberg": "p-values are corrected by Benjamini-Hochberg within a row.",
        "small_base_tested": "** base below {low}, not tested; * base below {high}, read with care.",
        "hidden": "Figures of columns with fewer than {n} respondents are not shown.",
        "chi_square_unweighted": "Chi-square (unweighted)",
        "chi_square_weighted": "Chi-square (weighted frequencies)",
        "chi_square_rao_scott": "Chi-square (Rao-Scott)",
        "too_sparse": "not computed, too many cells of the table are empty",
        "defined": "Defined in the plan: {text}.",
        "in_quantiles": "{name}, cut into {parts} parts of equal size (as equal as ties allow)",
        "not_coded": "No table for open-ended questions that have not been coded: {names}.",
    },
    "id": {
        "total": "Total",
        "base_unweighted": "Basis tanpa bobot",
        "base": "Basis berbobot",
        "base_effective": "Basis efektif",
        "book": "Tabel",
        "base_all": "Basis: semua responden (n = {n})",
        "base_answering": "Basis: responden yang menjawab pertanyaan ini (n = {n})",
        "base_ticked": "Basis: responden yang memilih sedikitnya satu jawaban (n = {n})",
        "base_ticked_filtered": "Basis: responden dalam filter yang memilih sedikitnya satu jawaban (n = {n})",
        "base_any": "Basis: responden yang menjawab sedikitnya satu dari pertanyaan ini (n = {n})",
        "base_asked": "Basis: responden yang ditanya pertanyaan ini (n = {n})",
        "base_answering_filtered": "Basis: responden dalam filter yang menjawab pertanyaan ini (n = {n})",
        "base_any_filtered": "Basis: responden dalam filter yang menjawab sedikitnya satu pertanyaan ini (n = {n})",
        "base_asked_filtered": "Basis: responden dalam filter yang ditanya pertanyaan ini (n = {n})",
        "base_all_filtered": "Basis: semua responden dalam filter (n = {n})",
        "no_answer": "Tidak ada jawaban",
        "this_wave": "Gelombang ini",
        "promoters": "Promotor (9-10)",
        "passives": "Pasif (7-8)",
        "detractors": "Detraktor (0-6)",
        "outside_bands": "{n} responden dengan angka di luar semua kelas tidak dihitung.",
        "auto_bands": "Kelas dibuat dari jawaban; bands dalam rencana menentukan kelas lain.",
        "folded": "Sebutan lebih kecil ({n})",
        "folded_note": "{n} kategori yang lebih kecil ditampilkan bersama; most_rows atau fold_below dalam rencana "
        "menentukan berapa.",
        "rank_first": "Peringkat pertama: {thing}",
        "rank_top": "{n} teratas: {thing}",
        "rank_mean": "Rata-rata peringkat: {thing}",
        "rank_note": "Peringkat 1 adalah yang terbaik: rata-rata yang lebih kecil lebih baik. "
        "Rata-rata dihitung dari yang memberi peringkat.",
        "rank_left_out": "{n} jawaban bukan peringkat, atau memberi peringkat dua kali, dan tidak dihitung.",
        "share_of_sum": "Bagian: {thing}",
        "mean_of_sum": "Rata-rata: {thing}",
        "sum_of_all": "Rata-rata jumlah",
        "off_keep": "Angka dari {n} responden tidak berjumlah {total}; dihitung apa adanya.",
        "off_leave_out": "{n} responden tidak dihitung: angkanya tidak berjumlah {total}.",
        "off_rescale": "Angka dari {n} responden tidak berjumlah {total} dan disesuaikan.",
        "asked_by_form": "Ditanya, menurut formulir: {condition}.",
        "asked_by_cells": "Formulir tidak menyebut siapa yang ditanya: yang ditanya adalah yang isiannya tidak kosong.",
        "responses": "Jumlah jawaban",
        "of_responses": "Persentase dihitung dari semua jawaban ({n}), bukan dari responden; tidak diuji.",
        "filter": "Filter: {text}",
        "weight": "Dibobot dengan {name}",
        "weight_rim": "Dibobot RIM menurut target {name}",
        "without_weight": "Tanpa bobot",
        "unweighted": "Tanpa bobot.",
        "weighted_note": "Dibobot dengan {name}; efisiensi bobot {efficiency}%.",
        "rim_note": "Bobot RIM menurut target {name} dalam rencana; efisiensi bobot {efficiency}%.",
        "dropped": "{n} responden tidak dihitung: bobotnya kosong, nol, atau negatif.",
        "dropped_rim": "{n} responden tidak dihitung: tidak menjawab pertanyaan yang menjadi dasar bobot, "
        "atau targetnya 0.",
        "rim_rounds": "Bobot RIM stabil setelah {rounds} putaran; nilainya dari {low} sampai {high}.",
        "rim_capped": "Bobot RIM dibatasi {cap}; {n} responden berada pada batas.",
        "cap_both": "dari {low} sampai {high}",
        "cap_high": "paling tinggi {high}",
        "cap_low": "paling rendah {low}",
        "rim_scaled": "Target {name} berjumlah {total} dan disesuaikan menjadi 100%.",
        "rim_apart": "Bobot RIM memenuhi target di setiap kategori {name} secara terpisah.",
        "lost_columns": "Tidak ditampilkan sebagai kolom: {reason}",
        "own_columns": "Kolom dari pertanyaan ini sendiri tidak diuji.",
        "multi": "Jawaban boleh lebih dari satu: jumlah persentase dapat melebihi 100.",
        "no_answers": "Tidak ada responden dalam basis yang menjawab pertanyaan ini.",
        "left_out_codes": "{n} jawaban tidak termasuk pilihan pertanyaan dan tidak dihitung.",
        "left_out_numbers": "{n} jawaban bukan angka dan tidak dihitung.",
        "without_factor": "Rata-rata dan skor lain tanpa: {labels}.",
        "nested_nets": "Net menghitung setiap responden satu kali.",
        "letters": "Huruf menunjukkan kolom yang nilainya lebih rendah secara signifikan: {levels}.",
        "letters_capital": "huruf besar pada {level}%",
        "letters_small": "huruf kecil pada {level}%",
        "arrows": "{up} lebih tinggi dan {down} lebih rendah secara signifikan daripada {against}: {levels}.",
        "arrows_first": "{signs} pada {level}%",
        "against_total": "total",
        "against_rest": "responden lainnya",
        "against_previous": "kolom gelombang sebelumnya (kolom lain tidak diuji)",
        "within_question": "Kolom dibandingkan dengan kolom lain dari pertanyaan yang sama.",
        "one_and_two": "1 dibaca sebagai dipilih dan 2 sebagai tidak dipilih.",
        "uneven_overlap": "Bobot berbeda antarkolom, jadi suku tumpang tindih dimensions_t yang diterbitkan hanya "
        "mendekati (effective_base_t memakai yang tepat).",
        "weights_as_people": "{test} memperlakukan jumlah bobot sebagai jumlah responden: dengan bobot ini (jumlah "
        "{sum}, basis efektif {effective}) perbedaan yang ditemukan lebih banyak daripada yang ada; {instead}.",
        "pooled_z_test": "Uji z gabungan",
        "chi_square_test": "Khi-kuadrat berbobot",
        "use_effective": "effective_base_t tidak demikian",
        "use_rao_scott": "rao_scott tidak demikian",
        "pairs_listed": "Daftar uji hanya memuat pasangan yang signifikan: ada {pairs} pasangan kolom.",
        "panel_too_wide": "Ada {pairs} pasangan kolom: di atas {most} pasangan, uji tidak memperhitungkan orang yang "
        "menjawab lagi.",
        "letters_restart": "Huruf dimulai lagi dari A di setiap pertanyaan kolom.",
        "groups": "Kolom dibandingkan di dalam kelompok {groups}.",
        "method_effective_base_t": "Uji t dua sisi dengan basis efektif.",
        "method_dimensions_t": "Uji t dua sisi dengan basis efektif, dengan suku tumpang tindih SPSS Dimensions.",
        "method_pooled_z": "Uji z dua sisi dengan proporsi gabungan; uji t untuk rata-rata.",
        "method_unpooled_t": "Uji t dua sisi dengan varians terpisah dan basis efektif.",
        "correction_bonferroni": "Nilai p dikoreksi menurut Bonferroni dalam setiap baris.",
        "correction_holm": "Nilai p dikoreksi menurut Holm dalam setiap baris.",
        "correction_benjamini_hochberg": "Nilai p dikoreksi menurut Benjamini-Hochberg dalam setiap baris.",
        "small_base_tested": "** basis di bawah {low}, tidak diuji; * basis di bawah {high}, baca dengan hati-hati.",
        "hidden": "Angka pada kolom dengan kurang dari {n} responden tidak ditampilkan.",
        "chi_square_unweighted": "Khi-kuadrat (tanpa bobot)",
        "chi_square_weighted": "Khi-kuadrat (frekuensi berbobot)",
        "chi_square_rao_scott": "Khi-kuadrat (Rao-Scott)",
        "too_sparse": "tidak dihitung, terlalu banyak sel tabel yang kosong",
        "defined": "Didefinisikan dalam rencana: {text}.",
        "in_quantiles": "{name}, dibagi menjadi {parts} bagian sama besar (sejauh nilai yang sama memungkinkan)",
        "not_coded": "Tidak ada tabel untuk pertanyaan terbuka yang belum dikode: {names}.",
    },
}


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, phrase: str, **values: object) -> str:
        """A phrase with its values; numbers are grouped the language's way."""
        return _PHRASES[self.language][phrase].format(
            **{k: self.number(v) if isinstance(v, int | float) else v for k, v in values.items()}
        )

    @property
    def statistics(self) -> Mapping[Statistic, str]:
        """The row labels of all statistics."""
        return _STATISTICS[self.language]

    def statistic(self, statistic: Statistic) -> str:
        """The row label of a statistic."""
        return _STATISTICS[self.language][statistic]

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
        if weights.dropped:
            notes.append(self("dropped_rim" if weights.rim else "dropped", n=weights.dropped))
        if weights.rim:
            given = weights.values[counted]
            low, high = self.number(float(given.min()), 2), self.number(float(given.max()), 2)
            notes.append(self("rim_rounds", rounds=weights.rounds, low=low, high=high))
            notes.extend(self._raking(weights))
        return notes

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
        levels = [self.number(round(level * 100, 1)) for level in significance.levels]
        compare = significance.compare
        if levels and tested:
            if significance.by_arrows:
                said = ", ".join(
                    self("arrows_first", signs=f"{HIGHER[i]}{LOWER[i]}", level=level) for i, level in enumerate(levels)
                )
                against = self(f"against_{compare}") if isinstance(compare, str) else str(significance.reference)
                up, down = ("".join(HIGHER[: len(levels)]), "".join(LOWER[: len(levels)]))
                notes.append(self("arrows", up=up, down=down, against=against, levels=said))
            else:
                kinds = ("letters_capital", "letters_small")
                said = ", ".join(self(kind, level=level) for kind, level in zip(kinds, levels, strict=False))
                notes.append(self("letters", levels=said))
                if significance.groups:
                    notes.append(self("groups", groups=", ".join(significance.groups)))
                else:
                    notes.append(self("within_question"))
                if significance.letters == "restart":
                    notes.append(self("letters_restart"))
            notes.append(self(f"method_{significance.method}"))
            if significance.correction != "none":
                notes.append(self(f"correction_{significance.correction}"))
        low, high = significance.small_base
        if high > 0 and tested:
            notes.append(self("small_base_tested", low=low, high=high))
        if significance.hide_below > 0:
            notes.append(self("hidden", n=significance.hide_below))
        return notes
