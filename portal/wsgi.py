"""The WSGI application that gunicorn serves."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# Large, and used by many pages: loaded before the workers are forked, they are there only once.
for name in ("numpy", "pypinyin"):
    import_module(name)

# What is there by now stays: looked through for garbage, it would be copied into every worker.
gc.collect()
gc.freeze()
