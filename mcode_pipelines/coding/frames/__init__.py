"""Themes to codes: labels, definitions, nets, proposals for new codes, frame files."""
