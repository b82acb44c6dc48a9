import type { EncodedValue } from '../protocol/messages.ts';
import { fileStore } from '../runtime/file-store.ts';
import { inputDigest } from './input-digest.ts';
import { LARGE_MARK } from './graph.ts';
import type { LargeValue } from './graph.ts';

/** Longer texts lie in the object store, and what travels and is recorded is where. */
const longestInline = 256 * 1024;
const pieceLength = 1024 * 1024;

/** The value itself where it is short. `as` says what it is: of arguments, the identity goes along. */
export async function outsourced(text: EncodedValue, as: 'args' | 'value'): Promise<EncodedValue> {
  if (isShort(text)) return text;
  const { digest, size } = await fileStore().put(pieces(text));
  const large: LargeValue = { digest, size, ...(as === 'args' && { input: inputDigest(text) }) };
  return LARGE_MARK + JSON.stringify(large);
}

/** A short value needs no store. */
export function isShort(text: EncodedValue): boolean {
  return text.length <= longestInline;
}

/** The whole text again. */
export async function whole(text: EncodedValue): Promise<EncodedValue> {
  const large = largeValueOf(text);
  if (!large) return text;
  const decoder = new TextDecoder();
  let found = '';
  for await (const piece of fileStore().get(large.digest)) found += decoder.decode(piece, { stream: true });
  return found + decoder.decode();
}

/** Where a value lies that is not in the text itself. */
export function largeValueOf(text: EncodedValue): LargeValue | undefined {
  return text.startsWith(LARGE_MARK) ? (JSON.parse(text.slice(LARGE_MARK.length)) as LargeValue) : undefined;
}

/** No piece ends within a pair of surrogates. */
async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length;) {
    const end = at + pieceLength;
    const isPair = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    const next = isPair ? end - 1 : end;
    yield Buffer.from(text.slice(at, next));
    at = next;
  }
}
