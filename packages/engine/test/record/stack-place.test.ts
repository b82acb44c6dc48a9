import { describe, expect, it } from 'vitest';
import { stackPlace } from '../../src/record/stack-place.ts';

function stack(...frames: readonly string[]): string {
  return ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n');
}

describe('the place of an error', () => {
  it.each([
    ['the innermost frame of the project', ['f (/p/fold/run.ts:17:9)', 'main (/p/main.ts:3:4)'], 'fold/run.ts:17'],
    ['not one of a package', ['lib (/p/node_modules/lib/i.js:1:1)', 'f (/p/a.ts:2:1)'], 'a.ts:2'],
    ['not one of Node', ['node:internal/process/task_queues:95:5', 'async f (/p/a.ts:2:1)'], 'a.ts:2'],
    ['one without a function', ['/p/a.ts:2:1'], 'a.ts:2'],
    ['one given as a URL', ['async Promise.all (index 0)', 'file:///p/with%20space/a.ts:5:6'], 'with space/a.ts:5'],
    ['one of a method with brackets in its name', ['Object.<anonymous> (/p/a.ts:2:1)', 'new Thing (/p/b.ts:1:1)'], 'a.ts:2'],
    ['one that a source map gives relative to the project', ['f (fold/run.ts:17:9)'], 'fold/run.ts:17'],
    ['a file of the project before any other', ['f (/cache/bundle/main.mjs:1:2)', 'g (/p/a.ts:7:1)'], 'a.ts:7'],
    ['nothing where no frame is the user’s', ['f (/cache/runtime/runner.js:1:2)', 'native'], undefined],
  ])('is %s', (_, frames, place) => {
    expect(stackPlace(stack(...frames), '/p')).toBe(place);
  });

  it('is nothing without a stack', () => {
    expect(stackPlace(undefined, '/p')).toBeUndefined();
  });
});
