"""The commands, each a short function by its subject; `cli` gathers them."""
