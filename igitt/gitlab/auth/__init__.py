"""GitLab's own credentials: OAuth."""
