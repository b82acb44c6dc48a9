import { createLogUpdate } from 'log-update';
import sliceAnsi from 'slice-ansi';
import type { Plan } from '@ambit/core';
import type { Colors, Terminal } from '../cli/terminal.ts';
import { short } from './plan-screen.ts';
import { RunTree, milliseconds } from './run-tree.ts';
import type { ActionState, ImageState } from './run-tree.ts';
import type { RunView } from './run-view.ts';

const redrawMs = 80;
const mostRows = 24;

/** The images that are built and the tree of tasks, redrawn; what tasks print scrolls above. */
export function liveView(plan: Plan, terminal: Terminal): RunView {
  const tree = new RunTree(plan);
  const screen = createLogUpdate(process.stderr, { showCursor: true });
  const draw = (): void => screen(drawTree(tree, terminal, Date.now()).join('\n'));
  let isStale = false;
  const timer = setInterval(() => {
    if (isStale || tree.counts.running > 0) draw();
    isStale = false;
  }, redrawMs);
  timer.unref();
  return {
    take: (event) => {
      tree.take(event, Date.parse(event.at));
      isStale = true;
      if (event.type !== 'attempt.log') return;
      screen.clear();
      for (const line of event.data.text.replace(/\n$/, '').split('\n')) terminal.say(`${terminal.colors.cyan(event.data.task)} | ${line}`);
      draw();
    },
    end: () => {
      clearInterval(timer);
      draw();
      screen.done();
    },
  };
}

/** As many rows as a person can follow: what is done gives way to what is not. */
export function drawTree(tree: RunTree, { colors, columns }: Pick<Terminal, 'colors' | 'columns'>, now: number): readonly string[] {
  const width = Math.max(columns() - 1, 10);
  const images = [...tree.images.values()].filter(({ status }) => status !== 'exists').map((image) => imageRow(image, colors, now));
  const rows = tree.roots.flatMap((root) => actionRows(root, 0, colors, now));
  const shown = rows.length > mostRows ? rows.filter(({ isOpen }) => isOpen).slice(0, mostRows) : rows;
  const { queued, running, done, failed } = tree.counts;
  const hidden = rows.length - shown.length;
  const more =
    hidden > 0
      ? [colors.dim(`… and ${hidden} more: ${running} running, ${queued} queued, ${done} done${failed > 0 ? `, ${failed} failed` : ''}`)]
      : [];
  return [...images, ...shown.map(({ text }) => text), ...more].map((line) => sliceAnsi(line, 0, width));
}

function imageRow({ identity, label, status, builder, step, startedAt, durationMs }: ImageState, colors: Colors, now: number): string {
  const mark = status === 'building' ? colors.yellow('◐') : status === 'failed' ? colors.red('✗') : colors.green('✓');
  const what = status === 'building' ? (step ?? 'building') : status;
  return `${mark} image ${short(identity)} ${what} ${colors.dim(`${builder} ${milliseconds(durationMs ?? now - startedAt)} for ${label}`)}`;
}

interface Row {
  readonly text: string;
  readonly isOpen: boolean;
}

function actionRows(action: ActionState, depth: number, colors: Colors, now: number): Row[] {
  const isOpen = action.status === 'running' || action.status === 'queued' || action.status === 'failed';
  const row = { text: `${'  '.repeat(Math.min(depth, 12))}${actionRow(action, colors, now)}`, isOpen };
  return [row, ...action.children.flatMap((child) => actionRows(child, depth + 1, colors, now))];
}

function actionRow({ task, status, executor, startedAt, durationMs, lastLine, attempt }: ActionState, colors: Colors, now: number): string {
  const marks = {
    queued: colors.dim('·'),
    running: colors.yellow('◐'),
    succeeded: colors.green('✓'),
    cached: colors.green('✓'),
    failed: colors.red('✗'),
    cancelled: colors.yellow('■'),
    skipped: colors.dim('-'),
  };
  const took = durationMs ?? (startedAt === undefined ? undefined : now - startedAt);
  const facts = [executor, took === undefined ? '' : milliseconds(took), attempt > 1 ? `attempt ${attempt}` : ''].filter(Boolean).join(' ');
  return `${marks[status]} ${task} ${colors.dim(facts)}${status === 'running' && lastLine ? colors.dim(`  ${lastLine}`) : ''}`;
}
