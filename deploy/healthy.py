"""Exit code 0 if this container's web server is healthy; asks by the site's own name, which Django insists on."""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0]
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
try:
    sys.exit(0 if urllib.request.urlopen(request, timeout=4).status == 200 else 1)
except OSError as error:
    sys.exit(str(error))
