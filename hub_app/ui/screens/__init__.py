"""The screens: each all that one role sees at a time."""
