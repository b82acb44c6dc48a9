import type { Plan } from '@ambit/core';
import type { Terminal } from '../cli/terminal.ts';
import { drawTree } from './draw-tree.ts';
import { shownLines } from './log-text.ts';
import { Redraw } from './redraw.ts';
import { RunTree } from './run-tree.ts';
import type { RunView } from './run-view.ts';

const redrawMs = 100;
/** More lines than this between two drawings nobody can read; they are in the record. */
const mostLines = 500;

/** The images that are built and the tree of tasks, redrawn; what tasks print scrolls above. */
export function liveView(plan: Plan, terminal: Terminal): RunView {
  const tree = new RunTree(plan);
  const { colors, columns } = terminal;
  const screen = new Redraw(terminal.raw, columns);
  let above: string[] = [];
  let left = 0;
  let isStale = false;
  const draw = (): void => {
    if (left > 0) above.push(colors.dim(`… ${left} lines more are not shown; ambit runs logs has them`));
    screen.draw(drawTree(tree, terminal, Date.now()), above);
    above = [];
    left = 0;
    isStale = false;
  };
  const timer = setInterval(() => {
    if (isStale || tree.isMoving) draw();
  }, redrawMs);
  timer.unref();
  process.stderr.on('resize', draw);
  return {
    take: (event) => {
      tree.take(event, Date.parse(event.at));
      isStale = true;
      if (event.type !== 'attempt.log') return;
      for (const line of shownLines(event.data.text)) {
        if (above.length >= mostLines) left += 1;
        else above.push(`${colors.cyan(event.data.task)} | ${line}`);
      }
    },
    end: () => {
      clearInterval(timer);
      process.stderr.off('resize', draw);
      draw();
    },
  };
}
