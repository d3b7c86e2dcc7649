"""JSON-RPC over the WebSocket library of Python, in either dialect."""

import asyncio
import json

import websockets


class Connection:
    """Calls get their answers by id; everything else is kept in the order in which it came."""

    def __init__(self, socket):
        self.socket = socket
        self.events = asyncio.Queue()
        self._answers = {}
        self._last = 0
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url, **options):
        return cls(await websockets.connect(url, **options))

    async def call(self, method, params):
        self._last += 1
        answer = asyncio.get_running_loop().create_future()
        self._answers[self._last] = answer
        request = {"jsonrpc": "2.0", "id": self._last, "method": method, "params": params}
        await self.socket.send(json.dumps(request))
        return await asyncio.wait_for(answer, 20)

    async def event(self):
        return await asyncio.wait_for(self.events.get(), 20)

    async def close(self):
        await self.socket.close()
        await self._reader

    async def _read(self):
        try:
            async for text in self.socket:
                message = json.loads(text)
                answer = self._answers.pop(message.get("id"), None)
                if answer is None:
                    self.events.put_nowait(message)
                elif "error" in message:
                    answer.set_exception(RuntimeError(message["error"]["message"]))
                else:
                    answer.set_result(message.get("result"))
        except websockets.ConnectionClosed:
            pass
