import type { Layer } from '@ambit/plugin-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Image, imageDescription } from '../../src/index.ts';
import { described, filesOf, linesOf, read, render, textOf, word } from './rendered.ts';

/** What people could write to break out: quotes, line ends, variables, what begins comments, directives and here-documents. */
const nasty = fc.array(
  fc.constantFrom(
    '"',
    "'",
    '\\',
    '\n',
    '\r',
    '$',
    '${PATH}',
    '`',
    ' ',
    '\t',
    '#',
    '<<EOF',
    '&&',
    ';',
    '|',
    ']',
    '[',
    ',',
    'é',
    '\u2028',
    '\u0085',
    'a',
    'RUN x',
    '--mount',
    '\\u0022',
    'FROM scratch',
  ),
  { maxLength: 12 },
);
const text = nasty.map((parts) => parts.join(''));
/** What Python takes for the end of a line. */
const lineEnds = ['\n', '\v', '\f', '\r', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029'];
const known = ['ARG', 'FROM', 'RUN', 'COPY', 'ENV', 'USER', 'WORKDIR'];

/** What the public API takes: the rest is refused at definition. */
function accepted(layer: (image: Image) => Image): boolean {
  try {
    return imageDescription(layer(Image.fromDebianBase())) !== undefined;
  } catch {
    return false;
  }
}

function instructions(layers: readonly Layer[], files = filesOf()): ReturnType<typeof read>[] {
  const step = render(layers, { files });
  const lines = linesOf(step);
  expect(lines).toEqual([`ARG AMBIT_BASE=${step.base}`, 'FROM ${AMBIT_BASE}', ...step.instructions.map((each) => each.text)]);
  for (const line of lines) expect(known).toContain(read(line).word);
  return lines.slice(2, -1).map(read);
}

describe('whatever a user writes', () => {
  test('in a command reaches the shell as it is', () => {
    fc.assert(
      fc.property(text, (script) => {
        fc.pre(accepted((image) => image.withCommands(script)));
        expect(instructions([{ kind: 'commands', commands: [script] }])).toMatchObject([
          { word: 'RUN', flags: [], args: ['/bin/sh', '-e', '-c', script] },
        ]);
      }),
    );
  });

  test('in variables is their value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('A', 'B_1', 'PATHS'), text, { minKeys: 1 }), (variables) => {
        const step = render([{ kind: 'env', variables }]);
        const env = instructions([{ kind: 'env', variables }]).find((each) => each.env)!.env!;
        const values = Object.fromEntries(
          Object.entries(env).map(([name, value]) => {
            const arg = /^<\$>\{(\w+)\}$/.exec(value)?.[1];
            return [name, arg === undefined ? value : step.args[arg]];
          }),
        );
        expect(values).toEqual(variables);
        expect((JSON.parse(textOf(step, 'image.json')) as { env: object }).env).toEqual(variables);
      }),
    );
  });

  test('in PATH is literal, but for $PATH at its ends', () => {
    const path = (value: string): string => instructions([{ kind: 'env', variables: { PATH: value } }])[0]!.env!['PATH']!;
    expect(path('/a:$PATH')).toBe('/a:<$>{PATH}');
    expect(path('$PATH:/a')).toBe('<$>{PATH}:/a');
    expect(path('/a:$PATH:/b:$HOME:"')).toBe('/a:$PATH:/b:$HOME:"');
  });

  test('in packages is one argument, or one line', () => {
    fc.assert(
      fc.property(text, (spec) => {
        if (accepted((image) => image.withAptPackages(spec)))
          expect(
            instructions([{ kind: 'apt', packages: [spec] }])
              .at(-1)!
              .args!.slice(4),
          ).toEqual(['ambit', spec]);
        if (accepted((image) => image.withNpmPackages(spec)) && !spec.startsWith('/'))
          expect(
            instructions([{ kind: 'npm', specs: [spec] }])
              .at(-1)!
              .args!.slice(4),
          ).toEqual(['ambit', spec]);
        if (!accepted((image) => image.withPipPackages(spec))) return;
        const lines = textOf(render([{ kind: 'pip', specs: [spec, 'next'], secrets: [] }]), '0/packages.txt').split('\n');
        expect(lines.slice(1)).toEqual(['next', '']);
        expect(lineEnds.filter((end) => lines[0]!.includes(end))).toEqual([]);
        expect(lines[0]).not.toMatch(/\\$/);
      }),
    );
  });

  test('as a path of the image is that path', () => {
    const files = described('a');
    fc.assert(
      fc.property(text, (name) => {
        const directory = `/x${name}`;
        fc.pre(accepted((image) => image.withWorkdir(directory)) && !directory.endsWith('/'));
        expect(word(instructions([{ kind: 'workdir', directory }])[0]!.rest)).toBe(directory);
        const copy = instructions([{ kind: 'source', files: files.digest, to: directory }], filesOf(files)).at(-1)!;
        expect(copy.args!.map(word)).toEqual(['0/files/', `${directory}/`]);
      }),
    );
  });

  test('gives one Dockerfile', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const layers: Layer[] = [
          { kind: 'commands', commands: [`true ${a}`] },
          { kind: 'env', variables: { A: b } },
        ];
        expect(render(layers)).toEqual(render(structuredClone(layers)));
      }),
    );
  });
});
