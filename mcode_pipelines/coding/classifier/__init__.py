"""Codes to answers: by rule, by similarity, by coded examples; calibration; coding again."""
