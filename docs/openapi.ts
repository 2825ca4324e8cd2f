import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OPERATIONS } from '../lib/http/contract/operations.ts';
import { openApiDocument } from '../lib/http/openapi.ts';

/** Writes `docs/openapi.json` from the contract: `npm run openapi`. */
const FILE = fileURLToPath(new URL('openapi.json', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

writeFileSync(FILE, `${JSON.stringify(openApiDocument(OPERATIONS, version), null, 2)}\n`);
