"""From phrases to clauses: each says one thing, such as at which times or until when."""
