"""The services of the demonstration, on this machine: APEJ's, and UFAE's server of forms. Everybody in them is invented.

    python docs/partners.py jeunes.json stages.json projets.json > adresses.txt

The first line written is the address of APEJ's service, the second that of UFAE's. APEJ accepts whom it is sent.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cigem_ufae import orientation

from cigem_core.testing.apej import ApejServer
from cigem_core.testing.mishaps import Mishap, one_in
from cigem_core.testing.openrosa import OpenRosaServer

MISHAPS = (Mishap.ERROR, Mishap.CUT, Mishap.BUSY, Mishap.REPEATED, Mishap.LOST, Mishap.REORDERED)


def main(samples: list[str]) -> None:
    """Serve until interrupted."""
    records = {Path(sample).stem: json.loads(Path(sample).read_bytes()) for sample in samples}
    # One request in five goes wrong, each time in another way: whoever asks notices nothing but the time it takes.
    with ApejServer(records, faults=one_in(5, MISHAPS)) as apej, OpenRosaServer(orientation()) as ufae:
        sys.stdout.write(f"{apej.url}\n{ufae.url}\n")
        sys.stdout.flush()
        while True:
            time.sleep(0.1)
            for referral in list(apej.referrals.values()):
                if referral["statut"] == "recue":
                    apej.decide(referral["numero"], "acceptee", date="2009-10-12")


if __name__ == "__main__":
    main(sys.argv[1:])
