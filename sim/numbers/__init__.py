"""Statistics, comparison, verdicts, theory: numbers in, numbers out."""
