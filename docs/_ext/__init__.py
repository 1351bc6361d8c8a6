"""What the documentation needs beyond Sphinx: forges for its examples, and pages that are made of the code."""
