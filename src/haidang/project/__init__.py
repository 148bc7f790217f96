"""The only place that knows all rooms: settings, addresses, base pages, the command line, the demo."""
