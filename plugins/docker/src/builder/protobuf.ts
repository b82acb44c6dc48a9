/** Fields of one message of protobuf, by number: what is repeated comes in order. */
export type Fields = ReadonlyMap<number, readonly (number | Buffer)[]>;

/** Reads what builds and sessions of BuildKit say; unknown fields are passed over by those who ask for others. */
export function readMessage(data: Buffer): Fields {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = data[at++];
      if (byte === undefined) throw new RangeError('a protobuf message ends too early');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    if (at + length > data.length) throw new RangeError('a protobuf message ends too early');
    return data.subarray(at, (at += length));
  };
  while (at < data.length) {
    const tag = varint();
    const kind = tag % 8;
    const value = kind === 0 ? varint() : bytes(kind === 2 ? varint() : kind === 1 ? 8 : 4);
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

export function textOf(fields: Fields, number: number): string {
  return bytesOf(fields, number).toString('utf8');
}

export function bytesOf(fields: Fields, number: number): Buffer {
  const value = fields.get(number)?.at(-1);
  return value instanceof Uint8Array ? value : Buffer.alloc(0);
}

export function numberOf(fields: Fields, number: number): number {
  const value = fields.get(number)?.at(-1);
  return typeof value === 'number' ? value : 0;
}

export function messagesOf(fields: Fields, number: number): readonly Fields[] {
  return (fields.get(number) ?? []).flatMap((value) => (value instanceof Uint8Array ? [readMessage(value)] : []));
}
