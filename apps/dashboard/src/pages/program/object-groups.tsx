/** Objects that are too many to be drawn one by one: by type, and beyond a few hundred as a table. */
import type { TypeRow } from '../../service/program.js';
import { bytes, count, counted } from '../../words/amounts.js';
import type { Pictured } from './pictured.js';
import { groupsOf, type SceneObject } from './scene.js';
import { short } from './words.js';

interface GroupCardsProps {
  readonly objects: readonly SceneObject[];
  readonly view: Pictured;
}

export function GroupCards({ objects, view }: GroupCardsProps) {
  return (
    <>
      <p class="quiet">{counted(objects.length, 'object')}, drawn by type.</p>
      {groupsOf(objects).map(({ type, count: many, bytes: size, lost, ids }) => (
        <div
          key={type}
          class={`object group${lost > 0 ? ' lost' : ''}${ids.has(view.hovered.value ?? 0) ? ' lit' : ''}`}
          data-objects={[...ids].join(' ')}
        >
          <h3>
            <bdi>{short(type)}</bdi>
            <span class="pill">{lost > 0 ? `${count(lost)} leaked` : `${count(many)} ×`}</span>
          </h3>
          <p class="where">
            {counted(many, 'object')}, {bytes(size)}
          </p>
        </div>
      ))}
    </>
  );
}

export function TypeTable({ types, total }: { readonly types: readonly TypeRow[]; readonly total: number }) {
  return (
    <>
      <p class="quiet">{counted(total, 'object')}: a table says more than a picture.</p>
      <table class="types">
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col" class="right">
              Objects
            </th>
            <th scope="col" class="right">
              Bytes
            </th>
          </tr>
        </thead>
        <tbody>
          {types.map(({ type, blocks, bytes: size }) => (
            <tr key={type}>
              <td class="mono">
                <bdi>{short(type)}</bdi>
              </td>
              <td class="right num">{count(blocks)}</td>
              <td class="right num">{bytes(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
