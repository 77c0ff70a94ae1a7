"""The tables of a scenario: frozen models, every field with its unit, rule and meaning."""
