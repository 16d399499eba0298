/**
 * How large a program may become. Whatever is beyond is an outcome (`limitReached`, `stackOverflow`) or, where one
 * command alone is absurd, refused when it is read. With all of them reached, a program takes some hundred MiB.
 */

/** Live objects. */
export const MAX_OBJECTS = 200_000;
/** Fields of one object. */
export const MAX_FIELDS = 65_536;
/** Fields of all live objects together. */
export const MAX_FIELDS_IN_ALL = 2_000_000;
export const MAX_FRAMES = 100_000;
export const MAX_GLOBALS = 10_000;
/** Locals of one frame. */
export const MAX_LOCALS = 1_000;
/** Locals of all frames together. */
export const MAX_LOCALS_IN_ALL = 500_000;
/** Different call paths; further ones are told as "not known". */
export const MAX_PATHS = 200_000;
export const MAX_OPEN_RESOURCES = 65_536;
/** Closed resources that are still told of. */
export const MAX_CLOSED_RESOURCES = 1_000;
/** Different errors that are kept apart. */
export const MAX_ERRORS = 1_000;
/** `manual`: freed objects that dangling pointers are still recognised by. */
export const MAX_FREED_OBJECTS = 20_000;
/** `manual`: bytes of freed blocks that are remembered, red zones included (Valgrind: `--freelist-vol`, 20 MB). */
export const FREED_VOLUME = 4_000_000;

export const DEFAULT_STACK_LIMIT = 8 << 20;
export const DEFAULT_HEAP_BUDGET = 8 << 20;
export const MIN_STACK_LIMIT = 1024;
export const MAX_STACK_LIMIT = 1 << 30;
export const MAX_HEAP_BUDGET = 2 ** 40;
export const MAX_THRESHOLD = 0x7fff_ffff;
export const MAX_LINE = 10_000_000;

/** A page of a list in an answer. */
export const DEFAULT_PAGE = 100;
export const MAX_PAGE = 1_000;
