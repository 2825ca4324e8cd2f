import { health } from '../lib/http/contract/service.ts';
import { endpoint } from '../lib/http/endpoint.ts';

export const handler = endpoint(health, () => ({ body: { status: 'ok' as const } }));
