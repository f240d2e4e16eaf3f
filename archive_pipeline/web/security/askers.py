"""Whose request it is, as far as the network tells."""

import ipaddress

from starlette.types import Scope


def asker(scope: Scope) -> str:
    """The address of who asks; of IPv6 the network (/64), of which one person has 2⁶⁴ addresses.

    Behind a proxy on this machine it is what the proxy says in `X-Forwarded-For` (uvicorn's ProxyHeadersMiddleware);
    behind one that says nothing it is the proxy's, and all who come through it are one.
    """
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
