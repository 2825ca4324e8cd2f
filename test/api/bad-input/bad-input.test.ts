import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemBody } from '../support/http.ts';
import { type Service, startService } from '../support/service.ts';
import { EMAIL, KEYS } from './case.ts';
import { FIELDS } from './field.cases.ts';
import { SECRET, SECRETS } from './secret.cases.ts';
import { SHAPES } from './shape.cases.ts';
import { MEDIA, NOT_JSON, padded, SIZE } from './text.cases.ts';
import { URLS } from './url.cases.ts';

let service: Service;
let token: string;
beforeAll(async () => {
  service = await startService();
  token = await service.token(EMAIL);
});
afterAll(() => service.close());

const STATUS: Readonly<Record<string, number>> = {
  invalid_request: 400,
  payload_too_large: 413,
  unsupported_media_type: 415,
};

describe.each([
  { what: 'a body that is no JSON', cases: NOT_JSON },
  { what: 'a body of another media type', cases: MEDIA },
  { what: 'a body over 64 KB', cases: SIZE },
  { what: 'a body of another shape', cases: SHAPES },
  { what: 'a field out of bounds', cases: FIELDS },
  { what: 'a path or query', cases: URLS },
  { what: 'a secret that went astray', cases: SECRETS },
])('$what is a problem that lists every failing field, and nothing is written', ({ cases }) => {
  test.each(cases)(
    '$title',
    async ({ target = `POST ${KEYS}`, body, headers = {}, code = 'invalid_request', detail, errors }) => {
      const before = await service.dump();
      const lines = service.log.length;
      const answer = await service.call(target, { token, headers, body });

      const status = STATUS[code] ?? 0;
      const problem: ProblemBody = answer.json;
      expect(problem).toEqual({
        type: `urn:sensei-keys:problem:${code}`,
        title: expect.any(String),
        status,
        detail: detail ?? expect.stringMatching(/^\d+ fields? (is|are) invalid$/),
        code,
        requestId: answer.headers.get('apigw-requestid'),
        ...(errors && { errors: expect.any(Array) }),
      });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect([...new Set(problem.errors?.map(({ path }) => path) ?? [])].sort()).toEqual(
        (errors ?? []).map(([path]) => path).sort(),
      );
      for (const [path, message] of errors ?? []) {
        expect(problem.errors?.find((error) => error.path === path)?.message.slice(0, message.length)).toBe(message);
      }
      expect(await service.dump()).toEqual(before);
      for (const text of [answer.text, ...service.log.slice(lines)]) {
        expect(text).not.toContain(SECRET.slice(8, 20));
        expect(text).not.toContain('"level":"ERROR"');
      }
    },
  );
});

test('bodies of exactly 64 KB, and of JSON by another name, are read', async () => {
  const headers = { 'content-type': 'application/merge-patch+json; charset=utf-8' };
  expect((await service.call(`POST ${KEYS}`, { token, body: padded(64 * 1024) })).status).toBe(201);
  expect((await service.call(`POST ${KEYS}`, { token, headers, body: { email: EMAIL } })).status).toBe(201);
});
