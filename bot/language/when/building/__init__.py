"""From clauses to a When, or a refusal of what does not fit together."""
