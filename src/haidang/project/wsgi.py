"""The web application, as granian loads it."""

import ctypes
import os
import signal

from django.core.wsgi import get_wsgi_application

if os.environ.pop("_HAIDANG_DIE_WITH_PARENT", ""):
    # The server's process that loads this dies with the one that started it (prctl(2)).
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.project.settings")
application = get_wsgi_application()

from haidang.core.processes import spare_the_collector  # noqa: E402 -- its room is there now

spare_the_collector()
