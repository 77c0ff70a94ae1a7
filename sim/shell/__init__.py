"""What all commands share towards a person: options, errors, progress, the terminal, tables on the screen."""
