"""Three parties make a key as clients of the relay mpc-websocket do: a round to all and a round from each to each.

python3 mpc_keygen.py ws://HOST:PORT prints what they saw as one line of JSON.
"""

import asyncio
import json
import sys

from rpc import Connection

PARTIES = 3


async def named(connection, name):
    """The payload of the next event, which has this name."""
    event = await connection.event()
    assert event["id"] == 0 and event["result"][0] == name, event
    return event["result"][1]


async def party(connection, group, session):
    """Signs up, runs both rounds, finishes; returns its number and what it heard by round and sender."""
    place = [group, session, "keygen"]
    number = await connection.call("Session.signup", place)
    assert await named(connection, "sessionSignup") == session
    others = [other for other in range(1, PARTIES + 1) if other != number]
    heard = {1: {}, 2: {}}

    async def say(round, text, receiver=None):
        message = {"round": round, "sender": number, "receiver": receiver, "uuid": session, "body": text}
        assert await connection.call("Session.message", [*place, message]) is None

    async def hear(round):
        # A party that is ahead may speak already in the next round.
        while len(heard[round]) < len(others):
            message = await named(connection, "sessionMessage")
            assert message["uuid"] == session and message["receiver"] in (None, number)
            heard[message["round"]][message["sender"]] = message["body"]

    await say(1, {"commitment": number * 111})
    await hear(1)
    for other in others:
        await say(2, f"share of {number} for {other}", other)
    await hear(2)
    assert await connection.call("Session.finish", [group, session, number]) is None
    return number, heard, await named(connection, "sessionClosed")


async def main(url):
    connections = [await Connection.open(f"{url}/mpc") for _ in range(PARTIES)]
    first, *others = connections
    group = await first.call("Group.create", ["python", {"parties": PARTIES, "threshold": 1}])
    joined = [await other.call("Group.join", group) for other in others]
    session = (await first.call("Session.create", [group, "keygen", None]))["uuid"]
    for other in others:
        assert (await named(other, "sessionCreate"))["uuid"] == session
        await other.call("Session.join", [group, session, "keygen"])
    results = await asyncio.gather(*(party(connection, group, session) for connection in connections))
    await asyncio.gather(*(connection.close() for connection in connections))
    results.sort(key=lambda result: result[0])
    print(
        json.dumps(
            {
                "labels": [answer["label"] for answer in joined],
                "numbers": [number for number, _, _ in results],
                "commitments": [heard[1] for _, heard, _ in results],
                "shares": [heard[2] for _, heard, _ in results],
                "closed": [closed for _, _, closed in results],
            }
        )
    )


asyncio.run(main(sys.argv[1]))
