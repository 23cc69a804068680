"""The centre: it takes batches from many hubs, counts each once, and shows the counts."""
