"""From text to tokens: what clients send made plain, words by kind, numbers, clocks and cron lines."""
