import { secretForms } from './secret-forms.ts';

/** What stands where a secret stood. */
export const REDACTED = '***';

const mark = Buffer.from(REDACTED);

type Interval = readonly [start: number, end: number];

/** What is done to bytes: those before `held` are clean; the first `covered` of the others have their mark already. */
interface Cleaned {
  readonly parts: readonly Buffer[];
  readonly held: number;
  readonly covered: number;
}

/** Takes the values of secrets out of whatever text. */
export class Redaction {
  readonly #forms: readonly Buffer[];

  constructor(values: readonly string[], formsOf = secretForms) {
    this.#forms = values.flatMap((value) => formsOf(value));
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  has(text: string): boolean {
    if (this.isEmpty) return false;
    const bytes = Buffer.from(text);
    return this.#forms.some((form) => bytes.includes(form));
  }

  text(text: string): string {
    if (!this.has(text)) return text;
    return Buffer.concat(this.clean(Buffer.from(text), 0, true).parts).toString();
  }

  /** What may be the beginning of a secret is held, unless nothing comes `after`. */
  clean(bytes: Buffer, covered: number, isLast: boolean): Cleaned {
    const found = this.#found(bytes, covered);
    const held = isLast ? bytes.length : this.#firstBeginning(bytes);
    const parts: Buffer[] = [];
    let at = 0;
    for (const [start, end] of found) {
      if (start >= held) break;
      if (start > at) parts.push(bytes.subarray(at, start));
      if (start > 0 || covered === 0) parts.push(mark);
      at = end;
    }
    if (at < held) parts.push(bytes.subarray(at, held));
    return { parts, held, covered: Math.max(0, Math.max(at, covered) - held) };
  }

  /** Where secrets stand: apart from each other, in order. */
  #found(bytes: Buffer, covered: number): readonly Interval[] {
    const all: Interval[] = covered > 0 ? [[0, covered]] : [];
    for (const form of this.#forms)
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) all.push([at, at + form.length]);
    if (all.length < 2) return all;
    all.sort(([a], [b]) => a - b);
    const apart: Interval[] = [];
    for (const [start, end] of all) {
      const last = apart.at(-1);
      if (last && start < last[1]) apart[apart.length - 1] = [last[0], Math.max(last[1], end)];
      else apart.push([start, end]);
    }
    return apart;
  }

  /** Of what may go on in what comes next. */
  #firstBeginning(bytes: Buffer): number {
    let first = bytes.length;
    for (const form of this.#forms) {
      let at = bytes.indexOf(form[0]!, Math.max(0, bytes.length - form.length + 1));
      for (; at >= 0 && at < first; at = bytes.indexOf(form[0]!, at + 1))
        if (bytes.compare(form, 0, bytes.length - at, at) === 0) first = at;
    }
    return first;
  }
}
