const own = [
  import.meta.url,
  new URL('./runtime.js', import.meta.url).href,
  'AsyncLocalStorage.run (node:',
  '(node:internal/process/task_queues:',
];

/** Where a bundle lies on this machine: what follows is the path of the user's own file, from the project's folder on. */
const bundleFolder = /(?:file:\/\/)?\/[^()\n]*?\/bundles\/[0-9a-f]{64}\//;

/** Without the frames that are below every task, and with the user's files as they are called in the project. */
export function userStack(stack: string): string {
  const lines = stack.split('\n').filter((line) => !isFrame(line) || !own.some((url) => line.includes(url)));
  return lines.map((line) => (isFrame(line) ? line.replace(bundleFolder, '') : line)).join('\n');
}

function isFrame(line: string): boolean {
  return line.startsWith('    at ');
}
