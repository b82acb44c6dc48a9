import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageNode } from '../../src/supervisor/image-node.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aw-node-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A Node that says this of itself. */
function node(name: string, version: string): string {
  const folder = join(directory, name, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node'), `#!/bin/sh\necho v${version}\n`, { mode: 0o755 });
  return folder;
}

function headers(name: string, major: number, minor: number): void {
  const folder = join(directory, name, 'include/node');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'node_version.h'), `#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n`);
}

describe('the Node of an image', () => {
  it.each([
    ['20.19.0', true],
    ['24.1.0', true],
    ['20.18.3', false],
    ['16.20.2', false],
  ])('of version %s runs tasks: %s', (version, isTaken) => {
    const folder = node('one', version);
    expect(imageNode(folder)).toBe(isTaken ? join(folder, 'node') : undefined);
  });

  it('is the first on the PATH, also where a newer one follows', () => {
    expect(imageNode([node('old', '18.0.0'), node('new', '22.0.0')].join(':'))).toBeUndefined();
    expect(imageNode(`relative:${join(directory, 'none')}:${node('new', '22.0.0')}`)).toBe(join(directory, 'new/bin/node'));
  });

  it('is not asked where its headers lie beside it, behind a link too', () => {
    node('real', 'never asked');
    headers('real', 22, 1);
    const links = join(directory, 'links');
    mkdirSync(links);
    symlinkSync(join(directory, 'real/bin/node'), join(links, 'node'));
    expect(imageNode(links)).toBe(join(links, 'node'));
    headers('real', 18, 20);
    expect(imageNode(links)).toBeUndefined();
  });

  it.each([undefined, ''])('is none where the PATH is %s', (path) => expect(imageNode(path)).toBeUndefined());

  it('that does not work is none', () => {
    const folder = join(directory, 'broken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'node'), 'no program', { mode: 0o755 });
    expect(imageNode(folder)).toBeUndefined();
  });
});
