/** What the class is led to look at: the heap, the program beside it, or the heap in the party's words. */
import type { ClassroomView, Selection } from '@heapcast/contracts';
import { HeapPicture } from './heap-picture.js';
import { PartyWords } from './party-words.js';
import type { Picture } from './picture.js';
import './lesson-picture.css';
import { ProgramWords } from './program-words.js';

interface LessonPictureProps {
  readonly picture: Picture;
  readonly view: ClassroomView;
  readonly zoom: number;
  readonly choose?: ((selection: Selection) => void) | undefined;
}

export function LessonPicture({ picture, view, zoom, choose }: LessonPictureProps) {
  return (
    <div class={`lesson-picture ${view}`}>
      {view === 'program' && <ProgramWords picture={picture} />}
      {view === 'party' && <PartyWords picture={picture} />}
      <HeapPicture picture={picture} zoom={zoom} choose={choose} />
    </div>
  );
}
