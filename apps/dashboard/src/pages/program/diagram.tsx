/** Stack and heap: variables on the left, objects in the order of addresses, and every reference an arrow from dot to object. */
import { signal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { counted } from '../../words/amounts.js';
import { type Box, edgePath } from './edges.js';
import { GroupCards, TypeTable } from './object-groups.js';
import { ObjectCard } from './object-card.js';
import { MOST_OBJECTS } from './moment.js';
import type { Pictured } from './pictured.js';
import type { Scene, SceneFrame, SceneObject } from './scene.js';

/** More are drawn by type. */
const MOST_CARDS = 40;
/** Freed stretches of memory that are shown between the objects. */
const MOST_FREE = 6;

interface FreeChunk {
  readonly address: number;
  readonly bytes: number;
  readonly place: string;
}

export function Diagram({ view, scene }: { readonly view: Pictured; readonly scene: Scene }) {
  const place = useRef<HTMLDivElement>(null);
  const paths = useMemo(() => signal<readonly string[]>([]), []);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const measure = (): void => {
      paths.value = arrowsIn(element);
    };
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [scene]);
  const { isManual, objects, total } = scene;
  const isTable = total > MOST_OBJECTS;
  const isGrouped = !isTable && objects.length > MOST_CARDS;
  const [main, leaves] = isGrouped || isTable ? [[], []] : split(scene);
  const free = isGrouped || isTable ? [] : freeChunks(view, scene);
  return (
    <section class="diagram" aria-label="Stack and heap" tabIndex={0}>
      <div class="diagram-in" ref={place}>
        <div class="names">
          <h2>
            {isManual ? 'Stack' : 'Names'}
            <small>{isManual ? 'freed when a call returns' : ''}</small>
          </h2>
          {scene.frames.map((frame) => (
            <Frame key={frame.key} frame={frame} />
          ))}
          {scene.frames.length === 0 && <p class="dim">No function runs.</p>}
        </div>
        <div class="objects">
          <h2>
            {isManual ? 'Heap' : 'Objects'}
            <small>{isManual ? 'freed only by delete' : 'freed when the count reaches 0'}</small>
          </h2>
          {total === 0 && <p class="dim">No objects at this moment.</p>}
          {isTable && <TypeTable types={view.moment.value?.types ?? []} total={total} />}
          {isGrouped && <GroupCards objects={objects} view={view} />}
          <div class="object-columns">
            <div class="object-column">
              {inOrder(main, free).map((each) =>
                'pill' in each ? (
                  <ObjectCard key={each.id} object={each} view={view} />
                ) : (
                  <div key={`free ${each.address}`} class="object free">
                    <h3>
                      free chunk<span class="pill">free</span>
                    </h3>
                    <p class="where">{each.place}</p>
                  </div>
                ),
              )}
            </div>
            {leaves.length > 0 && (
              <div class="object-column leaves">
                {leaves.map((object) => (
                  <ObjectCard key={object.id} object={object} view={view} />
                ))}
              </div>
            )}
          </div>
        </div>
        <svg class="arrows" aria-hidden="true">
          <defs>
            <marker id="arrowhead" viewBox="0 0 8 8" refX="6.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 .6 7.4 4 0 7.4z" />
            </marker>
          </defs>
          {paths.value.map((path, i) => (
            <path key={i} d={path} marker-end="url(#arrowhead)" />
          ))}
        </svg>
      </div>
      <ReferenceList scene={scene} />
    </section>
  );
}

function Frame({ frame }: { readonly frame: SceneFrame }) {
  const { title, isRunning, variables, more } = frame;
  return (
    <div class={isRunning ? 'frame running' : 'frame'}>
      <h3>
        <bdi>{title}</bdi>
        {isRunning && <small>running</small>}
      </h3>
      {variables.map(({ name, object, text }) => (
        <div key={name} class="variable">
          <b>
            <bdi>{name}</bdi>
          </b>
          {object === null ? (
            <i>
              <bdi>{text}</bdi>
            </i>
          ) : (
            <span class="dot" data-to={object} />
          )}
        </div>
      ))}
      {variables.length === 0 && <div class="variable dim">no names yet</div>}
      {more > 0 && <div class="variable dim">and {counted(more, 'more name')}</div>}
    </div>
  );
}

/** What holds nothing and is held by objects only stands in a column of its own, beside what holds it. */
function split({ frames, objects }: Scene): readonly [readonly SceneObject[], readonly SceneObject[]] {
  const named = new Set(frames.flatMap(({ variables }) => variables.map(({ object }) => object)));
  const held = new Set(objects.flatMap(({ fields }) => fields.map(({ object }) => object)));
  const isLeaf = ({ id, fields, lost }: SceneObject): boolean =>
    fields.length === 0 && lost === null && held.has(id) && !named.has(id);
  return [objects.filter((each) => !isLeaf(each)), objects.filter(isLeaf)];
}

/** Freed memory of a program that frees by hand: between the objects, in the order of addresses. */
function freeChunks(view: Pictured, { isManual }: Scene): readonly FreeChunk[] {
  if (!isManual) return [];
  const chunks = view.moment.value?.chunks ?? [];
  const free = chunks.filter(({ state }) => state === 'free' || state === 'freed').slice(0, MOST_FREE);
  return free.map(({ address, size }) => ({
    address: Number(address),
    bytes: size,
    place: `${address}, ${counted(size, 'byte')}`,
  }));
}

function inOrder(objects: readonly SceneObject[], free: readonly FreeChunk[]): readonly (SceneObject | FreeChunk)[] {
  const addressOf = (each: SceneObject | FreeChunk): number =>
    'pill' in each ? (each.place?.address ?? Infinity) : each.address;
  return [...objects, ...free].sort((a, b) => addressOf(a) - addressOf(b));
}

/** One path per dot, from measured boxes. */
function arrowsIn(element: HTMLElement): string[] {
  const origin = element.getBoundingClientRect();
  const boxOf = (part: Element): Box => {
    const { left, top, width, height } = part.getBoundingClientRect();
    return { x: left - origin.left, y: top - origin.top, width, height };
  };
  const targets = new Map<string, Element>();
  for (const part of element.querySelectorAll('[data-objects]')) {
    for (const id of part.getAttribute('data-objects')?.split(' ') ?? []) targets.set(id, part);
  }
  const arrows = [...element.querySelectorAll('[data-to]')].flatMap((dot) => {
    const target = targets.get(dot.getAttribute('data-to') ?? '');
    return target ? [{ from: boxOf(dot), target, to: boxOf(target) }] : [];
  });
  const counts = new Map<Element, number>();
  for (const { from, to, target } of arrows) {
    if (to.x >= from.x) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  const drawn = new Map<Element, number>();
  return arrows.map(({ from, to, target }) => {
    const nth = drawn.get(target) ?? 0;
    if (to.x >= from.x) drawn.set(target, nth + 1);
    return edgePath(from, to, nth, counts.get(target) ?? 1);
  });
}

/** The arrows in words. */
function ReferenceList({ scene }: { readonly scene: Scene }) {
  const titles = new Map(scene.objects.map(({ id, title }) => [id, title]));
  const said: string[] = [];
  for (const { title, variables } of scene.frames) {
    for (const { name, object, text } of variables) {
      said.push(
        object === null ? `${title}: ${name} is ${text}` : `${title}: ${name} points to ${titles.get(object) ?? text}`,
      );
    }
  }
  for (const { title, fields, lost, pill } of scene.objects.slice(0, MOST_OBJECTS)) {
    said.push(`${title}: ${pill}${lost ? ', nothing leads to it' : ''}`);
    for (const { name, object, text } of fields) {
      if (object !== null) said.push(`${title} ${name} points to ${titles.get(object) ?? text}`);
    }
  }
  return (
    <div class="unseen">
      <h2>The diagram in words</h2>
      <ul>
        {said.map((text, i) => (
          <li key={i}>{text}</li>
        ))}
      </ul>
    </div>
  );
}
