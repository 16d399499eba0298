"""Records what this Python process asks for, uploads it, replays it, and prints where the memory went.

    python3 examples/heapcast.py            (HEAPCAST_URL, default http://localhost:3000)

Standard library only. `tracemalloc` sees blocks, not requests, so the recording is made by hand: `Recorder.placed` and
`Recorder.freed` are what a tracer would call. For live events over the socket use the python-socketio package:

    import socketio                                   # pip install "python-socketio[client]"
    client = socketio.Client()
    client.on('session:events', print, namespace='/v1')
    client.connect(base, namespaces=['/v1'])
    print(client.call('session:subscribe', {'sessionId': session}, namespace='/v1'))
"""

import json
import os
import random
import urllib.request
from array import array
from struct import pack

BASE = os.environ.get("HEAPCAST_URL", "http://localhost:3000")


def call(path, body=None, content_type="application/json", token=None, method=None):
    data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
    headers = {"content-type": content_type} if data is not None else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(BASE + path, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


class Recorder:
    """Requests as columns, and the three lines that write them (docs/formats/columns.md)."""

    def __init__(self):
        self.op, self.size, self.ref = [], [], []
        self.blocks, self.number = 0, {}

    def placed(self, address, size):
        self.blocks += 1
        self.number[address] = self.blocks
        self.op.append(1), self.size.append(size), self.ref.append(0)

    def freed(self, address):
        self.op.append(4), self.size.append(0)
        self.ref.append(self.blocks + 1 - self.number.pop(address))

    def columns(self, step=1 << 20):
        out = pack("<8sHHI", b"HEAPCOLS", 1, 0, 0)
        for i in range(0, len(self.op), step):
            n = slice(i, i + step)
            out += pack("<I", len(self.op[n])) + array("I", self.size[n]).tobytes()
            out += array("I", self.ref[n]).tobytes() + bytes(self.op[n])
        return out + pack("<II", 0, len(self.op))


def main():
    recorder, live, chance = Recorder(), [], random.Random(1)
    for address in range(50_000):
        recorder.placed(address, chance.choice((24, 56, 64, 120, 232, 400)))
        live.append(address)
        if len(live) > 5_000:
            recorder.freed(live.pop(chance.randrange(len(live))))

    trace = call("/v1/traces?name=python", recorder.columns(), "application/vnd.heapcast.columns")
    run = call("/v1/runs", {"trace": trace["id"], "allocator": {"model": "pymalloc", "profile": "cpython-3.13"}})
    urllib.request.urlopen(f"{BASE}/v1/runs/{run['id']}/progress").read()  # ends when the run is done
    summary = call(f"/v1/runs/{run['id']}")["summary"]
    print(f"{summary['events']} requests, peak {summary['peaks']['mappedBytes']['value']} bytes mapped; at the end:")
    for heading, amount in summary["end"]["ledger"]["entries"].items():
        print(f"  {heading:16} {amount:>10,}")

    session = call("/v1/sessions", {"name": "from Python", "allocator": {"model": "pymalloc"}})
    batch = [{"op": "malloc", "size": 48, "id": "a"}, {"op": "malloc", "size": 48, "id": "b"}, {"op": "free", "id": "a"}]
    answer = call(f"/v1/sessions/{session['id']}/requests", batch, token=session["ownerToken"])
    for event in answer["results"]:
        print(f"  {event['seq']} {event['op']} {event.get('name')}: {event['outcome']} in arena {event['arena']}")
    print(call(f"/v1/sessions/{session['id']}/stats")["sentence"])


if __name__ == "__main__":
    main()
