"""A slow line on loopback: every byte waits for its turn and for the distance, in both directions."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

PIECE = 4096


@dataclass(frozen=True, slots=True)
class Line:
    """How slow: bits per second each way, and the seconds that a question and its answer spend on the way."""

    bits: float
    round_trip: float


@dataclass(slots=True)
class _Way:
    """One direction, shared by all connections: bytes leave one after another."""

    line: Line
    free: float = field(default=0.0)

    def arrival(self, now: float, size: int) -> float:
        """When what is sent now will have arrived."""
        self.free = max(now, self.free) + size * 8 / self.line.bits
        return self.free + self.line.round_trip / 2


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: _Way) -> None:
    loop = asyncio.get_running_loop()
    travelling: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, piece = await travelling.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not piece:
                break
            sink.write(piece)
            await sink.drain()
        sink.close()

    delivering = asyncio.create_task(deliver())
    with contextlib.suppress(ConnectionError):
        while piece := await source.read(PIECE):
            travelling.put_nowait((way.arrival(loop.time(), len(piece)), piece))
    travelling.put_nowait((way.arrival(loop.time(), 0), b""))
    with contextlib.suppress(ConnectionError):
        await delivering


async def _serve(target: tuple[str, int], line: Line, ready: asyncio.Future[int], end: asyncio.Event) -> None:
    up, down = _Way(line), _Way(line)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Loopback shakes hands in no time; on the real line that is a round trip before anything can be asked.
        sinks = [writer]
        try:
            await asyncio.sleep(line.round_trip)
            there, back = await asyncio.open_connection(*target)
            sinks.append(back)
            await asyncio.gather(_carry(reader, back, up), _carry(there, writer, down))
        except asyncio.CancelledError:
            pass
        finally:
            for sink in sinks:
                sink.transport.abort()

    async with await asyncio.start_server(connect, "127.0.0.1", 0) as server:
        ready.set_result(server.sockets[0].getsockname()[1])
        await end.wait()
        here = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not here]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        # An aborted connection is let go of in the loop's next turns.
        for _ in range(3):
            await asyncio.sleep(0)


@contextmanager
def slow_line(url: str, line: Line) -> Generator[str]:
    """Serve `url` (http://host:port) over the line; gives the address at its near end."""
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    loop = asyncio.new_event_loop()
    ready, end = loop.create_future(), asyncio.Event()
    serving = threading.Thread(
        target=loop.run_until_complete, args=(_serve((host, int(port)), line, ready, end),), daemon=True
    )
    serving.start()
    try:
        yield f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(_await(ready), loop).result(10)}"
    finally:
        loop.call_soon_threadsafe(end.set)
        serving.join(10)
        loop.close()


async def _await(ready: asyncio.Future[int]) -> int:
    return await ready
