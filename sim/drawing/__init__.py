"""What all pictures stand on: page, style and text. Knows Axes, no command."""
