import asyncio


async def fetch(n):
    await asyncio.sleep(0)
    return n * 2


async def ticks(n):
    for i in range(n):
        yield i


class Door:
    async def __aenter__(self):
        return "open"

    async def __aexit__(self, *args):
        return None


async def main():
    total = await fetch(1)
    async with Door() as door:
        total += len(door)
    async for i in ticks(2):
        total += i
    return total


asyncio.run(main())  # << START_OF_TRACE
