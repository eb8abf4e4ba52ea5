"""Which date and which zone is meant, seen from the moment the text was typed."""
