"""Matching claims to checks, and sentences worth checking."""
