import type { Colors } from '../cli/terminal.ts';
import { resultOf } from '../record/run-document.ts';
import type { ActionRecord, RunRecord } from '../record/run-record.ts';
import { milliseconds } from './run-tree.ts';

/** A recorded run for people. */
export function runScreen(record: RunRecord, colors: Colors): string {
  const { run, task, startedAt, end } = record;
  const status = end?.status ?? 'running';
  const took = end === undefined ? '' : `, ${milliseconds(end.durationMs)}`;
  return [
    `${colors.bold(run)} ${task} ${status}${took} ${colors.dim(startedAt)}`,
    ...tree(childrenOf(record.actions), undefined, '  ', colors),
    ...(end?.error
      ? [
          '',
          `${colors.red('error')} ${end.error.message}${end.error.at === undefined ? '' : ` (${end.error.at})`}`,
          `    ${end.error.hint}`,
        ]
      : []),
    ...(end?.value === undefined ? [] : ['', JSON.stringify(resultOf(end.value) ?? null)]),
  ].join('\n');
}

type Children = ReadonlyMap<string | undefined, readonly ActionRecord[]>;

function childrenOf(actions: readonly ActionRecord[]): Children {
  const children = new Map<string | undefined, ActionRecord[]>();
  for (const action of actions) {
    const siblings = children.get(action.parent) ?? [];
    siblings.push(action);
    children.set(action.parent, siblings);
  }
  return children;
}

function tree(children: Children, parent: string | undefined, indent: string, colors: Colors): string[] {
  return (children.get(parent) ?? []).flatMap((action) => [
    line(action, indent, colors),
    ...tree(children, action.id, `${indent}  `, colors),
  ]);
}

function line({ id, task, status, executor, attempts }: ActionRecord, indent: string, colors: Colors): string {
  const last = attempts.at(-1);
  const took = last?.startedAt && last.endedAt ? milliseconds(Date.parse(last.endedAt) - Date.parse(last.startedAt)) : '';
  const tries = attempts.length > 1 ? `${attempts.length} attempts` : '';
  const paint = status === 'succeeded' ? colors.green : status === 'failed' ? colors.red : colors.yellow;
  return `${indent}${task} ${paint(status)} ${[took, executor, tries].filter(Boolean).join(' ')} ${colors.dim(id)}`;
}
