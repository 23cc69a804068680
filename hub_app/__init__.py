"""Drop-in Hub: the app that runs a drop-in session on the tablets of one hall."""
