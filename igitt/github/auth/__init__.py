"""GitHub's own credentials: Apps, their JSON web tokens, installations, manifests, OAuth."""
