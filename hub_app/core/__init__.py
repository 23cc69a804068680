"""The pure heart of the hub: facts, the fold over them, and the rules that make new ones."""
