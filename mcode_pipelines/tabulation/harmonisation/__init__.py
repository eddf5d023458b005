"""Harmonisation: which questions and which choices of a study's waves are the same."""
