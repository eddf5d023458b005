"""Survey uploads in, coded open answers and tab books out."""

__version__ = "0.1.0"
