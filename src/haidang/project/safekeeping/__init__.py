"""Keeping a desk safe: copies of it, going back to one, taking it away, moving it, bringing it up.

Everything goes through one container, the bundle (`bundle.py`, docs/operate/bundle.md): a backup is a bundle
with all that the desk is; an export is one in open formats without secrets; moving between databases is
a bundle of tables that lives for a moment. What goes back is first made whole beside the desk, then
takes its place in one step.
"""
