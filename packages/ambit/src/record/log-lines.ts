import type { RunStore } from '@ambit/plugin-api';
import type { RunLogLine } from '../app/run.ts';

interface OpenLine {
  readonly decoder: InstanceType<typeof TextDecoder>;
  text: string;
}

/** A run's output as lines, in the order in which it was written. A last line without its end is a line too. */
export async function* logLines(
  runs: RunStore,
  run: string,
  options: { action?: string; follow?: boolean },
  signal: AbortSignal,
): AsyncGenerator<RunLogLine> {
  const open = new Map<string, OpenLine>();
  let last: Omit<RunLogLine, 'text'> | undefined;
  for await (const { attempt: id, stream, at, data } of runs.readLog(run, { follow: options.follow ?? false }, signal)) {
    const [action = '', attempt = '1'] = id.split('/');
    if (options.action !== undefined && action !== options.action) continue;
    const key = `${id} ${stream}`;
    const line = open.get(key) ?? { decoder: new TextDecoder(), text: '' };
    open.set(key, line);
    line.text += line.decoder.decode(data, { stream: true });
    const lines = line.text.split('\n');
    line.text = lines.pop() ?? '';
    last = { at: new Date(at), action, attempt: Number(attempt), stream };
    for (const text of lines) yield { ...last, text };
  }
  for (const [key, line] of open) {
    const text = line.text + line.decoder.decode();
    const [id = '', stream] = key.split(' ');
    const [action = '', attempt = '1'] = id.split('/');
    if (text !== '' && last) yield { at: last.at, action, attempt: Number(attempt), stream: stream as 'stdout' | 'stderr', text };
  }
}
