/** An object: type, what it holds, how many refer to it, where it lies. */
import { counted } from '../../words/amounts.js';
import { heapAddress } from './address.js';
import type { Pictured } from './pictured.js';
import type { SceneObject } from './scene.js';

/** Fields that a card has room for. */
const MOST_FIELDS = 8;

export function ObjectCard({ object, view }: { readonly object: SceneObject; readonly view: Pictured }) {
  const { id, title, fields, more, pill, lost, isHot, about, owns, notes, place } = object;
  const looks = ['object', lost && `lost ${lost}`, isHot && 'hot', view.hovered.value === id && 'lit'];
  const shown = fields.slice(0, MOST_FIELDS);
  const rest = more + fields.length - shown.length;
  return (
    <div
      class={looks.filter(Boolean).join(' ')}
      data-objects={id}
      onPointerEnter={() => (view.hovered.value = id)}
      onPointerLeave={() => (view.hovered.value = null)}
    >
      <h3>
        <a
          href={heapAddress(view, place)}
          title="To its block in the heap"
          onFocus={() => (view.hovered.value = id)}
          onBlur={() => (view.hovered.value = null)}
        >
          <bdi>{title}</bdi>
        </a>
        <span class="pill">{pill}</span>
      </h3>
      {shown.map((field) => (
        <div key={field.name} class="cell">
          <bdi>{field.name}</bdi>
          {field.object === null ? (
            <i>
              <bdi>{field.text}</bdi>
            </i>
          ) : (
            <span class="dot" data-to={field.object} />
          )}
        </div>
      ))}
      {rest > 0 && <p class="dim">and {counted(rest, 'more field')}</p>}
      {owns.map((each) => (
        <p key={each} class="owns">
          owns <bdi>{each}</bdi>
        </p>
      ))}
      <p class="where">
        {about}
        {notes.length > 0 && <span> · {notes.join(', ')}</span>}
      </p>
    </div>
  );
}
