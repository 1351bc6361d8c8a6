"""What stands in texts: mentions and closing words, patches, git's own words."""
