"""Run by test_hostile in a process of its own with little memory: reads each file named and says how it went."""

import json
import resource
import sys
import time
from pathlib import Path

from django.conf import settings

ROOM = 300 * 1024 * 1024  # bytes

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    settings.configure(USE_I18N=False, TABLE_MAX_ROWS=50_000, TABLE_MAX_COLUMNS=200)
    from portal.files.contents import Refused
    from portal.files.tables import open_table

    for path in map(Path, sys.argv[1:]):
        said, rows, began = "", 0, time.process_time()
        try:
            with path.open("rb") as file:
                rows = sum(1 for _row in open_table(file, path.name).rows)
        except Refused as refusal:
            said = str(refusal)
        except BaseException as error:
            said = repr(error)
        spent = time.process_time() - began
        sys.stdout.write(json.dumps({"name": path.stem, "said": said, "rows": rows, "seconds": spent}) + "\n")
