"""Scenarios on disk: TOML, CSV, `extends`, `--set`, and back."""
