/** Iterators, and the objects of `datetime`. */
import { type Block, memoryBlock, objectBlock, structPart } from '../composition.js';
import type { Build } from '../structs.js';
import type { TypeDefinition } from '../type-definition.js';
import { listBlocks } from './containers.js';

function iterator(name: string, title: string, struct: string, aliases: readonly string[] = []): TypeDefinition {
  return {
    name,
    title,
    group: 'iterators',
    aliases,
    compose: (build) => [objectBlock(build, 'gc', structPart(struct, build))],
  };
}

/** What 2.7 answers with a list. */
function listIn27(name: string, title: string, struct: string): TypeDefinition {
  return {
    ...iterator(name, title, struct),
    assumes: 'In 2.7 it is a list, here an empty one.',
    compose: (build) =>
      build.version === '2.7' ? listBlocks(build, 0) : [objectBlock(build, 'gc', structPart(struct, build))],
  };
}

function moment(name: string, title: string, compose: (build: Build) => Block): TypeDefinition {
  return { name, title, group: 'library', compose: (build) => [compose(build)] };
}

export const iteratorTypes: readonly TypeDefinition[] = [
  iterator('list_iterator', 'iter([])', 'listiterobject', ['listiterator']),
  iterator('tuple_iterator', 'iter(())', 'listiterobject', ['tupleiterator']),
  iterator('list_reverseiterator', 'reversed([])', 'listiterobject', ['reversed']),
  iterator('dict_keyiterator', 'iter({})', 'dictiterobject'),
  iterator('enumerate', 'enumerate(...)', 'enumobject'),
  listIn27('zip', 'zip(...)', 'zipobject'),
  listIn27('map', 'map(...)', 'mapobject'),
  listIn27('filter', 'filter(...)', 'filterobject'),
  moment('date', 'datetime.date', (build) => objectBlock(build, 'plain', structPart('PyDateTime_Date', build))),
  moment('timedelta', 'datetime.timedelta', (build) =>
    objectBlock(build, 'plain', structPart('PyDateTime_Delta', build)),
  ),
  {
    ...moment('datetime', 'datetime.datetime', (build) =>
      memoryBlock('object', 'object', structPart('PyDateTime_DateTime', build)),
    ),
    assumes: 'A naive one asks for less than is counted: the pointer to a time zone is left away.',
  },
];
