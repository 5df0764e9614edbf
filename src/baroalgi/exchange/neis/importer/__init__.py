"""Reading what NEIS, or a server like it, tells: answers and files in, rows of ours out (ADR 0016).

`reading` opens files, `server` asks a server, `values` reads one value, `typed` one row; `running` puts the
rows in.
"""

from baroalgi.exchange.neis.importer.reading import NotNeis, NotRead
from baroalgi.exchange.neis.importer.running import Import, Report, Told, Wanted
from baroalgi.exchange.neis.importer.server import NEIS, Server

__all__ = ["NEIS", "Import", "NotNeis", "NotRead", "Report", "Server", "Told", "Wanted"]
