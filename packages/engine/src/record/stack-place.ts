const frame = /^\s+at (?:.*?\()?(?:file:\/\/)?([^()\s][^()]*?):(\d+)(?::\d+)?\)?$/;
const ours = /(^|\/)(runtime|runner|supervisor)\.js$/;

/**
 * The innermost frame of a stack that is in the user's files: `fold/run.ts:17`, relative to `root`. Frames of Node, of
 * packages and of the worker are passed over.
 */
export function stackPlace(stack: string | undefined, root: string): string | undefined {
  const places = (stack ?? '').split('\n').flatMap((line) => placeOf(line) ?? []);
  const within = places.find(({ path }) => path.startsWith(`${root}/`));
  if (within) return `${within.path.slice(root.length + 1)}:${within.line}`;
  const relative = places.find(({ path }) => !path.startsWith('/'));
  return relative && `${relative.path.replace(/^\.\//, '')}:${relative.line}`;
}

function placeOf(line: string): { readonly path: string; readonly line: string } | undefined {
  const [, raw = '', number = ''] = frame.exec(line) ?? [];
  const path = raw.includes('%') ? decoded(raw) : raw;
  if (path === '' || /^(node|native|eval|data|https?):/.test(path) || path === '<anonymous>') return undefined;
  return path.includes('/node_modules/') || ours.test(path) ? undefined : { path, line: number };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
