import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../operations/metrics.js';
import { Recollection } from './recollection.js';

/** A measurement that ends when the test says so, or fails as it is stopped. */
class Measurement {
  begun = 0;
  signal: AbortSignal | null = null;
  end: (value: string) => void = () => undefined;

  readonly make = (signal: AbortSignal): Promise<string> => {
    this.begun++;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.end = resolve;
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  };
}

const here = (): AbortSignal => new AbortController().signal;

describe('what was measured', () => {
  it('is measured once for all who ask, and remembered', async () => {
    const recollection = new Recollection(new Metrics());
    const measurement = new Measurement();
    const asked = [1, 2, 3].map(() => recollection.remember('key', here(), measurement.make));
    measurement.end('value');
    expect(await Promise.all(asked)).toEqual(['value', 'value', 'value']);
    expect(await recollection.remember('key', here(), measurement.make)).toBe('value');
    expect(measurement.begun).toBe(1);
  });

  it('goes on while anybody waits for it, and is stopped when the last one has gone', async () => {
    const metrics = new Metrics();
    const recollection = new Recollection(metrics);
    const measurement = new Measurement();
    const [one, other] = [new AbortController(), new AbortController()];
    const asked = [one, other].map(({ signal }) => recollection.remember('key', signal, measurement.make));
    one.abort();
    await expect(asked[0]).rejects.toMatchObject({ code: 'aborted' });
    expect(measurement.signal?.aborted).toBe(false);
    other.abort();
    await expect(asked[1]).rejects.toMatchObject({ code: 'aborted' });
    expect(measurement.signal?.aborted).toBe(true);
    expect(await metrics.text()).toMatch(/^heapcast_measurements_stopped_total 1$/m);
    expect(await metrics.text()).toMatch(/^heapcast_measurements_under_way 0$/m);
  });

  it('is begun anew by whoever asks after that, and not at all by who has gone already', async () => {
    const recollection = new Recollection(new Metrics());
    const [first, second] = [new Measurement(), new Measurement()];
    const leaving = new AbortController();
    const left = recollection.remember('key', leaving.signal, first.make);
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
    const asked = recollection.remember('key', here(), second.make);
    second.end('anew');
    expect(await asked).toBe('anew');
    await expect(recollection.remember('other', leaving.signal, first.make)).rejects.toThrow();
    expect([first.begun, second.begun]).toEqual([1, 1]);
  });
});
