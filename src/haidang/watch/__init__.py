"""WATCH: follow what publications print, fold reprints, group articles into stories, search."""
