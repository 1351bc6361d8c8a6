"""What a kept answer is, and what guards the stores that keep it."""
