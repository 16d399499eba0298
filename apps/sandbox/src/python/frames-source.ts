/**
 * The recorder's part that reads frames and locals, in WebAssembly text: at every line it looks at all of them and writes down
 * what is not as it was, in the ring among the requests. No call into JavaScript, no allocation, no reference count touched.
 *
 * A frame has one of 64 places, by its depth: the place of its caller is the one before, round and round. What was last told of
 * a place is kept in the shadow, { code number, locals { object, type, references } }; what the module holds in its
 * namespace, { entries, entries { key, object, type, references, name } }. Only differences become records, so whichever
 * place a frame is given, the reader ends up with what is there.
 *
 * Records, words after the op: `FRAME` place, code number (what was told of that place's locals is void). `LOCAL` place and
 * index, object, type, references, name (module only); object 0: it is not there any more. `FRAMES` innermost place, depth, -,
 * site: all of it is told, this is how it looked.
 */
/** Beyond all of `op | domain`. */
export const FRAME_RECORD = 64;
export const LOCAL_RECORD = 65;
export const FRAMES_RECORD = 66;
/** A power of two. Most frames that are told, innermost first. */
export const PLACES = 64;
/** The place of the module's namespace, which is told once however many frames show it. */
export const MODULE_PLACE = PLACES;
export const MOST_LOCALS = 256;
export const MOST_GLOBALS = 1024;
/** Bits of an index within a place: `place << 16 | index`. */
export const PLACE_SHIFT = 16;
export const CODE_ENTRY = 16;
export const TYPE_ENTRY = 16;
export const TYPE_ENTRIES = 1024;

const PLACE_HEADER = 16;
const LOCAL_BYTES = 12;
const PLACE_BYTES = PLACE_HEADER + LOCAL_BYTES * MOST_LOCALS;
const GLOBAL_BYTES = 20;
/** Bytes of the shadow: places, then the module's entries behind a count. */
export const SHADOW_BYTES = PLACES * PLACE_BYTES + PLACE_HEADER + GLOBAL_BYTES * MOST_GLOBALS;

const MOST_FRAMES_LOOKED_AT = 10_000;
const CELL_CONTENTS = 8;
const IMMORTAL = 0x4000_0000;
/**
 * As CPython 3.14 lays it out on wasm32: PyDictObject { refcount, type, used, -, tag u64, keys, values }, PyDictKeysObject
 * { refcount, log2 size u8, log2 index bytes u8, kind u8, …, version, usable, entries }, entries after the index table:
 * { key, value } for a table of names.
 */
const DICT_KEYS = 24;
const DICT_VALUES = 28;
const KEYS_LOG2_INDEX_BYTES = 5;
const KEYS_KIND = 6;
const KEYS_COUNT = 16;
const KEYS_INDICES = 20;
const KIND_NAMES = 1;

export const FRAMES_SOURCE = `
  ;; Where things are; set before recording begins.
  (global $thread (export "thread") (mut i32) (i32.const 0))
  (global $previousAt (export "previousAt") (mut i32) (i32.const 0))
  (global $codeAt (export "codeAt") (mut i32) (i32.const 0))
  (global $localsAt (export "localsAt") (mut i32) (i32.const 0))
  (global $typeAt (export "typeAt") (mut i32) (i32.const 0))
  (global $typeNameAt (export "typeNameAt") (mut i32) (i32.const 0))
  (global $cellType (export "cellType") (mut i32) (i32.const 0))
  (global $namespace (export "namespace") (mut i32) (i32.const 0))
  ;; Hash table of the program's code: { address, number, locals, 1 for the module's }; a number of 0 is an empty entry.
  (global $codes (export "codes") (mut i32) (i32.const 0))
  (global $codesMask (export "codesMask") (mut i32) (i32.const 0))
  ;; Types that were named lately: { address, address of the name, number of the text, - }.
  (global $types (export "types") (mut i32) (i32.const 0))
  (global $shadow (export "shadow") (mut i32) (i32.const 0))

  (func $tell (param $op i32) (param $a i32) (param $b i32) (param $c i32) (param $d i32) (param $e i32) (local $at i32)
    (local.set $at (global.get $head))
    (i32.store (local.get $at) (local.get $op))
    (i32.store offset=4 (local.get $at) (local.get $a))
    (i32.store offset=8 (local.get $at) (local.get $b))
    (i32.store offset=12 (local.get $at) (local.get $c))
    (i32.store offset=16 (local.get $at) (local.get $d))
    (i32.store offset=20 (local.get $at) (local.get $e))
    (global.set $head (i32.add (local.get $at) (i32.const 24)))
    (if (i32.ge_u (global.get $head) (global.get $end)) (then (call $flush))))

  ;; The entry of a code object; 0 = not the program's own.
  (func $codeEntry (param $code i32) (result i32) (local $slot i32) (local $entry i32)
    (local.set $slot (i32.shr_u (local.get $code) (i32.const 4)))
    (loop $next
      (local.set $entry (i32.add (global.get $codes)
        (i32.mul (i32.and (local.get $slot) (global.get $codesMask)) (i32.const ${CODE_ENTRY}))))
      (if (i32.eqz (i32.load offset=4 (local.get $entry))) (then (return (i32.const 0))))
      (if (i32.eq (i32.load (local.get $entry)) (local.get $code)) (then (return (local.get $entry))))
      (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
      (br $next))
    (i32.const 0))

  ;; A type is known by its address and its name's: another one may have come to its place.
  (func $typeNumber (param $type i32) (result i32) (local $slot i32) (local $name i32)
    (local.set $name (i32.load (i32.add (local.get $type) (global.get $typeNameAt))))
    (local.set $slot (i32.add (global.get $types) (i32.mul (i32.const ${TYPE_ENTRY})
      (i32.and (i32.shr_u (local.get $type) (i32.const 3)) (i32.const ${TYPE_ENTRIES - 1})))))
    (if (i32.or (i32.ne (i32.load (local.get $slot)) (local.get $type))
          (i32.ne (i32.load offset=4 (local.get $slot)) (local.get $name))) (then
      (i32.store offset=8 (local.get $slot) (call $typeText (local.get $type)))
      (i32.store (local.get $slot) (local.get $type))
      (i32.store offset=4 (local.get $slot) (local.get $name))))
    (i32.load offset=8 (local.get $slot)))

  ;; Tells a variable if it is not as its shadow { object, type, references } says. $object 0: it has no value.
  (func $variable (param $place i32) (param $shadow i32) (param $object i32) (param $name i32)
    (local $type i32) (local $references i32)
    (if (local.get $object) (then
      (local.set $type (i32.load (i32.add (local.get $object) (global.get $typeAt))))
      ;; A variable that an inner function uses, too, is kept in a cell.
      (if (i32.eq (local.get $type) (global.get $cellType)) (then
        (if (i32.load offset=${CELL_CONTENTS} (local.get $object)) (then
          (local.set $object (i32.load offset=${CELL_CONTENTS} (local.get $object)))
          (local.set $type (i32.load (i32.add (local.get $object) (global.get $typeAt))))))))
      (local.set $references (i32.load (local.get $object)))
      (if (i32.ge_u (local.get $references) (i32.const ${IMMORTAL})) (then (local.set $references (i32.const -1))))
      (local.set $type (call $typeNumber (local.get $type)))))
    (if (i32.and (i32.and
          (i32.eq (i32.load (local.get $shadow)) (local.get $object))
          (i32.eq (i32.load offset=4 (local.get $shadow)) (local.get $type)))
          (i32.eq (i32.load offset=8 (local.get $shadow)) (local.get $references)))
      (then (return)))
    (i32.store (local.get $shadow) (local.get $object))
    (i32.store offset=4 (local.get $shadow) (local.get $type))
    (i32.store offset=8 (local.get $shadow) (local.get $references))
    (call $tell (i32.const ${LOCAL_RECORD}) (local.get $place) (local.get $object) (local.get $type)
      (local.get $references) (local.get $name)))

  ;; A frame's locals are tagged pointers (_PyStackRef); 3 is a number that is no object.
  (func $locals (param $place i32) (param $frame i32) (param $count i32) (param $shadow i32)
    (local $at i32) (local $index i32) (local $reference i32)
    (local.set $at (i32.add (local.get $frame) (global.get $localsAt)))
    (local.set $place (i32.shl (local.get $place) (i32.const ${PLACE_SHIFT})))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
      (local.set $reference (i32.load (local.get $at)))
      (if (i32.eq (i32.and (local.get $reference) (i32.const 3)) (i32.const 3)) (then (local.set $reference (i32.const 0))))
      (call $variable (i32.or (local.get $place) (local.get $index)) (local.get $shadow)
        (i32.and (local.get $reference) (i32.const -4)) (i32.const 0))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (local.set $shadow (i32.add (local.get $shadow) (i32.const ${LOCAL_BYTES})))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next))))

  ;; The module's namespace: a dict whose keys are all texts; any other has nothing to show.
  (func $globals (local $keys i32) (local $at i32) (local $count i32) (local $end i32) (local $index i32)
    (local $shadow i32) (local $found i32) (local $object i32)
    (local.set $shadow (i32.add (global.get $shadow) (i32.const ${PLACES * PLACE_BYTES})))
    (local.set $keys (i32.load offset=${DICT_KEYS} (global.get $namespace)))
    (if (local.get $keys) (then
      (if (i32.and (i32.eqz (i32.load offset=${DICT_VALUES} (global.get $namespace)))
            (i32.eq (i32.load8_u offset=${KEYS_KIND} (local.get $keys)) (i32.const ${KIND_NAMES}))) (then
        (local.set $count (i32.load offset=${KEYS_COUNT} (local.get $keys)))))))
    (if (i32.gt_u (local.get $count) (i32.const ${MOST_GLOBALS})) (then (local.set $count (i32.const ${MOST_GLOBALS}))))
    (local.set $end (select (i32.load (local.get $shadow)) (local.get $count)
      (i32.gt_u (i32.load (local.get $shadow)) (local.get $count))))
    (i32.store (local.get $shadow) (local.get $count))
    (local.set $shadow (i32.add (local.get $shadow) (i32.const ${PLACE_HEADER})))
    (if (local.get $count) (then
      (local.set $at (i32.add (i32.add (local.get $keys) (i32.const ${KEYS_INDICES}))
        (i32.shl (i32.const 1) (i32.load8_u offset=${KEYS_LOG2_INDEX_BYTES} (local.get $keys)))))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get $end)))
      (local.set $object (i32.const 0))
      (if (i32.lt_u (local.get $index) (local.get $count)) (then
        (if (i32.load (local.get $at)) (then
          (local.set $object (i32.load offset=4 (local.get $at)))))
        (if (local.get $object) (then
          ;; Another name at this entry: told again, whatever it is bound to.
          (if (i32.ne (i32.load (local.get $shadow)) (i32.load (local.get $at))) (then
            (i32.store (local.get $shadow) (i32.load (local.get $at)))
            (i32.store offset=16 (local.get $shadow) (call $nameText (i32.load (local.get $at))))
            (i32.store offset=4 (local.get $shadow) (i32.const -1))))
          (if (i32.and (i32.ne (i32.load offset=16 (local.get $shadow)) (i32.const 0))
                (i32.lt_u (local.get $found) (i32.const ${MOST_LOCALS})))
            (then (local.set $found (i32.add (local.get $found) (i32.const 1))))
            (else (local.set $object (i32.const 0))))))))
      (call $variable (i32.or (i32.const ${MODULE_PLACE << PLACE_SHIFT}) (local.get $index))
        (i32.add (local.get $shadow) (i32.const 4)) (local.get $object) (i32.load offset=16 (local.get $shadow)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $shadow (i32.add (local.get $shadow) (i32.const ${GLOBAL_BYTES})))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next))))

  (func $frame (param $place i32) (param $frame i32) (param $entry i32) (local $shadow i32)
    (local.set $shadow (i32.add (global.get $shadow) (i32.mul (local.get $place) (i32.const ${PLACE_BYTES}))))
    (if (i32.ne (i32.load (local.get $shadow)) (i32.load offset=4 (local.get $entry))) (then
      (i32.store (local.get $shadow) (i32.load offset=4 (local.get $entry)))
      (memory.fill (i32.add (local.get $shadow) (i32.const ${PLACE_HEADER})) (i32.const 0)
        (i32.const ${PLACE_BYTES - PLACE_HEADER}))
      (call $tell (i32.const ${FRAME_RECORD}) (local.get $place) (i32.load offset=4 (local.get $entry))
        (i32.const 0) (i32.const 0) (i32.const 0))))
    (if (i32.load offset=12 (local.get $entry))
      (then (call $globals))
      (else (call $locals (local.get $place) (local.get $frame) (i32.load offset=8 (local.get $entry))
        (i32.add (local.get $shadow) (i32.const ${PLACE_HEADER}))))))

  (func $frames (param $site i32) (local $frame i32) (local $seen i32) (local $found i32) (local $place i32) (local $entry i32)
    (local $innermost i32)
    (local.set $frame (i32.load (global.get $thread)))
    (local.set $innermost (i32.and (i32.const ${PLACES - 1})
      (i32.shr_u (i32.sub (global.get $top) (global.get $stack)) (i32.const 4))))
    (local.set $place (local.get $innermost))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $frame)))
      (br_if $done (i32.ge_u (local.get $seen) (i32.const ${MOST_FRAMES_LOOKED_AT})))
      (br_if $done (i32.ge_u (local.get $found) (i32.const ${PLACES})))
      (local.set $entry (call $codeEntry
        (i32.and (i32.load (i32.add (local.get $frame) (global.get $codeAt))) (i32.const -4))))
      (if (local.get $entry) (then
        (call $frame (local.get $place) (local.get $frame) (local.get $entry))
        (local.set $place (i32.and (i32.sub (local.get $place) (i32.const 1)) (i32.const ${PLACES - 1})))
        (local.set $found (i32.add (local.get $found) (i32.const 1)))))
      (local.set $frame (i32.load (i32.add (local.get $frame) (global.get $previousAt))))
      (local.set $seen (i32.add (local.get $seen) (i32.const 1)))
      (br $next)))
    (call $tell (i32.const ${FRAMES_RECORD}) (local.get $innermost) (local.get $found) (i32.const 0) (local.get $site)
      (i32.const 0)))
`;
