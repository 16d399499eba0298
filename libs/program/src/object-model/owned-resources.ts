/**
 * Resources and what happens to them when their owners go: closed by a destructor or a finalizer, or left open with nobody
 * who could close them.
 */
import type { OpenCommand, Ownership } from '@heapcast/contracts';
import type { CallStack } from './call-stack.js';
import type { Happenings } from './happenings.js';
import { Misstep } from './misstep.js';
import type { Moment } from './object-register.js';
import { blockName, type ObjectRecord } from './object-record.js';
import { type Resource, ResourceTable } from './resource-table.js';
import type { OwnerListener } from './wardens.js';

/** When the owner's destructor or finalizer closes it and no variable leads to the owner: goes on after "The socket …". */
const WHEN_LOST: Readonly<Record<Ownership, string>> = {
  manual: 'would be closed by the destructor of its owner, but no pointer is left to delete that.',
  refcount: 'would be closed when its owner dies, but that is in a cycle, and mere counts never find it.',
  cpython:
    'is closed when the cycle collector finds its owner, whenever that is; before 3.4 never, if the cycle has a finalizer.',
  'mark-sweep': 'is closed when the collector finds its owner, whenever memory runs short; that may be never.',
};

export class OwnedResources implements OwnerListener {
  readonly table = new ResourceTable();

  constructor(
    private readonly stack: CallStack,
    private readonly happenings: Happenings,
    private readonly now: Readonly<Moment>,
  ) {}

  requireRoom(): void {
    this.table.requireRoom();
  }

  open({ kind, name, closedBy = 'nothing' }: OpenCommand, owner: ObjectRecord): void {
    const resource = this.table.add({
      kind,
      name: name ?? kind,
      owner: owner.id,
      closedBy,
      openedAt: this.now.command,
      site: this.stack.here(),
    });
    (owner.resources ??= []).push(resource.id);
    this.happenings.add('opened', resource.id);
  }

  /** Closes all that the object owns. */
  close(owner: ObjectRecord): void {
    if (owner.resources === null) {
      throw new Misstep('noResource', `${blockName(owner)} owns nothing that could be closed`);
    }
    const open = this.openOnesOf(owner);
    if (open.length === 0) throw new Misstep('alreadyClosed', `all that ${blockName(owner)} owns is closed already`);
    for (const resource of open) this.closeOne(resource);
    owner.resources = [];
  }

  finalized(owner: ObjectRecord): void {
    for (const resource of this.openOnesOf(owner)) {
      if (resource.closedBy === 'finalizer') this.closeOne(resource);
    }
  }

  died(owner: ObjectRecord, destroyed: boolean): void {
    for (const resource of this.openOnesOf(owner)) {
      if (destroyed && resource.closedBy === 'destructor') {
        this.closeOne(resource);
        continue;
      }
      resource.owner = null;
      this.happenings.add('abandoned', resource.id);
    }
  }

  /** Whether and when a collector would have closed it. */
  note({ closedBy, owner, kind }: Resource, isHeld: boolean, ownership: Ownership): string {
    const what = `The ${kind}`;
    if (owner === null) {
      return `${what} is open and its owner is gone: nobody can close it any more. A collector gives memory back, not ${kind}s.`;
    }
    if (isHeld) return `${what} is open and a variable leads to its owner: the program can still close it.`;
    if (closedBy === 'nothing') {
      return `${what} stays open: its owner is out of reach, and a collector that finds it gives back its memory only.`;
    }
    return `${what} ${WHEN_LOST[ownership]}`;
  }

  private openOnesOf(owner: ObjectRecord): Resource[] {
    return (owner.resources ?? []).flatMap((id) => this.table.find(id) ?? []);
  }

  private closeOne(resource: Resource): void {
    this.table.close(resource, this.now.command);
    this.happenings.add('closed', resource.id);
  }
}
