/** What a comparison shows, in sentences that name their numbers. */
import type { PolicyOutcome } from '@heapcast/contracts';

/** Least memory, least work, and what the one costs of the other. */
export function inOrder(outcomes: readonly PolicyOutcome[]): string[] {
  const byMemory = [...outcomes].sort((a, b) => a.peakRequestedBytes - b.peakRequestedBytes);
  const byWork = [...outcomes].sort((a, b) => a.objectsVisited - b.objectsVisited);
  const [least, most] = [byMemory[0], byMemory.at(-1)];
  const idle = byWork[0];
  const sentences = [
    `${quoted(least)} needs the least memory: ${bytes(least)} at its peak, for ${visits(least)} in ${least.collections} collections.`,
  ];
  if (most && most.peakRequestedBytes > least.peakRequestedBytes) {
    const factor = most.peakRequestedBytes / Math.max(1, least.peakRequestedBytes);
    sentences.push(
      `${quoted(most)} needs the most: ${bytes(most)}, ${factor.toFixed(2)} times as much, for ${visits(most)}.`,
    );
  }
  if (idle !== least) {
    sentences.push(`${quoted(idle)} works the least: ${visits(idle)}, with ${bytes(idle)} at its peak.`);
  }
  const paused = [...outcomes].sort((a, b) => b.largestPause - a.largestPause)[0];
  if (paused.largestPause > 0) {
    sentences.push(`The longest pause is ${paused.largestPause} objects, under ${quoted(paused)}.`);
  }
  return sentences;
}

function quoted({ policy }: PolicyOutcome): string {
  return JSON.stringify(policy.name);
}

function bytes({ peakRequestedBytes }: PolicyOutcome): string {
  return `${peakRequestedBytes.toLocaleString('en')} bytes`;
}

function visits({ objectsVisited }: PolicyOutcome): string {
  return `${objectsVisited.toLocaleString('en')} visited objects`;
}
