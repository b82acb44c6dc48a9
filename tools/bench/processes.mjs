import { spawn, spawnSync } from 'node:child_process';

/** Wall time of a whole command, in milliseconds. A command that fails ends the benchmark: its time would mean nothing. */
export function timeCommand(command, args, options = {}) {
  const started = performance.now();
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  const elapsed = performance.now() - started;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return elapsed;
}

/** Time from the start of a command to the first line of its stdout that fits. */
export function timeToLine(command, args, fits, options = {}) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], ...options });
    let text = '';
    let found;
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
      if (found === undefined && text.split('\n').some(fits)) found = performance.now() - started;
    });
    child.on('close', (code) =>
      code === 0 && found !== undefined ? resolve(found) : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}
