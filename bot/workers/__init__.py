"""Use cases asked for by the clock; transactions begin and end here too."""
