"""GitLab's JSON: one function an entity, from the model to what the REST API answers. Nothing is changed here."""
