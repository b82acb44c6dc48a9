// What the tasks import lies in their images, in a version of its own each, and need not be installed here.
declare module 'nanoid' {
  export default function generate(size?: number): string;
  export function nanoid(size?: number): string;
}
