import { describe, expect, it } from '@jest/globals';
import { ledTo, ServerClock } from './led-time.js';

describe('where a class is led', () => {
  it('stays at its event while it is paused', () => {
    expect(ledTo({ event: 14, speed: 0, since: 1000 }, 99_000)).toBe(14);
  });

  it('goes on by speed events per second from the moment it was told', () => {
    expect(ledTo({ event: 100, speed: 10, since: 5000 }, 7500)).toBe(125);
  });

  it('does not run backwards when the clocks disagree a little', () => {
    expect(ledTo({ event: 100, speed: 10, since: 5000 }, 4900)).toBe(100);
  });
});

describe("the server's clock", () => {
  it('is the one of the fastest message', () => {
    let here = 1000;
    const clock = new ServerClock(() => here);
    clock.heard(60_900); // 100 ms on the way
    here = 2000;
    clock.heard(61_990); // 10 ms on the way
    here = 3000;
    clock.heard(62_500); // half a second on the way
    expect(clock.now()).toBe(62_990);
  });

  it('is learned again after a break', () => {
    let here = 1000;
    const clock = new ServerClock(() => here);
    clock.heard(61_000);
    clock.forget();
    here = 500_000;
    clock.heard(100_000);
    expect(clock.now()).toBe(100_000);
  });
});
