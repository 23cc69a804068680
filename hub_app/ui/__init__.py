"""The screens of a hub, and the ground they stand on."""
