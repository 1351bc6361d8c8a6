"""What is the same on every forge: written once, above the providers."""
