"""Calls a daemon through jsonrpclib-pelix, and prints what came of it."""

import json
import sys

import jsonrpclib
from jsonrpclib.config import Config

url = sys.argv[1]


def failure(call):
    """The number of an error, or the status of HTTP where the client looks no further than that."""
    try:
        call()
    except jsonrpclib.jsonrpc.TransportError as error:
        return error.args[1]
    except jsonrpclib.ProtocolError as error:
        return error.args[0][0]


def calls(version):
    server = jsonrpclib.ServerProxy(url, config=Config(version=version))
    return {
        "ping": server.cosign.ping(),
        "help": server.help("cosign.ping"),
        "unknown": failure(server.nonsense),
    }


def batch():
    multicall = jsonrpclib.MultiCall(jsonrpclib.ServerProxy(url))
    multicall.uptime()
    multicall.cosign.ping()
    return list(multicall())


print(
    json.dumps(
        {
            "1.0": calls(1.0),
            "2.0": calls(2.0),
            "batch": batch(),
            "named": jsonrpclib.ServerProxy(url).help(command="cosign.ping"),
            "notified": failure(jsonrpclib.ServerProxy(url)._notify.uptime),
        }
    )
)
