"""Fuzzing of the readers: `targets` says what, `run` does it, `findings` keeps what was found."""
