/** How to come in, as large as a wall: the address, the code, the QR code, and who is here. */
import type { JoinCode } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Classroom } from '../../service/classroom.js';

export function ScreenCode({ classroom }: { readonly classroom: Classroom }) {
  const code = useMemo(() => signal<JoinCode | null>(null), []);
  const picture = useMemo(() => signal<string | null>(null), []);
  const isOpen = classroom.connection.value === 'open';
  const wanted = classroom.state.value?.code ?? null;
  useEffect(() => {
    if (!isOpen) return;
    const read = async (): Promise<void> => {
      const now = wanted === null ? null : await classroom.desk.code();
      picture.value = now === null ? null : await classroom.desk.codePicture();
      code.value = now;
    };
    void classroom.attempt(read());
  }, [isOpen, wanted]);
  const here = classroom.people.value.filter(({ role, online }) => role === 'student' && online);
  const joined = classroom.people.value.filter(({ role }) => role === 'student').length;
  return (
    <main class="screen-join">
      <div class="screen-code">
        <div>
          <p class="screen-address">Join at {location.host}/join</p>
          <h1 class="num">{wanted ?? 'No code'}</h1>
          {classroom.state.value?.locked && <p class="screen-address">The door is locked: nobody new may join.</p>}
        </div>
        {picture.value !== null && <img src={picture.value} alt={`QR code of ${code.value?.url ?? ''}`} />}
      </div>
      <div>
        <p class="screen-joined">{joined} joined</p>
        <ul class="screen-names">
          {here.map(({ id, name }) => (
            <li key={id}>
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </main>
  );
}
