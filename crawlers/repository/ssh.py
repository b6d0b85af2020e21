"""Repositories reached by ssh: their addresses in one form, and a command that asks nothing and goes nowhere else."""

import os
import re
import shlex

# Letters of hosts, users and paths that can't be read as an option, a command or a second address.
_ADDRESS = re.compile(r"ssh://(?:\w[\w.-]*@)?\w[\w.-]*(?::\d{1,5})?/[\w~][^\s\\:;|&$`'\"<>]*")
_SCP_LIKE = re.compile(r"(\w[\w.-]*@\w[\w.-]*):/?([\w~][^\s\\:]*)")
KEY, HOSTS = "COMMONPLACE_SSH_KEY", "COMMONPLACE_SSH_KNOWN_HOSTS"
"""Variables that name the file of a private key, and of the hosts' keys. Without them ssh takes what the agent
(SSH_AUTH_SOCK) or the account's own ~/.ssh holds."""
# Seconds until a server must answer; as a fetch over http.
_PATIENCE = 60
_OPTIONS = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "yes",
    "UpdateHostKeys": "no",
    "ConnectTimeout": str(_PATIENCE),
    "ServerAliveInterval": "15",
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "PermitLocalCommand": "no",
    "ControlMaster": "no",
    "ControlPath": "none",
    "ProxyCommand": "none",
}


def ssh_address(text: str) -> str:
    """An ssh address in the form ssh://user@host/path, also for git@host:path; empty where it is none of both."""
    short = _SCP_LIKE.fullmatch(text)
    whole = (f"ssh://{short[1]}/{short[2]}" if short else text).rstrip("/")
    return whole if _ADDRESS.fullmatch(whole) else ""


def ssh_command(host: str, port: int, place: str) -> str:
    """What git runs to reach a host at the address that was checked. The account's configuration is not read: it could
    name a proxy or a command. A host whose key is not known is refused."""
    options = {
        **_OPTIONS,
        "HostName": place,
        "HostKeyAlias": host if port == 22 else f"[{host}]:{port}",
        **({"IdentityFile": f'"{os.environ[KEY]}"', "IdentitiesOnly": "yes"} if os.environ.get(KEY) else {}),
        **({"UserKnownHostsFile": f'"{os.environ[HOSTS]}"'} if os.environ.get(HOSTS) else {}),
    }
    given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    return shlex.join(["ssh", "-F", os.devnull, "-T", *given])
