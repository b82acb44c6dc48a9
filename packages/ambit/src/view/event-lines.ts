import type { Terminal } from '../cli/terminal.ts';
import { inputOf, resultOf } from '../record/run-document.ts';
import type { RunView, TakeEvent } from './run-view.ts';

type Shown = Parameters<TakeEvent>[0];

/** What programs are told of a run (`cli.md`); its end is printed with the run's document. */
const types: ReadonlySet<Shown['type']> = new Set<Shown['type']>([
  'run.created',
  'plan.ready',
  'image.started',
  'image.progress',
  'image.log',
  'image.ended',
  'action.created',
  'attempt.placed',
  'attempt.started',
  'attempt.log',
  'attempt.ended',
  'action.ended',
  'worker.lost',
]);

/** A line of JSON per event, numbered in the order of printing. */
export function eventLines(terminal: Terminal): RunView {
  let seq = 0;
  const take = (event: Shown): void => {
    if (!types.has(event.type)) return;
    seq += 1;
    terminal.out(JSON.stringify({ seq, at: event.at, type: event.type, ...readable(event) }));
  };
  return { take, end: () => undefined, printed: () => seq };
}

/** Encoded values as they are in documents. */
function readable({ type, data }: Shown): object {
  if (type === 'run.created') {
    const { args, ...rest } = data;
    return { ...rest, input: inputOf(args) };
  }
  if (type === 'action.created') return { ...data, input: inputOf(data.input) };
  if (type === 'action.ended') {
    const { value, ...rest } = data;
    return { ...rest, ...(value !== undefined && { result: resultOf(value) }) };
  }
  return data;
}
