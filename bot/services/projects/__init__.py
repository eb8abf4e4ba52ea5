"""What managers and admins do: projects, who may do what in them, and who did what."""
