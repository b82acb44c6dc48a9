import { AmbitError } from '@ambit/plugin-api';
import { Directory, File } from '@ambit/worker/runtime';
import { nestedAsFarAsPossible } from './nesting.ts';
import { TAGS } from './tags.ts';

/** The value that JSON with tags stands for; the reverse of `toJson`. `at` is what it is called where it is wrong. */
export function fromJson(json: unknown, at: string): unknown {
  return nestedAsFarAsPossible(() => read(json, at), at);
}

function read(json: unknown, at: string): unknown {
  if (Array.isArray(json)) return json.map((item, index) => read(item, `${at}[${index}]`));
  if (typeof json !== 'object' || json === null) return json;
  const tag = TAGS.find((each) => Object.hasOwn(json, each));
  const isTagged = tag !== undefined && (Object.keys(json).length === 1 || tag === '$file' || tag === '$directory');
  return isTagged ? untag(tag, json as Record<string, unknown>, at) : fields(json, at);
}

function fields(json: object, at: string): object {
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, read(item, `${at}.${key}`)]));
}

function untag(tag: (typeof TAGS)[number], json: Record<string, unknown>, at: string): unknown {
  const content = json[tag];
  try {
    switch (tag) {
      case '$date':
        return date(content);
      case '$bigint':
        return BigInt(content as string);
      case '$map':
        return new Map((content as [unknown, unknown][]).map(([key, item]) => [read(key, at), read(item, at)]));
      case '$set':
        return new Set((content as unknown[]).map((item) => read(item, at)));
      case '$bytes':
        return new Uint8Array(Buffer.from(content as string, 'base64'));
      case '$url':
        return new URL(content as string);
      case '$number':
        return Number(content);
      case '$undefined':
        return undefined;
      case '$regexp':
        return new RegExp(...(content as [string, string]));
      case '$file':
        return File.fromUri(uriOf(content));
      case '$directory':
        return Directory.fromUri(uriOf(content));
      case '$object':
        return fields(content as object, at);
      case '$error':
        return error(content as WrittenError, at);
      case '$ref':
        throw wrong(at, `${tag} is not understood in inputs`);
    }
  } catch (cause) {
    throw AmbitError.is(cause) ? cause : wrong(at, `${tag} has wrong content: ${(cause as Error).message}`);
  }
}

function date(content: unknown): Date {
  if (content === null) return new Date(NaN);
  const value = new Date(content as string);
  if (Number.isNaN(value.getTime())) throw new RangeError(`${JSON.stringify(content)} is no date`);
  return value;
}

function uriOf(content: unknown): string {
  if (typeof content === 'string') return content;
  throw new TypeError(`${JSON.stringify(content)} is no uri`);
}

interface WrittenError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly fields?: object;
  readonly cause?: unknown;
}

/** Its stack is the one that was written, or none: where it is made here is nobody's concern. */
function error({ name = 'Error', message = '', stack = `${name}: ${message}`, ...more }: WrittenError, at: string): Error {
  const options = 'cause' in more ? { cause: read(more.cause, `${at}.cause`) } : undefined;
  const made = new (builtinErrors.get(name) ?? Error)(message, options);
  Object.defineProperty(made, 'stack', { value: stack, configurable: true, writable: true });
  if (made.name !== name) Object.assign(made, { name });
  return Object.assign(made, fields(more.fields ?? {}, at));
}

const builtinErrors: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [each.name, each]),
);

function wrong(at: string, what: string): AmbitError {
  return new AmbitError('AMBIT_INPUT_INVALID', `${at}: ${what}.`, {
    hint: 'See the tags that values have in JSON, and correct the input.',
    facts: { at },
  });
}
