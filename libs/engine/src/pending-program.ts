import type {
  LeakQuery,
  LeakReport,
  ResolvedProgramChoice,
  ProgramCommand,
  ProgramEvent,
  ProgramState,
  ProgramStateQuery,
} from '@heapcast/contracts';
import type { ClientRequest, Site } from '@heapcast/trace';
export declare class Program {
  constructor(choice: ResolvedProgramChoice);
  apply(command: ProgramCommand): { event: ProgramEvent; requests: readonly ClientRequest[] };
  state(query: ProgramStateQuery): ProgramState;
  leaks(query: LeakQuery): LeakReport;
  readonly siteCount: number;
  sites(): readonly Site[];
  save(): unknown;
  static restore(saved: unknown): Program;
}
