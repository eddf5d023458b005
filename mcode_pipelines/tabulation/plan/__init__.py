"""A written plan and a codebook become a compiled plan: every name resolved, every complaint made, with its place."""
