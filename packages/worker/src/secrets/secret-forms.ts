/** Shorter texts stand in too much that is no secret. */
const shortest = 4;
const shortestLine = 8;

/** All ways in which a secret's value is looked for, as bytes. */
export function wholeForms(value: string): readonly Buffer[] {
  const texts = [...new Set([value, value.trim()])].filter((text) => Buffer.byteLength(text) >= shortest);
  return buffers(texts.flatMap((text) => [...writtenForms(text), ...base64Forms(Buffer.from(text))]));
}

/** Those, and each line of several. */
export function secretForms(value: string): readonly Buffer[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const ofLines = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine) : [];
  return [...wholeForms(value), ...buffers(ofLines.flatMap(writtenForms))];
}

function buffers(forms: readonly string[]): readonly Buffer[] {
  return [...new Set(forms)].map((form) => Buffer.from(form));
}

/** As it is, and as JSON and URLs have it. */
function writtenForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const bytes = Buffer.from(text);
  const urls = [/[A-Za-z0-9\-_.!~*'()]/, /[A-Za-z0-9\-_.~]/, /[A-Za-z0-9\-_.*]/, /[A-Za-z0-9\-_.!~*'();/?:@&=+$,#]/, /[A-Za-z0-9\-_.~/]/];
  const encoded = urls.flatMap((kept) => [percentEncoded(bytes, kept), percentEncoded(bytes, kept).replaceAll('%20', '+')]);
  return [text, json, asciiJson(json), asciiJson(json).replaceAll('/', '\\/'), ...encoded, ...encoded.map(lowerHex)];
}

function percentEncoded(bytes: Uint8Array, kept: RegExp): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += byte < 128 && kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

function lowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** As programs write it that keep to ASCII. */
function asciiJson(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What stays the same of its base64, wherever it stands in what is encoded. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const own = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
