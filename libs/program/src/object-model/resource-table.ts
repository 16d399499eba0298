/**
 * Files, sockets, databases and windows that the program has open, and which object owns each.
 *
 * A collector gives memory back, nothing else: a resource is closed by the program, or by what its owner's type does when
 * the owner goes. One whose owner is gone without that stays open until the process ends, and nobody can close it.
 */
import type { Closer, ResourceKind } from '@heapcast/contracts';
import { MAX_CLOSED_RESOURCES, MAX_OPEN_RESOURCES } from './limits.js';
import { Misstep } from './misstep.js';

export interface Resource {
  readonly id: number;
  readonly kind: ResourceKind;
  readonly name: string;
  readonly descriptor: number;
  /** Object id; null once the owner is gone. */
  owner: number | null;
  /** The owner when there was one: never forgotten. */
  readonly firstOwner: number;
  readonly closedBy: Closer;
  readonly openedAt: number;
  closedAt: number | null;
  readonly site: number;
}

export interface SavedResources {
  readonly next: number;
  readonly open: readonly Resource[];
  readonly closed: readonly Resource[];
}

/** Standard input, output and error are open from the start. */
const FIRST_DESCRIPTOR = 3;

export class ResourceTable {
  private next = 1;
  private readonly open = new Map<number, Resource>();
  /** Closed ones, the latest last. */
  private closed: Resource[] = [];
  private readonly descriptors = new Set<number>();
  /** No descriptor below is free. */
  private lowest = FIRST_DESCRIPTOR;

  get openCount(): number {
    return this.open.size;
  }

  /** Throws a `Misstep` if there are too many. */
  requireRoom(): void {
    if (this.open.size >= MAX_OPEN_RESOURCES) {
      throw new Misstep('limitReached', `${MAX_OPEN_RESOURCES} resources are open; no more fit (EMFILE)`);
    }
  }

  add(resource: Omit<Resource, 'id' | 'descriptor' | 'closedAt' | 'firstOwner'>): Resource {
    const descriptor = this.takeDescriptor();
    const added: Resource = {
      ...resource,
      id: this.next++,
      descriptor,
      closedAt: null,
      firstOwner: resource.owner ?? 0,
    };
    this.open.set(added.id, added);
    return added;
  }

  /** The open one of that id; undefined if it is closed. */
  find(id: number): Resource | undefined {
    return this.open.get(id);
  }

  close(resource: Resource, command: number): void {
    if (!this.open.delete(resource.id)) return;
    this.descriptors.delete(resource.descriptor);
    this.lowest = Math.min(this.lowest, resource.descriptor);
    resource.closedAt = command;
    this.closed.push(resource);
    if (this.closed.length >= 2 * MAX_CLOSED_RESOURCES) this.closed = this.closed.slice(-MAX_CLOSED_RESOURCES);
  }

  /** Open ones in the order of opening, then those closed lately, the latest first. */
  *all(): IterableIterator<Resource> {
    yield* this.open.values();
    yield* this.closed.slice(-MAX_CLOSED_RESOURCES).reverse();
  }

  stillOpen(): IterableIterator<Resource> {
    return this.open.values();
  }

  get count(): number {
    return this.open.size + Math.min(this.closed.length, MAX_CLOSED_RESOURCES);
  }

  save(): SavedResources {
    return { next: this.next, open: copiesOf(this.open.values()), closed: copiesOf(this.closed) };
  }

  restore(saved: SavedResources): void {
    this.next = saved.next;
    this.open.clear();
    this.descriptors.clear();
    this.lowest = FIRST_DESCRIPTOR;
    for (const resource of saved.open) {
      this.open.set(resource.id, { ...resource });
      this.descriptors.add(resource.descriptor);
    }
    this.closed = saved.closed.map((resource) => ({ ...resource }));
  }

  /** The smallest number that is free, as POSIX says. */
  private takeDescriptor(): number {
    let descriptor = this.lowest;
    while (this.descriptors.has(descriptor)) descriptor++;
    this.descriptors.add(descriptor);
    this.lowest = descriptor + 1;
    return descriptor;
  }
}

function copiesOf(resources: Iterable<Resource>): Resource[] {
  return Array.from(resources, (resource) => ({ ...resource }));
}
