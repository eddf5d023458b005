"""Tables: what is counted becomes tables with headings, notes and tidy cells."""
