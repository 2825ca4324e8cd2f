import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { readJsonBody } from '../../../lib/http/json-body.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

const read = (body?: string, headers: Record<string, string> = JSON_TYPE, isBase64Encoded = false) =>
  readJsonBody({ body, headers, isBase64Encoded } as unknown as APIGatewayProxyEventV2);
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('readJsonBody', () => {
  test.each([
    ['plain', '{"a":1}', false],
    ['base64', base64('{"a":1}'), true],
  ])('reads a %s body', (_, body, isBase64Encoded) => {
    expect(read(body, JSON_TYPE, isBase64Encoded)).toEqual({ a: 1 });
  });

  test('reads UTF-8 from base64', () => {
    expect(read(base64('"ä€😀"'), JSON_TYPE, true)).toBe('ä€😀');
  });

  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/json ;charset=utf-8',
    'application/merge-patch+json',
  ])('takes the media type %s', (type) => {
    expect(read('{}', { 'content-type': type })).toEqual({});
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'text/json',
    'multipart/form-data',
    '',
  ])('refuses the media type %j, naming it and what is allowed', (type) => {
    expect(() => read('{}', { 'content-type': type })).toThrow(
      expect.objectContaining({ code: 'unsupported_media_type', message: expect.stringContaining(`${type};`) }),
    );
  });

  test('refuses a body of no media type', () => {
    expect(() => read('{}', {})).toThrow(expect.objectContaining({ code: 'unsupported_media_type' }));
  });

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one that is not JSON', '{"a":1'],
    ['single quotes', "{'a':1}"],
    ['NaN', 'NaN'],
    ['a comment', '{}//'],
  ])('refuses a body where there is %s', (_, body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  test('refuses bytes that are no UTF-8, which would make one text of two', () => {
    const broken = Buffer.from([0x22, 0xff, 0x22]).toString('base64');
    const notUtf8 = expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('UTF-8') });
    expect(() => read(broken, JSON_TYPE, true)).toThrow(notUtf8);
    expect(() => read('"\ufffd"')).toThrow(notUtf8);
  });

  const bytes = (count: number) => `"${'x'.repeat(count - 2)}"`;
  test('takes 64 KB, and refuses a byte more, however it is encoded', () => {
    expect(read(bytes(65_536))).toHaveLength(65_534);
    expect(read(base64(bytes(65_536)), JSON_TYPE, true)).toHaveLength(65_534);
    const tooLarge = expect.objectContaining({ code: 'payload_too_large', message: expect.stringContaining('65537') });
    expect(() => read(bytes(65_537))).toThrow(tooLarge);
    expect(() => read(base64(bytes(65_537)), JSON_TYPE, true)).toThrow(tooLarge);
    expect(() => read(`"${'€'.repeat(21_845)}"`)).toThrow(tooLarge);
  });

  test('says nothing of a body in its errors', () => {
    expect(() => read('sk_live_not json')).toThrow(/^The body is not valid JSON$/);
  });
});
