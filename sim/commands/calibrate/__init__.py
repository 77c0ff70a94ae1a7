"""What the reported figures say about values that nobody reported: targets, unknowns, rounds of histories, answers."""
