import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TaskEnvironment } from 'ambit';

const blind = new TaskEnvironment({ name: 'blind_env' });
const knowing = new TaskEnvironment({
  name: 'knowing_env',
  secrets: [Secret.env('BEHAVIOUR_TOKEN', { as: 'TOKEN' }), Secret.file('BEHAVIOUR_KEY', { path: 'keys/key.pem' })],
  dependsOn: [blind],
});
const token = (): string => process.env['TOKEN']!;

/** The names of variables that hold, or may hold, a secret. */
export const looks = blind.task('looks', async () => Object.keys(process.env).filter((name) => /TOKEN|KEY/.test(name)));

export const knows = knowing.task('knows', async () => {
  const path = process.env['BEHAVIOUR_KEY']!;
  return {
    token: token().length,
    key: readFileSync(path, 'utf8').length,
    mode: statSync(path).mode & 0o777,
    variables: Object.keys(process.env)
      .filter((name) => /TOKEN|KEY/.test(name))
      .sort(),
    path,
    others: await looks(),
  };
});
/** Whether the file of the attempt before, in the same worker, is gone. */
export const where = knowing.task('where', async () => process.env['BEHAVIOUR_KEY']!);
export const isGone = knowing.task('is_gone', async (path: string) => path === process.env['BEHAVIOUR_KEY'] || !existsSync(path));
export const leaves = knowing.task('leaves', async () => isGone(await where()));

export const prints = knowing.task('prints', async () => {
  process.stdout.write(`all ${token()} of it\n`);
  process.stdout.write(`split ${token().slice(0, 7)}`);
  await sleep(50);
  process.stdout.write(`${token().slice(7)}\n`);
  console.error('base64', Buffer.from(`xy${token()}`).toString('base64'), encodeURIComponent(token()));
  console.log(readFileSync(process.env['BEHAVIOUR_KEY']!, 'utf8'));
  execFileSync('sh', ['-c', 'echo "child $TOKEN"'], { stdio: 'inherit' });
  console.log('at the end');
});
export const throws = knowing.task('throws', async () => {
  throw Object.assign(new Error(`refused ${token()}`, { cause: new Error(`since ${token()}`) }), { header: `Bearer ${token()}` });
});
export const tells = knowing.task('tells', async () => ({ answer: [token()] }));

/** Which processes around a task hold the token in their arguments, or in the variables that they were started with. */
export const searches = knowing.task('searches', async () => {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    for (const kind of ['cmdline', 'environ']) if (holds(pid, kind)) found.push(kind);
  return found;
});

function holds(pid: string, kind: string): boolean {
  if (kind === 'environ' && Number(pid) === process.pid) return false;
  try {
    return readFileSync(`/proc/${pid}/${kind}`, 'utf8').includes(token());
  } catch {
    return false;
  }
}
