"""A language model that makes frames and codes answers."""
