"""What must hold, inside a transaction that somebody else has opened: for services and workers alike."""
