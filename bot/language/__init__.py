"""Between what people type and what the domain means; pure."""
