import { describe, expect, it } from 'vitest';
import { asKnownError } from '../../src/cli/system-error.ts';

const refused = (code: string, syscall: string): Error =>
  Object.assign(new Error(`${code}: refused, ${syscall} '/x'`), { code, syscall, path: '/x' });

describe('what the operating system refuses', () => {
  it.each([
    ['a folder of somebody else', 'EACCES', 'mkdir', 'AMBIT_NO_ACCESS'],
    ['a folder to be made on a read-only file system', 'ENOENT', 'mkdir', 'AMBIT_NO_ACCESS'],
    ['a working folder that was removed', 'ENOENT', 'uv_cwd', 'AMBIT_NO_ACCESS'],
    ['a full disk', 'ENOSPC', 'write', 'AMBIT_NO_SPACE'],
  ])('is no mistake of ours: %s', (_, code, syscall, known) => {
    expect(asKnownError(refused(code, syscall))).toMatchObject({ code: known, facts: { path: '/x' } });
  });

  it('stays as it is where nobody foresaw it', () => {
    const error = refused('ENOENT', 'open');
    expect(asKnownError(error)).toBe(error);
  });
});
