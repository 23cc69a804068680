"""The rules: from a session and a wish to the facts that follow, or to what is in the way."""
