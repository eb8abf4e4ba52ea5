"""From tokens to phrases: a time of day, a date, a set of days, a length of time."""
