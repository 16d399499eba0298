/** Runs of one trace on several allocators, over one time axis. */
import { TopBar } from '../../shell/top-bar.js';

interface ComparePageProps {
  /** What the comparison starts from; without it, the runs that the address names. */
  readonly kind?: 'run' | 'session';
  readonly id?: string;
}

export function ComparePage({ kind, id }: ComparePageProps) {
  const views = kind && id !== undefined ? { views: { kind, id, current: 'compare' as const } } : {};
  return <TopBar title="Compare" {...views} />;
}
