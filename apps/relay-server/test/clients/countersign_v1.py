"""Two members of a session meet by an invitation and talk; one loses its connection and misses nothing.

python3 countersign_v1.py ws://HOST:PORT prints what they saw as one line of JSON.
"""

import asyncio
import base64
import json
import os
import sys

from rpc import Connection


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


async def connect(url):
    connection = await Connection.open(f"{url}/v1", subprotocols=["countersign.v1"])
    assert connection.socket.subprotocol == "countersign.v1"
    return connection


def seat(invitation, token, **more):
    return {
        "group": invitation["group"],
        "session": invitation["session"],
        "kind": "exchange",
        "parties": 2,
        "threshold": 2,
        "eid": encode(os.urandom(32)),
        "versions": "AQ",
        "token": token,
        **more,
    }


async def until(connection, name, events):
    """Collects events up to the first one of this name, which is the last of them."""
    while not events or events[-1]["method"] != name:
        events.append(await connection.event())
    return events[-1]["params"]


def bodies(events):
    return [decode(body) for event in events if event["method"] == "message" for body in event["params"]["bodies"]]


async def main(url):
    alice, bob = await connect(url), await connect(url)
    invitation = await alice.call(
        "Invitation.create", {"kind": "exchange", "parties": 2, "threshold": 2, "life": 600}
    )
    session, tokens = invitation["session"], [encode(os.urandom(32)) for _ in range(2)]
    one = await alice.call("Session.open", seat(invitation, tokens[0]))

    claim = encode(os.urandom(16))
    found = await bob.call("Invitation.claim", {"nameplate": invitation["nameplate"], "claim": claim})
    two = await bob.call("Session.open", seat(found, tokens[1], claim=claim))

    # By name and by position; to all and to one.
    said = ["to all", "und an dich: Grüße"]
    first = {"session": session, "cseq": 1, "envelopes": [{"to": 0, "body": encode(said[0].encode())}]}
    await alice.call("Session.message", first)
    await alice.call("Session.message", [session, 2, [{"to": two["number"], "body": encode(said[1].encode())}]])
    heard = []
    while len(bodies(heard)) < 2:
        heard.append(await bob.event())
    last = heard[-1]["params"]["seq"]
    await bob.call("Session.ack", {"session": session, "seq": last})

    # Bob's connection breaks, Alice goes on, Bob comes back.
    bob.socket.transport.abort()
    seen = []
    await until(alice, "memberOffline", seen)
    missed = [f"missed {i}" for i in range(50)]
    for i, text in enumerate(missed):
        envelopes = [{"to": 0, "body": encode(text.encode())}]
        await alice.call("Session.message", {"session": session, "cseq": 3 + i, "envelopes": envelopes})
    bob = await connect(url)
    back = await bob.call("Session.resume", {"session": session, "token": tokens[1], "after": last})
    caught_up = []
    while len(bodies(caught_up)) < len(missed):
        caught_up.append(await bob.event())

    for member in alice, bob:
        await member.call("Session.finish", {"session": session})
    await until(alice, "sessionClosed", seen)
    await until(bob, "sessionClosed", caught_up)
    await asyncio.gather(alice.close(), bob.close())
    print(
        json.dumps(
            {
                "numbers": [one["number"], two["number"], back["number"]],
                "heard": bodies(heard) == said,
                "caughtUp": bodies(caught_up) == missed,
                "seen": [event["method"] for event in seen],
                "closeCodes": [alice.socket.close_code, bob.socket.close_code],
            }
        )
    )


asyncio.run(main(sys.argv[1]))
