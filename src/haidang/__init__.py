"""Hải Đăng: a self-hosted information desk. Start with docs/start-here.md."""

__version__ = "0.1.0"
