import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

const oldest = [20, 19] as const;
const patienceMs = 10_000;

/** The first Node on the PATH, where it is new enough for tasks: packages of an image may be made for it alone. */
export function imageNode(path: string | undefined): string | undefined {
  const folder = (path ?? '').split(delimiter).find((each) => isAbsolute(each) && isProgram(join(each, 'node')));
  if (folder === undefined) return undefined;
  const node = join(folder, 'node');
  const [major = 0, minor = 0] = (writtenVersion(node) ?? askedVersion(node)).split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]) ? node : undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** In the headers beside it, which is faster than to ask it. */
function writtenVersion(node: string): string | undefined {
  try {
    const headers = readFileSync(join(dirname(realpathSync(node)), '../include/node/node_version.h'), 'utf8');
    const part = (name: string): string | undefined => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(headers)?.[1];
    return part('MAJOR') === undefined ? undefined : `${part('MAJOR')}.${part('MINOR')}`;
  } catch {
    return undefined;
  }
}

function askedVersion(node: string): string {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8', timeout: patienceMs });
  return (stdout ?? '').replace(/^v/, '').trim();
}
