"""Papers about a scenario: a folder to start from, its checklist, the reference of keys, the measures, event logs."""
