"""Everything the bot remembers; the only package that speaks SQL."""
