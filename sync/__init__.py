"""What may leave a hub, how it travels, and the centre that counts it."""
