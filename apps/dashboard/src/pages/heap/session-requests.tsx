/** Requests of one's own, to the session that the page shows. */
import type { RequestAnswer, SessionRequest } from '@heapcast/contracts';
import { json } from '../../service/rest.js';
import { RequestForm } from '../../shell/request-form.js';
import type { HeapView } from './heap-view.js';

export function SessionRequests({ view }: { readonly view: HeapView }) {
  const ask = async (requests: readonly SessionRequest[]): Promise<void> => {
    const { id, secret } = view.subject;
    if (secret === undefined) return;
    try {
      await json<RequestAnswer>(`/v1/sessions/${id}/requests`, { method: 'POST', body: { requests }, token: secret });
      view.trouble.value = null;
    } catch (error) {
      view.trouble.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <fieldset class="session-requests" disabled={!view.isConnected.value} aria-label="Requests of one's own">
      <RequestForm ask={(requests) => void ask(requests)} />
    </fieldset>
  );
}
