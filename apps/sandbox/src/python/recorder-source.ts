/**
 * The recorder, in WebAssembly text: it stands between CPython and its allocators and between CPython and `sys.monitoring`,
 * in the program's own memory, so that recording a request costs no call into JavaScript and allocates nothing.
 *
 * **Requests** (PEP 445): CPython calls `m`, `c`, `r`, `f` with a context that holds the allocator it had before; they call
 * that one and write down what was asked. Failed requests are no requests.
 *
 * **Lines** (PEP 669): the callbacks keep a shadow stack of the program's own functions, one entry per call:
 * { code, line, site, caller's site }. A site is a line together with the calls that led to it; it is looked up when the first
 * request of a line needs it, in a small table here, and in JavaScript when it is not there.
 *
 * Record, 24 bytes: op | domain, size, address, old address (realloc), site, microseconds since the start.
 * `LINE` records have op 16 and only a site. Frames are told by records of their own: `frames-source.ts`.
 */
import { FRAMES_SOURCE } from './frames-source.js';

export const RECORD_BYTES = 24;
export const LINE_RECORD = 16;
/** Entries of the shadow stack; deeper calls are attributed to the last one kept. */
export const STACK_ENTRIES = 65_536;
/** Entries of the table of sites; 16 bytes each. */
export const SITE_ENTRIES = 4096;
/** A line event calls JavaScript once in as many, to look at the clock; where lines are told, every one does. */
export const LINES_PER_TICK = 16;

export const RECORDER_SOURCE = `
(module
  (type $malloc (func (param i32 i32) (result i32)))
  (type $calloc (func (param i32 i32 i32) (result i32)))
  (type $realloc (func (param i32 i32 i32) (result i32)))
  (type $free (func (param i32 i32)))
  (type $callback (func (param i32 i32 i32) (result i32)))
  (import "host" "memory" (memory 1))
  (import "host" "table" (table 1 funcref))
  (import "host" "flush" (func $flush))
  (import "host" "clock" (func $clock (result i32)))
  (import "host" "tick" (func $tick))
  (import "host" "site" (func $findSite (param i32 i32 i32) (result i32)))
  (import "host" "isOurs" (func $isOurs (param i32) (result i32)))
  (import "host" "typeText" (func $typeText (param i32) (result i32)))
  (import "host" "nameText" (func $nameText (param i32) (result i32)))
  (import "host" "asLong" (func $asLong (param i32) (result i32)))

  (global $on (export "on") (mut i32) (i32.const 0))
  (global $head (export "head") (mut i32) (i32.const 0))
  (global $end (export "end") (mut i32) (i32.const 0))
  (global $stack (export "stack") (mut i32) (i32.const 0))
  (global $last (export "last") (mut i32) (i32.const 0))
  (global $top (export "top") (mut i32) (i32.const 0))
  (global $over (export "over") (mut i32) (i32.const 0))
  (global $sites (export "sites") (mut i32) (i32.const 0))
  (global $none (export "none") (mut i32) (i32.const 0))
  (global $codeType (export "codeType") (mut i32) (i32.const 0))
  ;; 0: requests only; 1: lines, too; 2: lines and frames
  (global $detail (export "detail") (mut i32) (i32.const 0))
  (global $now (mut i32) (i32.const 0))
  (global $written (mut i32) (i32.const 0))
  (global $lines (mut i32) (i32.const 0))

  ;; The site of the line that is being executed.
  (func $site (result i32)
    (local $top i32) (local $code i32) (local $line i32) (local $caller i32) (local $slot i32) (local $found i32)
    (local.set $top (global.get $top))
    (if (i32.lt_u (local.get $top) (global.get $stack)) (then (return (i32.const 0))))
    (local.set $found (i32.load offset=8 (local.get $top)))
    (if (local.get $found) (then (return (local.get $found))))
    (local.set $code (i32.load (local.get $top)))
    (local.set $line (i32.load offset=4 (local.get $top)))
    (local.set $caller (i32.load offset=12 (local.get $top)))
    (local.set $slot (i32.add (global.get $sites) (i32.shl (i32.and
      (i32.xor (i32.xor (i32.mul (local.get $line) (i32.const 40503)) (i32.shr_u (local.get $code) (i32.const 3)))
        (i32.mul (local.get $caller) (i32.const 30011)))
      (i32.const ${SITE_ENTRIES - 1})) (i32.const 4))))
    (if (i32.and (i32.and
          (i32.eq (i32.load (local.get $slot)) (local.get $code))
          (i32.eq (i32.load offset=4 (local.get $slot)) (local.get $line)))
          (i32.eq (i32.load offset=12 (local.get $slot)) (local.get $caller)))
      (then (local.set $found (i32.load offset=8 (local.get $slot))))
      (else
        (local.set $found (call $findSite (local.get $caller) (local.get $code) (local.get $line)))
        (i32.store (local.get $slot) (local.get $code))
        (i32.store offset=4 (local.get $slot) (local.get $line))
        (i32.store offset=8 (local.get $slot) (local.get $found))
        (i32.store offset=12 (local.get $slot) (local.get $caller))))
    (i32.store offset=8 (local.get $top) (local.get $found))
    (local.get $found))

  (func $write (param $op i32) (param $size i32) (param $address i32) (param $old i32)
    (local $at i32) (local $here i32)
    (local.set $here (call $site))
    (if (i32.eqz (i32.and (global.get $written) (i32.const 255))) (then (global.set $now (call $clock))))
    (global.set $written (i32.add (global.get $written) (i32.const 1)))
    (local.set $at (global.get $head))
    (i32.store (local.get $at) (local.get $op))
    (i32.store offset=4 (local.get $at) (local.get $size))
    (i32.store offset=8 (local.get $at) (local.get $address))
    (i32.store offset=12 (local.get $at) (local.get $old))
    (i32.store offset=16 (local.get $at) (local.get $here))
    (i32.store offset=20 (local.get $at) (global.get $now))
    (global.set $head (i32.add (local.get $at) (i32.const ${RECORD_BYTES})))
    (if (i32.ge_u (global.get $head) (global.get $end)) (then (call $flush))))

  ;; A context is { the former allocator's context, malloc, calloc, realloc, free, domain }.
  (func (export "m") (type $malloc) (local $p i32)
    (local.set $p (call_indirect (type $malloc) (i32.load (local.get 0)) (local.get 1) (i32.load offset=4 (local.get 0))))
    (if (i32.and (global.get $on) (i32.ne (local.get $p) (i32.const 0))) (then
      (call $write (i32.or (i32.const 1) (i32.load offset=20 (local.get 0))) (local.get 1) (local.get $p) (i32.const 0))))
    (local.get $p))
  (func (export "c") (type $calloc) (local $p i32)
    (local.set $p (call_indirect (type $calloc)
      (i32.load (local.get 0)) (local.get 1) (local.get 2) (i32.load offset=8 (local.get 0))))
    (if (i32.and (global.get $on) (i32.ne (local.get $p) (i32.const 0))) (then
      (call $write (i32.or (i32.const 2) (i32.load offset=20 (local.get 0)))
        (i32.mul (local.get 1) (local.get 2)) (local.get $p) (i32.const 0))))
    (local.get $p))
  (func (export "r") (type $realloc) (local $p i32)
    (local.set $p (call_indirect (type $realloc)
      (i32.load (local.get 0)) (local.get 1) (local.get 2) (i32.load offset=12 (local.get 0))))
    (if (i32.and (global.get $on) (i32.ne (local.get $p) (i32.const 0))) (then
      (call $write (i32.or (select (i32.const 3) (i32.const 5) (local.get 1)) (i32.load offset=20 (local.get 0)))
        (local.get 2) (local.get $p) (local.get 1))))
    (local.get $p))
  ;; Written down first: once freed, the address may be another block's.
  (func (export "f") (type $free)
    (if (i32.and (global.get $on) (i32.ne (local.get 1) (i32.const 0))) (then
      (call $write (i32.or (i32.const 4) (i32.load offset=20 (local.get 0))) (i32.const 0) (local.get 1) (i32.const 0))))
    (call_indirect (type $free) (i32.load (local.get 0)) (local.get 1) (i32.load offset=16 (local.get 0))))

  ;; Callbacks: (self, arguments, count) -> None. Whoever else calls them with other arguments is not heard.
  (func $speaks (param $arguments i32) (param $count i32) (result i32)
    (if (i32.or (i32.eqz (global.get $on)) (i32.lt_u (local.get $count) (i32.const 2))) (then (return (i32.const 0))))
    (i32.eq (i32.load offset=4 (i32.load (local.get $arguments))) (global.get $codeType)))

  (func $push (param $code i32) (local $caller i32) (local $to i32)
    (if (i32.ge_u (global.get $top) (global.get $last)) (then
      (global.set $over (i32.add (global.get $over) (i32.const 1)))
      (return)))
    (local.set $caller (call $site))
    (local.set $to (i32.add (global.get $top) (i32.const 16)))
    (i32.store (local.get $to) (local.get $code))
    (i32.store offset=4 (local.get $to) (i32.const 0))
    (i32.store offset=8 (local.get $to) (local.get $caller))
    (i32.store offset=12 (local.get $to) (local.get $caller))
    (global.set $top (local.get $to)))

  (func $pop (param $code i32)
    (if (i32.lt_u (global.get $top) (global.get $stack)) (then (return)))
    (if (global.get $over) (then
      (global.set $over (i32.sub (global.get $over) (i32.const 1)))
      (return)))
    (if (i32.eq (i32.load (global.get $top)) (local.get $code)) (then
      (global.set $top (i32.sub (global.get $top) (i32.const 16))))))

  (func (export "line") (type $callback) (local $line i32)
    (if (i32.eqz (call $speaks (local.get 1) (local.get 2))) (then (return (global.get $none))))
    (if (global.get $over) (then (return (global.get $none))))
    (if (i32.lt_u (global.get $top) (global.get $stack)) (then (return (global.get $none))))
    (if (i32.ne (i32.load (global.get $top)) (i32.load (local.get 1))) (then (return (global.get $none))))
    (local.set $line (call $asLong (i32.load offset=4 (local.get 1))))
    (if (i32.ne (i32.load offset=4 (global.get $top)) (local.get $line)) (then
      (i32.store offset=4 (global.get $top) (local.get $line))
      (i32.store offset=8 (global.get $top) (i32.const 0))))
    (if (global.get $detail) (then
      (call $write (i32.const ${LINE_RECORD}) (i32.const 0) (i32.const 0) (i32.const 0))
      (if (i32.eq (global.get $detail) (i32.const 2)) (then (call $frames (call $site))))))
    (global.set $lines (i32.add (global.get $lines) (i32.const 1)))
    (if (i32.or (global.get $detail) (i32.eqz (i32.and (global.get $lines) (i32.const ${LINES_PER_TICK - 1}))))
      (then (call $tick)))
    (global.get $none))

  (func (export "start") (type $callback)
    (if (call $speaks (local.get 1) (local.get 2)) (then (call $push (i32.load (local.get 1)))))
    (global.get $none))
  (func (export "throw") (type $callback)
    (if (call $speaks (local.get 1) (local.get 2)) (then
      (if (call $isOurs (i32.load (local.get 1))) (then (call $push (i32.load (local.get 1)))))))
    (global.get $none))
  (func (export "stop") (type $callback)
    (if (call $speaks (local.get 1) (local.get 2)) (then (call $pop (i32.load (local.get 1)))))
    (global.get $none))
  (func (export "unwind") (type $callback)
    (if (call $speaks (local.get 1) (local.get 2)) (then
      (if (call $isOurs (i32.load (local.get 1))) (then (call $pop (i32.load (local.get 1)))))))
    (global.get $none))
${FRAMES_SOURCE}
)
`;
