"""Texts behind "other, specify" merged with the printed choices of their question."""
