"""`mcode`, the command line: how it starts, its commands, and what they do with one survey file."""
