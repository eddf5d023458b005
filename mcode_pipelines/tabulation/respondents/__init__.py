"""Respondents: answers as small integers, who meets a condition, bases, weights, and waves."""
