"""The stages of one upload, a module a stage, in the order the data flows."""
