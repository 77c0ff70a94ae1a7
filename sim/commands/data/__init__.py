"""Planners' own data: lists become a scenario's files, real days are replayed, tomorrow is forecast and scored."""
