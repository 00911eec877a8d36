"""Exit code 0 if this container's web server is healthy, as its own health check asks."""

import sys
import urllib.request

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy finds this container
try:
    sys.exit(0 if direct.open("http://127.0.0.1:8000/healthz?of=web", timeout=4).status == 200 else 1)
except OSError as error:
    sys.exit(str(error))
