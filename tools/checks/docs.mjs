import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, root } from '../sources.mjs';

/** Links between pages lead somewhere, and no page speaks of a machine's own paths. */
export function checkDocs(base = root) {
  const pages = filesBelow(base).filter((path) => path.endsWith('.md'));
  return pages.flatMap((page) => {
    const text = withoutCode(readFileSync(join(base, page), 'utf8'));
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => match[1]);
    return links.filter((link) => !existsSync(join(base, dirname(page), link))).map((link) => `${page}: the link to ${link} leads nowhere`);
  });
}

function withoutCode(text) {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
}
