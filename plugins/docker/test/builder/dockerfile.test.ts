import { describe, expect, it } from 'vitest';
import { dockerfileInstructions, imagesNamed, syntaxImage } from '../../src/builder/dockerfile.ts';

const texts = (source: string): string[] => dockerfileInstructions(source).map(({ text }) => text);
const images = (source: string, args = {}): readonly string[] => imagesNamed(dockerfileInstructions(source), args);

describe('the instructions of a Dockerfile', () => {
  it('are one each, however many lines they have', () => {
    expect(texts('# comment\nFROM a\n\nRUN one \\\n  # within\n\n  two\r\nENV A=b')).toEqual(['FROM a', 'RUN one \\\n  two', 'ENV A=b']);
    expect(texts('# escape=`\nFROM a\nRUN one `\n two\nCOPY x C:\\\n')).toEqual(['FROM a', 'RUN one `\n two', 'COPY x C:\\']);
  });

  it('have the documents that follow them', () => {
    const source = 'RUN <<EOF\nFROM nowhere\nEOF\nCOPY <<-"a" <<b /x/\n1\na\n2\nb\nFROM x';
    expect(texts(source)).toEqual(['RUN <<EOF\nFROM nowhere\nEOF', 'COPY <<-"a" <<b /x/\n1\na\n2\nb', 'FROM x']);
    expect(texts('ENV A="<<EOF"\nRUN x')).toHaveLength(2);
  });
});

describe('the images that a Dockerfile names', () => {
  it('are its bases and what it copies from, but for its own stages', () => {
    const source = [
      'FROM --platform=$BUILDPLATFORM golang:1 AS Build',
      'FROM scratch',
      'COPY --from=build /a /a',
      'COPY --chown=1 --from=node:22 /b /b',
      'COPY --from=0 /c /c',
      'RUN --mount=type=bind,from=tools:1,target=/t x',
      'FROM build',
    ].join('\n');
    expect(images(source)).toEqual(['golang:1', 'node:22', 'tools:1']);
  });

  it('are told with the values of arguments, where these are known', () => {
    const source = 'ARG V=1\nARG W\nARG X="z"\nFROM a:$V\nFROM a:${W}\nFROM a:${X}\nFROM a:${Y:-3}\nFROM $Z';
    expect(images(source)).toEqual(['a:1', 'a:z', 'a:3']);
    expect(images(source, { V: '2', W: '5' })).toEqual(['a:2', 'a:5', 'a:z', 'a:3']);
  });

  it('have the one that reads it, if it says so at its beginning', () => {
    expect(syntaxImage('# escape=\\\n#syntax=docker/dockerfile:1\nFROM a')).toBe('docker/dockerfile:1');
    expect(syntaxImage('# a comment\n# syntax=docker/dockerfile:1\nFROM a')).toBeUndefined();
    expect(syntaxImage('FROM a')).toBeUndefined();
  });
});
