import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openEnvelope } from '../../../lib/usage/envelope.ts';

const sealed = (content: unknown) => ({
  awslogs: { data: gzipSync(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64') },
});
const EVENT = { id: '3'.repeat(56), timestamp: 1_795_521_600_000, message: 'hello' };
const DATA = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/vendedlogs/sensei-keys/access',
  logStream: 'stream',
  subscriptionFilters: ['filter'],
  logEvents: [EVENT],
};

test('the events of a data message are read, whatever else comes with them', () => {
  const logEvents = [{ ...EVENT, extractedFields: { a: '1' } }];
  expect(openEnvelope(sealed({ ...DATA, logEvents, policyLevel: 'ACCOUNT_LEVEL_POLICY' }))).toEqual({
    logGroup: DATA.logGroup,
    events: logEvents,
  });
});

test('a control message is a batch without events', () => {
  expect(openEnvelope(sealed({ ...DATA, messageType: 'CONTROL_MESSAGE' }))).toEqual({
    logGroup: DATA.logGroup,
    events: [],
  });
});

test.each([
  ['another kind of message', sealed({ ...DATA, messageType: 'OTHER' }), 'messageType is "OTHER"'],
  ['no kind', sealed({}), 'messageType is undefined'],
  ['no list of events', sealed({ ...DATA, logEvents: {} }), 'logEvents is no list'],
  ['an event without an id', sealed({ ...DATA, logEvents: [{ ...EVENT, id: '' }] }), 'logEvents is no list'],
  ['an event without a time', sealed({ ...DATA, logEvents: [{ ...EVENT, timestamp: '1' }] }), 'logEvents is no list'],
  ['an event of no calendar', sealed({ ...DATA, logEvents: [{ ...EVENT, timestamp: 9e15 }] }), 'logEvents is no list'],
  ['an event that is null', sealed({ ...DATA, logEvents: [null] }), 'logEvents is no list'],
  ['text that is no JSON', sealed('{'), 'JSON'],
  ['what is not compressed', { awslogs: { data: Buffer.from('{}').toString('base64') } }, 'incorrect header check'],
  ['100 MB of zeros', sealed('0'.repeat(100 * 1024 * 1024)), 'Cannot create a Buffer larger than'],
])('%s is an error', (_, event, message) => {
  expect(() => openEnvelope(event)).toThrow(message);
});
