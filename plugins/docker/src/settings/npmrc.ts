import type { UserPlace } from './user-place.ts';
import type { Setting } from './setting.ts';

/** The settings in a file of npm's, by their names. */
export function npmrcSettings(text: string, from: string, env: UserPlace['env']): ReadonlyMap<string, Setting> {
  const found = new Map<string, Setting>();
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) break;
    const [, key, written] = /^\s*([^\s;#=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || written === undefined) continue;
    const name = replaced(key, env);
    const value = replaced(unquoted(written), env);
    // One of a list.
    const before = name.endsWith('[]') ? found.get(name)?.value : undefined;
    found.set(name, { name: key, from, value: before === undefined ? value : `${before}\n${value}` });
  }
  return found;
}

/** Quotes are those of JSON; what follows a sign of comments goes. */
function unquoted(written: string): string {
  if (/^'.*'$/.test(written)) return written.slice(1, -1);
  if (!/^".*"$/.test(written)) return written.replace(/\\([\\;#])|[;#].*$/g, (_, sign: string | undefined) => sign ?? '').trim();
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}

/** As npm does it: a variable that is not there stays as it is written, or is empty where it ends in `?`. */
function replaced(text: string, env: UserPlace['env']): string {
  return text.replace(/\$\{([^${}?]+)(\?)?\}/g, (written, name: string, optional?: string) => env[name] ?? (optional ? '' : written));
}
