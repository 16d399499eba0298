/** Commands a second that the engine of a program does, and what a checkpoint of it takes. */
import type { ProgramChoice, ProgramCommand } from '@heapcast/contracts';
import { Program } from '@heapcast/program';
import type { Benchmark, Figure } from './figure.js';
import { medianSeconds } from './statistics.js';

/** One round of a program: what it makes it lets go again, one way or the other. */
interface Workload {
  readonly name: string;
  readonly choice: ProgramChoice;
  readonly round: readonly ProgramCommand[];
}

const workloads: readonly Workload[] = [
  {
    name: 'manual: a list of three, built and deleted in a function',
    choice: { ownership: 'manual' },
    round: [
      { op: 'call', function: 'build', line: 3 },
      { op: 'new', to: 'head', type: 'Node', fields: ['next', 'value'], line: 10 },
      { op: 'new', to: 'head.next', type: 'Node', fields: ['next', 'value'], line: 11 },
      { op: 'new', to: 'head.next.next', type: 'Node', fields: ['next', 'value'], line: 12 },
      { op: 'assign', to: 'head.value', value: 1, line: 13 },
      { op: 'delete', place: 'head.next.next', line: 14 },
      { op: 'delete', place: 'head.next', line: 15 },
      { op: 'delete', place: 'head', line: 16 },
      { op: 'return', line: 17 },
    ],
  },
  {
    name: 'cpython: two objects in a cycle, dropped by a function',
    choice: { ownership: 'cpython', version: '3.11' },
    round: [
      { op: 'call', function: 'build', line: 3 },
      { op: 'new', to: 'a', type: 'dict', fields: ['other', 'value'], line: 10 },
      { op: 'new', to: 'b', type: 'list', fields: ['other'], line: 11 },
      { op: 'assign', to: 'a.other', value: { ref: 'b' }, line: 12 },
      { op: 'assign', to: 'b.other', value: { ref: 'a' }, line: 13 },
      { op: 'assign', to: 'a.value', value: 1, line: 14 },
      { op: 'return', line: 15 },
    ],
  },
  {
    name: 'mark-sweep: the same, in 1 MiB',
    choice: { ownership: 'mark-sweep', heapBudget: 1 << 20 },
    round: [
      { op: 'call', function: 'build', line: 3 },
      { op: 'new', to: 'a', type: 'dict', fields: ['other', 'value'], line: 10 },
      { op: 'new', to: 'b', type: 'list', fields: ['other'], line: 11 },
      { op: 'assign', to: 'a.other', value: { ref: 'b' }, line: 12 },
      { op: 'assign', to: 'b.other', value: { ref: 'a' }, line: 13 },
      { op: 'return', line: 15 },
    ],
  },
];

export const programSpeed: Benchmark = {
  name: 'program',
  title: 'programs in memory: commands a second, checkpoints',
  async run({ quick, tell }) {
    const commands = quick ? 30_000 : 300_000;
    const figures: Figure[] = [];
    for (const workload of workloads) {
      tell(`program: ${workload.name}`);
      let program = new Program(workload.choice);
      const seconds = await medianSeconds(3, () => {
        program = new Program(workload.choice);
        play(program, workload, commands);
      });
      const save = await medianSeconds(3, () => void program.save());
      const { liveObjects } = program.state({ objects: { limit: 0 } }).heap;
      figures.push(
        {
          name: workload.name,
          value: program.commands / seconds / 1000,
          unit: 'k commands/s',
          note: 'checked, done, told as an event with requests',
        },
        { name: `save, ${liveObjects} live objects, ${workload.choice.ownership}`, value: save * 1000, unit: 'ms' },
      );
    }
    return figures;
  },
};

function play(program: Program, { round }: Workload, commands: number): void {
  while (program.commands < commands) {
    for (const command of round) program.apply(command);
  }
}
