import sliceAnsi from 'slice-ansi';
import type { Colors, Terminal } from '../cli/terminal.ts';
import { silenceOf } from './image-waits.ts';
import { milliseconds } from './milliseconds.ts';
import { preOrder } from './pre-order.ts';
import type { ActionState, ImageState, RunTree } from './run-tree.ts';
import { short } from './short.ts';
import { statusMark } from './status-mark.ts';

const mostRows = 24;
const deepest = 12;

type Canvas = Pick<Terminal, 'colors' | 'columns' | 'rows'>;

/** As many rows as a person can follow and the terminal has room for: what is done gives way to what is not. */
export function drawTree(tree: RunTree, { colors, columns, rows }: Canvas, now: number): readonly string[] {
  const room = Math.max(Math.min(rows() - 2, mostRows), 3);
  const images = [...tree.images.values()].filter(({ status }) => status !== 'exists');
  const shownImages = choose(
    images,
    ({ status }) => status === 'building' || status === 'failed',
    tree.size === 0 ? room : Math.ceil(room / 3),
  );
  const actions = shownActions(tree, room - shownImages.length);
  const hidden = images.length - shownImages.length + tree.size - actions.length;
  const lines = [
    ...shownImages.map((image) => imageRow(image, colors, now)),
    ...actions.map(({ node, depth }) => `${'  '.repeat(Math.min(depth, deepest))}${actionRow(node, colors, now)}`),
    ...(hidden > 0 ? [colors.dim(moreRow(hidden, tree))] : []),
  ];
  // A wide character may stand across the end.
  const width = Math.max(columns() - 2, 10);
  return lines.map((line) => sliceAnsi(line, 0, width));
}

type ActionRow = { readonly node: ActionState; readonly depth: number };

/** All where there is room; else first the root, and what failed or runs with the tasks that wait for it. */
function shownActions(tree: RunTree, room: number): readonly ActionRow[] {
  const all = preOrder(tree.roots, ({ children }) => children);
  if (tree.size <= room) return [...all];
  const wanted = new Set(tree.roots.slice(0, room));
  for (const node of tree.urgent()) {
    const path = [node, ...tree.ancestors(node)].filter((each) => !wanted.has(each));
    if (wanted.size + path.length > room) continue;
    path.forEach((each) => wanted.add(each));
  }
  const rows: ActionRow[] = [];
  let free = room - wanted.size;
  for (const row of all) {
    const isWanted = wanted.has(row.node);
    if (!isWanted && (free <= 0 || row.node.status === 'succeeded')) continue;
    if (!isWanted) free -= 1;
    rows.push(row);
    if (rows.length === room) break;
  }
  return rows;
}

function choose<T>(items: readonly T[], isWanted: (item: T) => boolean, room: number): readonly T[] {
  return items.length <= room ? items : items.filter(isWanted).slice(0, room);
}

function moreRow(hidden: number, { counts: { queued, running, done, failed } }: RunTree): string {
  return `… and ${hidden} more; in all ${running} running, ${queued} queued, ${done} done${failed > 0 ? `, ${failed} failed` : ''}`;
}

function imageRow(image: ImageState, colors: Colors, now: number): string {
  const { identity, label, status, builder, step, startedAt, durationMs, lastLine } = image;
  const isBuilding = status === 'building';
  const silence = isBuilding ? silenceOf(image, now) : '';
  const facts = `${builder} ${milliseconds(durationMs ?? now - startedAt)} for ${label}${silence && `, ${silence}`}`;
  const line = isBuilding && lastLine !== undefined ? `  ${lastLine}` : '';
  return `${statusMark(status, colors)} image ${short(identity)} ${isBuilding ? (step ?? 'building') : status} ${colors.dim(`${facts}${line}`)}`;
}

function actionRow({ task, status, executor, startedAt, durationMs, lastLine, attempt }: ActionState, colors: Colors, now: number): string {
  const took = durationMs ?? (startedAt === undefined ? undefined : now - startedAt);
  const facts = [executor, took === undefined ? '' : milliseconds(took), attempt > 1 ? `attempt ${attempt}` : ''].filter(Boolean).join(' ');
  const line = lastLine && (status === 'running' || status === 'failed') ? `  ${lastLine}` : '';
  return `${statusMark(status, colors)} ${task} ${colors.dim(`${facts}${line}`)}`;
}
