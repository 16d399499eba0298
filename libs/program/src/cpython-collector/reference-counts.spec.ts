import { describe, expect, it } from '@jest/globals';
import { container, collect, drop, leaf, load, ref, tell, unref, weakref } from '../oracle/collector-story.js';
import { CycleCollector } from './cycle-collector.js';
import { SILENT_LISTENER, type CollectorListener } from './events.js';
import { COLLECTOR_RULES } from './rules.js';

const VERSIONS = COLLECTOR_RULES.map((rules) => rules.version);
const SINCE_3_6 = VERSIONS.filter((version) => version !== '2.7.18');
const RULES_3_11 = COLLECTOR_RULES[6];

describe('reference counting', () => {
  it.each(VERSIONS)('%s frees an object with its last reference, and what only it referred to', (version) => {
    const told = tell(version, container('a'), container('b'), ref('a', 2, 'b'), drop('b'), drop('a'));
    expect(told.events).toEqual(['d a rc', 'd b rc']);
    expect(told.end.count).toEqual([0, 0, 0]);
  });

  it('keeps an object that a slot or a second name still holds', () => {
    const told = tell('3.11', container('a'), container('b'), ref('a', 0, 'b'), drop('b'), load('a', 0), unref('a', 0));
    expect(told.events).toEqual([]);
    expect(told.lists[0]).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('releases slots in ascending order, each to the end before the next', () => {
    const told = tell(
      '3.11',
      ...['root', 'left', 'right', 'leftmost'].map((id) => container(id)),
      ref('root', 0, 'left'),
      ref('root', 3, 'right'),
      ref('left', 1, 'leftmost'),
      ...['left', 'right', 'leftmost', 'root'].map(drop),
    );
    expect(told.events).toEqual(['d root rc', 'd left rc', 'd leftmost rc', 'd right rc']);
  });

  it('takes the new content of a slot before it releases the old, so storing the same object again keeps it', () => {
    const told = tell('3.11', container('a'), container('b'), ref('a', 0, 'b'), ref('a', 0, 'b'), drop('b'));
    expect(told.events).toEqual([]);
    expect(told.lists[0]).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
  });

  it('releases what a slot held before', () => {
    const told = tell('3.11', container('a'), leaf('l'), leaf('m'), ref('a', 0, 'l'), drop('l'), ref('a', 0, 'm'));
    expect(told.last.ev).toEqual([['d', 'l', 'rc']]);
  });

  it('counts containers and weak references, not leaves, and never below zero', () => {
    const told = tell(
      '3.11',
      container('a'),
      leaf('l'),
      weakref('w', 'a'),
      collect(0),
      drop('w'),
      drop('a'),
      drop('l'),
    );
    expect(told.records.map((record) => record.count?.[0])).toEqual([1, 1, 2, 0, 0, 0, 0]);
  });

  it('does not track leaves', () => {
    const told = tell('3.11', leaf('l'));
    expect(told.lists[0]).toEqual([]);
    expect(told.lists.leaves).toEqual([['l', 1]]);
  });

  it('lets a chain of a million objects die', () => {
    let died = 0;
    const collector = new CycleCollector(RULES_3_11, { ...SILENT_LISTENER, died: () => died++ });
    collector.disable();
    let head = collector.newContainer(1, false);
    for (let length = 1; length < 1_000_000; length++) {
      const next = collector.newContainer(1, false);
      collector.setSlot(next, 0, head);
      collector.release(head);
      head = next;
    }
    collector.release(head);
    expect(died).toBe(1_000_000);
  });

  it('tells a death before the object releases its slots, and gives its memory back after', () => {
    const told: string[] = [];
    const listener: CollectorListener = {
      ...SILENT_LISTENER,
      died: (object) => told.push(`died ${object === outer ? 'outer' : 'inner'}`),
      freed: (object) => told.push(`freed ${object === outer ? 'outer' : 'inner'}`),
    };
    const collector = new CycleCollector(RULES_3_11, listener);
    const outer = collector.newContainer(1, false);
    const inner = collector.newContainer(1, false);
    collector.setSlot(outer, 0, inner);
    collector.release(inner);
    collector.release(outer);
    expect(told).toEqual(['died outer', 'died inner', 'freed inner', 'freed outer']);
  });
});

describe('the last acts of an object', () => {
  const story = [container('a', 'log'), weakref('w', 'a'), container('b'), ref('a', 0, 'b'), drop('b'), drop('a')];

  it('2.7 calls the weak reference, then the finalizer, then the object is dead', () => {
    expect(tell('2.7', ...story).events).toEqual(['w w', 'f a', 'd a rc', 'd b rc']);
  });

  it.each(SINCE_3_6)('%s calls the finalizer, then the object is dead, then calls the weak reference', (version) => {
    expect(tell(version, ...story).events).toEqual(['f a', 'd a rc', 'w w', 'd b rc']);
  });

  it.each(VERSIONS)('%s does not call a weak reference that died before', (version) => {
    expect(tell(version, container('a'), weakref('w', 'a'), drop('w'), drop('a')).events).toEqual(['d w rc', 'd a rc']);
  });

  it.each(VERSIONS)('%s lets a finalizer save its object, which is then young again', (version) => {
    const told = tell(version, container('a', 'resurrect'), container('b'), collect(1), collect(1), drop('a'));
    expect(told.last.ev).toEqual([['f', 'a']]);
    expect(told.lists[0]).toEqual([['a', 1]]);
    expect(told.lists[2]).toEqual([['b', 1]]);
    expect(told.lists.names).toEqual(['a', 'b']);
  });

  it('2.7 calls the finalizer every time', () => {
    expect(tell('2.7', container('a', 'resurrect'), drop('a'), drop('a')).events).toEqual(['f a', 'f a']);
  });

  it.each(SINCE_3_6)('%s calls the finalizer once in a life', (version) => {
    expect(tell(version, container('a', 'resurrect'), drop('a'), drop('a')).events).toEqual(['f a', 'd a rc']);
  });

  it('2.7 has emptied the weak reference of an object that its finalizer saves; later releases have not', () => {
    const saved = [container('a', 'resurrect'), weakref('w', 'a'), drop('a'), weakref('again', 'a')];
    expect(tell('2.7', ...saved).events).toEqual(['w w', 'f a']);
    expect(tell('2.7', ...saved).last.skip).toBeUndefined();
    expect(tell('3.6', ...saved).events).toEqual(['f a']);
    expect(tell('3.6', ...saved).last.skip).toBe(true);
  });
});
