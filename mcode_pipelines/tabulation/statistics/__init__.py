"""Statistics of counted tables: measures, tests between columns, chi-square, letters."""
