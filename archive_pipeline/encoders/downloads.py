"""Whether something can be fetched from the network, told within seconds."""

import urllib.error
import urllib.request

# Without a network huggingface_hub tries for 23 s (five retries for each of two file names); a look costs 0.1 s.
_REACH_TIMEOUT_S = 5.0


def reach_hub() -> None:
    """Raises OSError at once where the Hugging Face hub cannot be reached, or must not be."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise OSError("HF_HUB_OFFLINE is set")
    reach(constants.ENDPOINT)


def reach(address: str) -> None:
    """Raises OSError at once where a server cannot be reached; any answer from it is good enough."""
    request = urllib.request.Request(address, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=_REACH_TIMEOUT_S).close()
    except urllib.error.HTTPError as error:
        error.close()


def reason(error: Exception) -> str:
    """The first line of what a library says, which may be a page long."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
