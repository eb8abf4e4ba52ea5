"""What people do with schedules: from a draft to taking one over."""
