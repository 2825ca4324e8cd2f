import document from '../docs/openapi.json' with { type: 'json' };
import { openapi } from '../lib/http/contract/service.ts';
import { endpoint } from '../lib/http/endpoint.ts';

export const handler = endpoint(openapi, () => ({
  body: document,
  headers: { 'cache-control': 'public, max-age=300' },
}));
