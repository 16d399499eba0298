/** Where people are, written together: while one statement is on its way to the database, the next ones gather. */
import type { ClassroomPeopleStore, StoredPlace } from '@heapcast/database';

export class PlaceWriter {
  #waiting = new Map<string, StoredPlace>();
  #next: Promise<void> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: Pick<ClassroomPeopleStore, 'place'>) {}

  /** Resolves when this, or what the same person said later, is stored. */
  write(place: StoredPlace): Promise<void> {
    this.#waiting.set(place.personId, place);
    if (!this.#next) {
      this.#next = this.#writeAfter(this.#last);
      this.#last = this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async #writeAfter(before: Promise<unknown>): Promise<void> {
    await before;
    const places = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#next = null;
    await this.store.place(places);
  }
}
