"""English at a Vietnamese desk: 23 Nov 2026 and 1,234,567.89."""
