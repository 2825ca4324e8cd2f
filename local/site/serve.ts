import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { LocalSite, SiteFile } from '../model.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** What grows no smaller by being compressed. */
const COMPRESSED: ReadonlySet<string> = new Set(['.png', '.woff2', '.ico']);

interface Served {
  readonly body: Buffer;
  /** Made when it is first asked for. */
  readonly brotli: () => Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function compressor(name: string, content: Buffer): () => Buffer | undefined {
  let made: Buffer | undefined;
  return () => {
    if (!COMPRESSED.has(path.extname(name))) made ??= brotliCompressSync(content, QUALITY);
    return made;
  };
}

function prepare({ path: name, content, cacheControl }: SiteFile): Served {
  const extension = path.extname(name);
  return {
    body: content,
    brotli: compressor(name, content),
    headers: {
      'content-type': TYPES[extension] ?? 'application/octet-stream',
      'cache-control': cacheControl,
      etag: `"${createHash('sha256').update(content).digest('hex').slice(0, 32)}"`,
      vary: 'accept-encoding',
    },
  };
}

/** Serves the dashboard as CloudFront does: its files from memory, nothing else of this machine. */
export function siteListener({ files, headers, rewrite }: LocalSite): RequestListener {
  const served = new Map([...files].map(([name, file]) => [name, prepare(file)]));
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const found = served.get(rewrite(pathname));
    if (!found) {
      response.writeHead(404, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end('not found\n');
      return;
    }
    const all = { ...headers, ...found.headers };
    if (request.headers['if-none-match'] === found.headers.etag) {
      response.writeHead(304, all).end();
      return;
    }
    const takesBrotli = /\bbr\b/.test(String(request.headers['accept-encoding']));
    const brotli = takesBrotli ? found.brotli() : undefined;
    const body = brotli ?? found.body;
    response.writeHead(200, {
      ...all,
      ...(brotli && { 'content-encoding': 'br' }),
      'content-length': body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
