import { expect, it } from 'vitest';
import { drawing } from '../recording/drawing.mjs';
import { Screen } from '../recording/screen.mjs';

const texts = (screen: Screen): string[] => screen.rows().map((runs) => runs.map(({ text }) => text).join('|'));

it('draws over what was drawn', () => {
  const screen = new Screen({ columns: 20, rows: 5 });
  screen.write('$ run\r\none\r\ntwo\r\n');
  screen.write('\u001b[2A\r\u001b[Jthree\r\n');
  expect(texts(screen)).toEqual(['$ run', 'three', '']);
});

it('keeps colours apart, wraps and scrolls', () => {
  const screen = new Screen({ columns: 4, rows: 3 });
  screen.write('\u001b[32m✓\u001b[39m \u001b[2mab\u001b[22mcd\nx\ny');
  expect(screen.rows()).toEqual([
    [{ column: 0, text: 'cd', style: '' }],
    [{ column: 0, text: 'x', style: '' }],
    [{ column: 0, text: 'y', style: '' }],
  ]);
  const coloured = new Screen({ columns: 9, rows: 3 });
  coloured.write('\u001b[32m✓\u001b[39m \u001b[2mab');
  expect(coloured.rows()[0]).toEqual([
    { column: 0, text: '✓', style: 'green' },
    { column: 2, text: 'ab', style: 'dim' },
  ]);
});

it('shows each row for as long as it was there, and the last ones for good', () => {
  const row = (text: string) => [{ column: 0, text, style: '' }];
  const frames = [
    { at: 0, rows: [row('$ run'), row('a < b')] },
    { at: 1, rows: [row('$ run'), row('done')] },
  ];
  const svg = drawing(frames, { columns: 20, holdSeconds: 1 });
  expect(svg).toMatch(/class="k0">.*\$ run/);
  expect(svg).toMatch(/class="k1 past">.*a &lt; b/);
  expect(svg).toMatch(/class="k2">.*done/);
  expect(svg).toContain('@keyframes k1 { 0% { visibility: visible } 50.00% { visibility: hidden } }');
  expect(svg).not.toMatch(/(href|url\(|@import)/);
});
