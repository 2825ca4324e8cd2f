import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { SiteContent } from '../model.ts';

/** The files of a site, on disk. */
export interface FilledBucket {
  readonly directory: string;
  /** `Cache-Control` of each key, such as `index.html`. */
  readonly cacheControl: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Fills a directory with what the deployments put into the bucket, later ones over earlier ones, compressed beside it. */
export async function fillBucket(content: readonly SiteContent[]): Promise<FilledBucket> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sensei-keys-site-'));
  const close = () => rm(directory, { recursive: true, force: true });
  const cacheControl = new Map<string, string>();
  try {
    for (const part of content) {
      for (const key of await keysOf(part)) {
        await place(part, key, directory);
        if (part.cacheControl) cacheControl.set(key, part.cacheControl);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { directory, cacheControl, close };
}

async function keysOf({ directory, exclude, include }: SiteContent): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const isIn = (patterns: readonly string[], key: string) => patterns.some((pattern) => matches(pattern, key));
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((key) => !isIn(exclude, key) || isIn(include, key));
}

/**
 * Tells whether a key matches a filter of `aws s3 sync`, where `*` stands for any text, slashes included.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/s3/#use-of-exclude-and-include-filters
 */
export function matches(pattern: string, key: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(key);
}

/** CloudFront compresses files of such types and sizes. */
const COMPRESSIBLE = /\.(?:css|html|js|json|map|mjs|svg|txt|wasm|webmanifest|xml)$/;
const LEAST_BYTES = 1_000;

const compressed = [
  ['br', (data: Buffer) => promisify(brotliCompress)(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })],
  ['gz', (data: Buffer) => promisify(gzip)(data)],
] as const;

async function place({ directory: source, replacements }: SiteContent, key: string, directory: string): Promise<void> {
  const target = path.join(directory, key);
  const data = withValues(await readFile(path.join(source, key)), replacements);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, data);
  if (data.length < LEAST_BYTES || !COMPRESSIBLE.test(key)) return;
  await Promise.all(
    compressed.map(async ([ending, compress]) => writeFile(`${target}.${ending}`, await compress(data))),
  );
}

function withValues(data: Buffer, replacements: SiteContent['replacements']): Buffer {
  if (replacements.length === 0) return data;
  return Buffer.from(replacements.reduce((text, [marker, value]) => text.replaceAll(marker, () => value), `${data}`));
}
