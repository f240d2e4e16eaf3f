"""`python -m archive_pipeline_tests.web.crowd ADDRESS N`: N browsers ask for a page at once.

Prints how often each status came, as JSON. A process of its own, so that whoever measures is not slowed down by it.
"""

import asyncio
import json
import sys
from collections import Counter

import httpx

from archive_pipeline_tests.waiting import PATIENCE_S


async def come(address: str, n: int) -> Counter[int]:
    """How often each status came; a refusal that is no page is an error."""
    statuses: Counter[int] = Counter()

    async def one(client: httpx.AsyncClient) -> None:
        answer = await client.get("/", headers={"accept": "text/html"})
        assert "<html" in answer.text, answer.text
        statuses[answer.status_code] += 1

    async with httpx.AsyncClient(
        base_url=address, timeout=PATIENCE_S, limits=httpx.Limits(max_connections=None)
    ) as client:
        await asyncio.gather(*(one(client) for _ in range(n)))
    return statuses


if __name__ == "__main__":
    print(json.dumps(asyncio.run(come(sys.argv[1], int(sys.argv[2])))))
