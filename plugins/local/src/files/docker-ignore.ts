import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { filesUnreadable } from './files-errors.ts';
import type { Selection } from './read-tree.ts';

interface Rule {
  readonly matches: (path: string) => boolean;
  /** The pattern began with `!`: what it matches belongs to the tree after all. */
  readonly keeps: boolean;
}

/** What the `.dockerignore` of a folder leaves of it, by the rules of Docker; without such a file, everything. */
export async function dockerIgnore(folder: string): Promise<Selection> {
  const file = join(folder, '.dockerignore');
  const text = await ignoreText(file);
  const rules = text === undefined ? [] : text.split(/\r?\n/).flatMap((line) => ruleOf(line, file) ?? []);
  const hasKeeps = rules.some((rule) => rule.keeps);
  return (path, isFolder) => {
    if (!isIgnored(path, rules)) return 'take';
    return isFolder && hasKeeps ? 'enter' : 'leave';
  };
}

async function ignoreText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw filesUnreadable(file, message, error);
  }
}

function ruleOf(line: string, file: string): Rule | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const keeps = text.startsWith('!');
  const pattern = posix.normalize(keeps ? text.slice(1).trim() : text).replace(/^\/+|\/+$/g, '');
  if (pattern === '' || pattern === '.') return undefined;
  try {
    const expression = new RegExp(`^${expressionOf(pattern)}$`, 's');
    return { keeps, matches: (path) => expression.test(path) };
  } catch (error) {
    throw filesUnreadable(file, `${text} is no pattern`, error);
  }
}

/** The last rule that matches a path, or a folder that it is in, decides. */
function isIgnored(path: string, rules: readonly Rule[]): boolean {
  const parts = path.split('/');
  const withParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  let ignored = false;
  for (const { keeps, matches } of rules) if (ignored === keeps && withParents.some(matches)) ignored = !keeps;
  return ignored;
}

/** `**` is any number of folders, `*` and `?` stay in one, `[a-z]` is a class, `\` takes the next sign as it is. */
function expressionOf(pattern: string): string {
  const signs = /\*\*\/?|\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|./gs;
  return pattern.replace(signs, (sign, offset: number) => {
    if (sign.startsWith('**')) return offset + sign.length === pattern.length && !sign.endsWith('/') ? '.*' : '(?:.*/)?';
    if (sign === '*') return '[^/]*';
    if (sign === '?') return '[^/]';
    if (sign.length > 1 && sign.startsWith('[')) return sign;
    return sign.replace(/^\\(?=.)/s, '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
}
