import type { ParsedModule } from '../syntax/parsed-module.ts';
import { lastUpTo } from '../syntax/sorted.ts';

/** What a comment `/** … *\/` says, line breaks within a paragraph taken out. */
export interface DocComment {
  readonly description?: string;
  /** By name as written: `maxHits`, `options.maxHits`. */
  readonly params: ReadonlyMap<string, string>;
}

export const noDoc: DocComment = { params: new Map() };

/** The comment directly before a place in a module. */
export function docBefore({ comments, source }: ParsedModule, offset: number): DocComment | undefined {
  const last = lastUpTo(comments, offset);
  const comment = comments[last];
  if (comment && comment.end > offset) return undefined;
  if (comment?.type !== 'Block' || !comment.value.startsWith('*') || source.slice(comment.end, offset).trim() !== '') return undefined;
  return parseDoc(comment.value.slice(1));
}

function parseDoc(text: string): DocComment {
  const lines = text.split('\n').map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const [first = '', ...tags] = lines.join('\n').split(/^\s*(?=@[a-z])/im);
  const hasText = !/^\s*@[a-z]/i.test(first);
  const description = hasText ? paragraphs(first) : '';
  const params = new Map((hasText ? tags : [first, ...tags]).flatMap((tag) => paramOf(tag)));
  return description === '' ? { params } : { description, params };
}

function paramOf(tag: string): readonly (readonly [string, string])[] {
  const found = /^\s*@(?:param|arg|argument)\s+(?:\{[^}]*\}\s*)?(?:\[\s*([\w$.]+)[^\]]*\]|([\w$.]+))\s*(?:-\s+)?([^]*)$/.exec(tag);
  const text = paragraphs(found?.[3] ?? '');
  return found && text !== '' ? [[found[1] ?? found[2]!, text]] : [];
}

function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' '))
    .join('\n\n');
}
