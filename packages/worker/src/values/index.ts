export { decodeArgs, decodeValue, encodeArgs, encodeStored, encodeValue } from './encode-value.ts';
export { decodeError, encodeError } from './encode-error.ts';
export { isShort, largeValueOf, outsourced, whole } from './large-value.ts';
export { inputDigest } from './input-digest.ts';
export { MAX_VALUE_LENGTH } from './value-refused.ts';
export type { EncodedValue, WireError } from '../protocol/messages.ts';
