/** One instruction, as it stands in its file; lines that go on are one. */
export interface DockerfileInstruction {
  readonly keyword: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, without comments. What follows `<<EOF` belongs to its instruction. */
export function dockerfileInstructions(source: string): readonly DockerfileInstruction[] {
  const lines = source.split(/\r?\n/);
  const escape = /^#\s*escape\s*=\s*`/im.test(lines[0] ?? '') ? '`' : '\\';
  const found: DockerfileInstruction[] = [];
  for (let at = 0; at < lines.length;) {
    const read: string[] = [];
    for (let goesOn = true; goesOn && at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      if (/^\s*#/.test(line) || (read.length > 0 && line.trim() === '')) continue;
      read.push(line);
      goesOn = line.trimEnd().endsWith(escape);
    }
    const text = read.join('\n').trim();
    const body = heredocLines(text, lines, at);
    at += body.length;
    if (text !== '') found.push({ keyword: /^\S+/.exec(text)?.[0].toUpperCase() ?? '', text: [text, ...body].join('\n') });
  }
  return found;
}

function heredocLines(text: string, lines: readonly string[], from: number): readonly string[] {
  if (!/^(RUN|COPY|ADD)\s/i.test(text)) return [];
  let at = from;
  for (const match of text.matchAll(/<<-?(["']?)([A-Za-z_]\w*)\1/g)) {
    const name = match[2];
    while (at < lines.length && lines[at]?.trim() !== name) at += 1;
    at += 1;
  }
  return lines.slice(from, at);
}

/** The image that reads a Dockerfile, where it names one (`# syntax=docker/dockerfile:1`). */
export function syntaxImage(source: string): string | undefined {
  for (const line of source.split('\n')) {
    const [, name, value = ''] = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line.trimEnd()) ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() === 'syntax') return value;
  }
  return undefined;
}

/** The images that a Dockerfile stands on or copies from, as far as its arguments say; none that it makes itself. */
export function imagesNamed(instructions: readonly DockerfileInstruction[], args: Readonly<Record<string, string>>): readonly string[] {
  const values = new Map<string, string>();
  const stages = new Set(['scratch']);
  const images = new Set<string>();
  const name = (written: string): void => {
    const image = substituted(written, values);
    if (image !== undefined && image !== '' && !stages.has(image.toLowerCase()) && !/^\d+$/.test(image)) images.add(image);
  };
  for (const { keyword, text } of instructions) {
    if (keyword === 'ARG' && images.size === 0 && stages.size === 1) {
      const [, argument = '', value] = /^ARG\s+([^\s=]+)(?:=["']?([^"'\s]*))?/i.exec(text) ?? [];
      const given = args[argument] ?? value;
      if (given !== undefined) values.set(argument, given);
    } else if (keyword === 'FROM') {
      const [, image = '', stage] = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(text) ?? [];
      name(image);
      if (stage !== undefined) stages.add(stage.toLowerCase());
    } else for (const [, from = ''] of text.matchAll(/(?:--from=|--mount=\S*\bfrom=)([^\s,]+)/g)) name(from);
  }
  return [...images];
}

/** Undefined where a variable is not known. */
function substituted(written: string, values: ReadonlyMap<string, string>): string | undefined {
  let isKnown = true;
  const text = written
    .replace(/^["']|["']$/g, '')
    .replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced: string, fallback: string, bare: string) => {
      const value = values.get(braced ?? bare) ?? fallback;
      if (value === undefined) isKnown = false;
      return value ?? '';
    });
  return isKnown ? text : undefined;
}
