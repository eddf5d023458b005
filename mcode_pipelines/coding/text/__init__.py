"""What words say: verbatims, non-answers, segments, spelling, synonyms, subjects, praise and complaint."""
