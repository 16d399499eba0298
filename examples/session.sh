#!/bin/sh
# A live session by curl alone: open, ask, watch, rewind, fork, finish. Needs curl and node (to pick JSON fields).
set -eu
BASE=${HEAPCAST_URL:-http://localhost:3000}
field() { node -p "JSON.parse(require('fs').readFileSync(0))$1"; }

created=$(curl -sf "$BASE/v1/sessions" -H 'content-type: application/json' \
  -d '{"name":"by curl","allocator":{"model":"pymalloc","profile":"cpython-3.12"}}')
id=$(echo "$created" | field .id)
token=$(echo "$created" | field .ownerToken)
echo "session $id"

ask() {
  curl -sf "$BASE/v1/sessions/$id/requests" -H "authorization: Bearer $token" -H 'content-type: application/json' -d "$1" |
    field '.results.map(r => `  ${r.seq} ${r.op} block ${r.block}: ${r.outcome}`).join("\n")'
}
ask '[{"op":"malloc","size":64,"id":"list"},{"op":"malloc","size":200,"id":"dict"}]'
ask '{"op":"realloc","id":"list","size":120}'
ask '[{"op":"free","id":"dict"},{"op":"free","id":"dict"}]'

echo "what subscribers are told (Server-Sent Events, the first two):"
# The stream goes on for as long as the session lives, so curl is told when to stop.
(curl -sN --max-time 1 "$BASE/v1/sessions/$id/stream?from=0" || true) | grep '^data' | head -n 2 | cut -c 1-100

echo "just after event 2: $(curl -sf "$BASE/v1/sessions/$id/stats?at=2" | field .sentence)"
echo "now:                $(curl -sf "$BASE/v1/sessions/$id/stats" | field .sentence)"

fork=$(curl -sf "$BASE/v1/sessions/$id/fork" -H 'content-type: application/json' -d '{"at":2}' | field .id)
echo "forked after event 2 as $fork"
run=$(curl -sf -X POST "$BASE/v1/sessions/$id/finish" -H "authorization: Bearer $token" | field .runId)
echo "finished: run $run"
