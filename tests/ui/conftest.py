"""Gets Flet ready for tests of the screens."""

from pathlib import Path

import flet as ft

ROOT = Path(__file__).parents[2]

# Flet loads its modules late, and ships a pytest plug-in that makes pytest rewrite each of them:
# deep in a test that overruns the parser. So all are loaded here, where the stack is shallow.
for _name in dir(ft):
    getattr(ft, _name)
