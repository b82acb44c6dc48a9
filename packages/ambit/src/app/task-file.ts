import { fileURLToPath } from 'node:url';

/** The file of the outermost frame of the user's own code in the stack of a definition. */
export function outermostFile(stack: string): string | undefined {
  const files = stack.split('\n').flatMap((line) => fileOfFrame(line) ?? []);
  return files.at(-1);
}

function fileOfFrame(line: string): string | undefined {
  const [, place] = /^\s*at (?:.*\()?(file:\/\/\/.*|\/.*):\d+:\d+\)?$/.exec(line) ?? [];
  if (place === undefined || place.includes('/node_modules/')) return undefined;
  return place.startsWith('file:') ? fileURLToPath(place.replace(/\?.*$/, '')) : place;
}
