"""Counting: banner cells and rows, one pass over the respondents, sums."""
