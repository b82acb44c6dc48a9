import { describe, expect, it } from 'vitest';
import { directoryOf, isAbsolutePath, lastSegment, resolvePath } from '../../src/model/path.ts';
import { marked } from './marked.ts';

describe('a path', () => {
  it.each([
    ['/a/../b/./c//', '/project', '/b/c'],
    ['./x', '/project', '/project/x'],
    ['../x', '/project/sub', '/project/x'],
    ['../../../x', '/project', '/x'],
    ['.', '/project', '/project'],
  ])('%s from %s is %s', (path, directory, expected) => {
    expect(resolvePath(path, directory)).toBe(expected);
  });

  it('is of the module that makes the call, or stays as it is', () => {
    expect(marked('a.ts:1', () => resolvePath('x'), '/here')).toBe('/here/x');
    expect(resolvePath('x')).toBe('x');
  });

  it('has a folder and a last part', () => {
    expect(['/a/b', '/a', 'a'].map(directoryOf)).toEqual(['/a', '/', '.']);
    expect(['/a/b', '/a', 'a', '/'].map(lastSegment)).toEqual(['b', 'a', 'a', '/']);
    expect(['/a', 'a', './a'].map(isAbsolutePath)).toEqual([true, false, false]);
  });
});
