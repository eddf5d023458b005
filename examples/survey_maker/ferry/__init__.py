"""The ferry survey: its questionnaire, its phrases, and how its passengers differ."""
