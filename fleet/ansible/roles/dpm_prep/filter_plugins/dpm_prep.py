"""Judges what a host handed over before the control machine uses a name from it."""

import json
import re

from ansible.errors import AnsibleFilterError

# As dpm-prep's own schema of the file (src/dpm/handover.ts); test/fleet/role.test.ts holds the two against each other.
KIND = "dpm-prep handover"
LIMIT = 1024 * 1024
BIN_NAME = re.compile(r'^[^\\/:*?"<>|\x00-\x1f\x7f-\x9f.\s][^\\/:*?"<>|\x00-\x1f\x7f-\x9f]{0,250}\.bin$', re.IGNORECASE)
DEVICE = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$", re.IGNORECASE)


def credential_name(document, side):
    """Name of one computer's credential file, or None: a plain file name that leads nowhere else."""
    credential = document.get(side)
    if credential is None:
        return None
    name = credential.get("name") if isinstance(credential, dict) else None
    if not isinstance(name, str) or not BIN_NAME.fullmatch(name) or DEVICE.fullmatch(name):
        raise ValueError(side + ".name is not the name of a .bin file")
    return name


def dpm_prep_handed(path, ps_name):
    """Names of the credential files that a fetched handover file of this computer announces."""
    try:
        with open(path, "rb") as file:
            content = file.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise ValueError("it is larger than %d bytes" % LIMIT)
        document = json.loads(content.decode("utf-8"))
        if not isinstance(document, dict) or document.get("kind") != KIND:
            raise ValueError("it is not a handover file of dpm-prep")
        if document.get("psName") != ps_name:
            raise ValueError("it is not about %s" % ps_name)
        return {side: credential_name(document, side + "Credential") for side in ("dpmServer", "protectedComputer")}
    except (OSError, ValueError, RecursionError) as error:
        raise AnsibleFilterError("The handover file of %s was refused: %s." % (ps_name, error)) from None


class FilterModule:
    """Filters of the role."""

    def filters(self):
        return {"dpm_prep_handed": dpm_prep_handed}
