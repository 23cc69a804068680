"""From a session to the frozen rows of each screen; pure, and without a word of any language."""
