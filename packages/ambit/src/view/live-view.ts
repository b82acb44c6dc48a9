import type { Plan } from '@ambit/core';
import type { Terminal } from '../cli/terminal.ts';
import { drawTree } from './draw-tree.ts';
import { LogBacklog } from './log-backlog.ts';
import { Redraw } from './redraw.ts';
import { RunTree } from './run-tree.ts';
import type { RunView } from './run-view.ts';

const redrawMs = 100;

/** The images that are built and the tree of tasks, redrawn; what tasks print scrolls above. */
export function liveView(plan: Plan, terminal: Terminal): RunView {
  const tree = new RunTree(plan);
  const backlog = new LogBacklog(terminal.colors);
  const screen = new Redraw(terminal.raw, terminal.columns);
  let isStale = false;
  let isOver = false;
  const draw = (): void => {
    isStale = false;
    const begun = performance.now();
    screen.draw(drawTree(tree, terminal, Date.now()), backlog.take());
    backlog.drawn(performance.now() - begun);
  };
  const timer = setInterval(() => {
    if (isStale || tree.isMoving) draw();
  }, redrawMs);
  timer.unref();
  process.stderr.on('resize', draw);
  const restore = terminal.divert((line) => {
    backlog.say(line);
    isStale = true;
  });
  return {
    take: (event) => {
      tree.take(event, Date.parse(event.at));
      isStale = true;
      if (event.type === 'attempt.log') backlog.add(event.data.task, event.data.text);
    },
    end: () => {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      process.stderr.off('resize', draw);
      restore();
      draw();
    },
  };
}
