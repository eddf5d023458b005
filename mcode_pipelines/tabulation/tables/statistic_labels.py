"""What the rows of statistics are called, in Indonesian and English."""

from __future__ import annotations

from typing import Literal

from mcode_pipelines.survey.plan import Statistic

Language = Literal["id", "en"]

STATISTIC_LABELS: dict[Language, dict[Statistic, str]] = {
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
