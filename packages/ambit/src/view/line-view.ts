import type { Plan } from '@ambit/core';
import type { Terminal } from '../cli/terminal.ts';
import { builtFor } from './built-for.ts';
import { ImageWaits } from './image-waits.ts';
import { shownLines } from './log-text.ts';
import { milliseconds } from './milliseconds.ts';
import { RunTree } from './run-tree.ts';
import type { ActionState, ShownEvent } from './run-tree.ts';
import type { RunView } from './run-view.ts';
import { short } from './short.ts';

const waitsMs = 1_000;

/** One timestamped line per change, and now and then one of what does not change. */
export function lineView(plan: Plan, terminal: Terminal): RunView {
  const tree = new RunTree(plan);
  const waits = new ImageWaits(tree, terminal.flags.verbosity === 'verbose');
  const say = (lines: readonly string[], at: number): void => {
    const time = terminal.colors.dim(new Date(at).toISOString().slice(11, 23));
    if (lines.length > 0) terminal.say(lines.map((line) => `${time} ${line}`).join('\n'));
  };
  const timer = setInterval(() => say(waits.due(Date.now()), Date.now()), waitsMs);
  timer.unref();
  return {
    take: (event) => {
      const at = Date.parse(event.at);
      tree.take(event, at);
      say(describe(event, tree, terminal), at);
    },
    end: () => clearInterval(timer),
  };
}

/** What is said of an event; nothing of those that only programs care about. */
export function describe(event: ShownEvent, tree: RunTree, { colors, flags }: Terminal): readonly string[] {
  const { type, data } = event;
  switch (type) {
    case 'plan.ready':
      return [`plan ${counted(data.environments, 'environment')}, ${counted(data.images, 'image')}`];
    case 'image.started':
      return [`image ${short(data.image)} for ${builtFor(data)}: building with ${data.builder}`];
    case 'image.progress':
      return data.name === undefined ? [] : [`image ${short(data.image)} ${data.name}`];
    case 'image.log':
      return flags.verbosity === 'verbose' ? shownLines(data.text).map((line) => `image ${short(data.image)} | ${line}`) : [];
    case 'image.ended':
      return data.status === 'exists' ? [] : [`image ${short(data.image)} ${data.status} after ${milliseconds(data.durationMs)}`];
    case 'attempt.started':
      return [startedLine(tree.action(data.action))];
    case 'attempt.log':
      return shownLines(data.text).map((line) => `${colors.cyan(data.task)} | ${line}`);
    case 'attempt.ended':
      return data.outcome === 'lost' ? [`${tree.action(data.action)?.task ?? data.action} was lost`] : [];
    case 'action.ended':
      return [endedLine(tree.action(data.action), painter(colors))];
    case 'worker.lost':
      return [`worker ${data.worker} was lost: ${data.reason}`];
    default:
      return [];
  }
}

type Paint = (status: string) => string;

function painter(colors: Terminal['colors']): Paint {
  return (status) => (status === 'succeeded' ? colors.green(status) : status === 'failed' ? colors.red(status) : colors.yellow(status));
}

function startedLine(action: ActionState | undefined): string {
  if (!action) return 'a task started';
  const { task, executor, attempt, lastFailure } = action;
  const again = attempt > 1 ? `, attempt ${attempt}${lastFailure === undefined ? '' : `, after ${lastFailure}`}` : '';
  return `${task} started on ${executor ?? 'a worker'}${again}`;
}

function endedLine(action: ActionState | undefined, paint: Paint): string {
  const took = action?.durationMs === undefined ? '' : ` after ${milliseconds(action.durationMs)}`;
  return `${action?.task ?? 'a task'} ${paint(action?.status ?? 'ended')}${took}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
