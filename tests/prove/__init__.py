"""Long campaigns: `./haidang prove NAME [--rounds N]`. The suite runs a small sample of each."""
