import { createHash } from 'node:crypto';

export interface ForeignImage {
  readonly repository: string;
  /** Of the image alone, and of a list with it and a proof of how it was built. */
  readonly image: string;
  readonly index: string;
  readonly digest: string;
  remove(): Promise<void>;
}

/** An image without layers in an open registry, for a platform that no machine of a test has. */
export async function pushForeign(registry: string): Promise<ForeignImage> {
  const name = `ambit-test/${crypto.randomUUID()}`;
  const api = `http://${registry}/v2/${name}`;
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 's390x', rootfs: { type: 'layers', diff_ids: [] } }));
  const upload = await sent(`${api}/blobs/uploads/`, 'POST');
  const location = new URL(upload.headers.get('location') ?? '', api);
  location.searchParams.set('digest', digestOf(config));
  await sent(location.href, 'PUT', 'application/octet-stream', config);
  const described = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length };
  const image = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.image, config: described, layers: [] }));
  await sent(`${api}/manifests/image`, 'PUT', types.image, image);
  const entry = { mediaType: types.image, digest: digestOf(image), size: image.length };
  const manifests = [
    { ...entry, platform: { os: 'linux', architecture: 's390x', variant: 'z13' } },
    { ...entry, platform: { os: 'unknown', architecture: 'unknown' } },
  ];
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests }));
  await sent(`${api}/manifests/index`, 'PUT', types.index, index);
  const remove = async (): Promise<void> => {
    for (const each of [index, image]) await sent(`${api}/manifests/${digestOf(each)}`, 'DELETE');
  };
  const repository = `${registry}/${name}`;
  return { repository, image: `${repository}:image`, index: `${repository}:index`, digest: digestOf(image), remove };
}

const types = { image: 'application/vnd.oci.image.manifest.v1+json', index: 'application/vnd.oci.image.index.v1+json' };

function digestOf(data: Buffer): string {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

async function sent(url: string, method: string, type?: string, body?: Buffer): Promise<Response> {
  const response = await fetch(url, {
    method,
    ...(type && { headers: { 'content-type': type } }),
    ...(body && { body: new Uint8Array(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}
