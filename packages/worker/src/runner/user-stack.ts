import type { WireError } from '../protocol/messages.ts';

const own = [
  import.meta.url,
  new URL('./runtime.js', import.meta.url).href,
  'AsyncLocalStorage.run (node:',
  '(node:internal/process/task_queues:',
];

/** Without the frames that are below every task. */
export function userStack(stack: string): string {
  const lines = stack.split('\n');
  return lines.filter((line) => !/^ {4}at /.test(line) || !own.some((url) => line.includes(url))).join('\n');
}

export function withUserStacks(error: WireError): WireError {
  const { stack, cause } = error;
  return {
    ...error,
    ...(stack === undefined ? {} : { stack: userStack(stack) }),
    ...(cause ? { cause: withUserStacks(cause) } : {}),
  };
}
