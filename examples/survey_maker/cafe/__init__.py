"""The café survey: a small English one, exported as plain CSV with the questions as headers."""
