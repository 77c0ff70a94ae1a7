"""Headings under which `--help` of commands with many options lists them, in the order in which planners ask."""

from __future__ import annotations

HEADINGS: dict[str, tuple[str, ...]] = {
    "What is simulated": (
        "--vary", "--plan", "--design", "--points", "--base", "--target", "--primary", "--targets", "--unknowns",
        "--set", "--ensemble",
    ),
    "How often, and how sure": (
        "--replications", "--budget", "--precision", "--precision-of", "--confidence", "--seed",
    ),
    "What is kept": (
        "--out", "--force", "--resume", "--measures", "--events", "--excel", "--plots", "--format",
    ),
    "What is shown": ("--values", "--all", "--table", "--quiet", "--json", "--dry-run"),
    "How it is computed": (
        "--workers", "--engine", "--check", "--cluster", "--tls-ca", "--tls-cert", "--tls-key",
    ),
    "Help": ("--lang", "--debug", "--help"),
}  # fmt: skip
"""Options by heading; the same option stands under the same heading in every command."""

OTHER = "Other"
"""Heading of options that have none."""
