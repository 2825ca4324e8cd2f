import { Agent, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../../../local/gateway/listen.ts';
import type { ApiCall } from '../../infra/support/iam-request.ts';

/** A DynamoDB call, and the function that made it. */
export interface RecordedCall extends ApiCall {
  readonly functionName: string;
}

/** Stands between functions and a DynamoDB engine. */
export interface Recorder {
  readonly endpoint: string;
  /** What functions have asked so far; who else asks is passed on alone. */
  readonly calls: RecordedCall[];
  close(): Promise<void>;
}

/** Passes every request on to an engine, answers as it does, and remembers which function asked what. */
export async function startRecorder(engine: string): Promise<Recorder> {
  const { hostname, port } = new URL(engine);
  const agent = new Agent({ keepAlive: true });
  const calls: RecordedCall[] = [];
  const server = await listen(async (request, response) => {
    const body = await buffer(request);
    const { 'x-amz-target': target = '', 'x-amz-security-token': functionName } = request.headers;
    if (typeof functionName === 'string') {
      const operation = String(target).replace(/^DynamoDB_\d+\./, '');
      calls.push({ functionName, operation, input: JSON.parse(body.toString()) });
    }
    const { method, headers } = request;
    const onward = send({ hostname, port, agent, method, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  return {
    endpoint: server.url,
    calls,
    close: async () => {
      await server.close();
      agent.destroy();
    },
  };
}
