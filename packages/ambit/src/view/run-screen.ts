import type { Colors } from '../cli/terminal.ts';
import { resultOf } from '../record/run-document.ts';
import type { ActionRecord, RunRecord } from '../record/run-record.ts';
import { errorLines } from './error-lines.ts';
import { milliseconds } from './milliseconds.ts';
import { preOrder } from './pre-order.ts';
import { statusMark } from './status-mark.ts';

/** A recorded run for people. */
export function runScreen(record: RunRecord, colors: Colors): string {
  const { run, task, status, startedAt, end, actions, tags } = record;
  const took = end === undefined ? '' : `, ${milliseconds(end.durationMs)}`;
  const children = childrenOf(actions);
  const rows = [...preOrder(children.get(undefined) ?? [], ({ id }) => children.get(id) ?? [])];
  const tagged = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  return [
    `${colors.bold(run)} ${task} ${status}${took} ${colors.dim([startedAt, ...tagged].join(' '))}`,
    ...rows.map(({ node, depth }) => `  ${'  '.repeat(Math.min(depth, 20))}${actionLine(node, colors)}`),
    ...(end?.error ? ['', ...errorLines(end.error, colors)] : []),
    ...(end?.value === undefined ? [] : ['', shownResult(end.value)]),
  ].join('\n');
}

function shownResult(encoded: string): string {
  const result = resultOf(encoded) ?? null;
  return typeof result === 'string' ? result : JSON.stringify(result);
}

function childrenOf(actions: readonly ActionRecord[]): ReadonlyMap<string | undefined, readonly ActionRecord[]> {
  const children = new Map<string | undefined, ActionRecord[]>();
  for (const action of actions) {
    const siblings = children.get(action.parent) ?? [];
    siblings.push(action);
    children.set(action.parent, siblings);
  }
  return children;
}

function actionLine({ id, task, status, executor, attempts }: ActionRecord, colors: Colors): string {
  const last = attempts.at(-1);
  const took = last?.startedAt && last.endedAt ? milliseconds(Date.parse(last.endedAt) - Date.parse(last.startedAt)) : status;
  const facts = [took, executor, attempts.length > 1 ? `${attempts.length} attempts` : '', id.slice(0, 8)];
  return `${statusMark(status, colors)} ${task} ${colors.dim(facts.filter(Boolean).join(' '))}`;
}
