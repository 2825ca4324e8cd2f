import { setTimeout as wait } from 'node:timers/promises';
import type { DynamoDBDocumentClient, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';

type Handler = DynamoDBDocumentClient['config']['requestHandler'];
/** Sends one signed HTTP request, and gives its response. */
export type Send = Handler['handle'];

interface NetworkClient {
  readonly config: { requestHandler: Handler };
}

/** Puts something between a client and its network. */
export function intercept({ config }: NetworkClient, wrap: (send: Send) => Send): void {
  const network = config.requestHandler;
  config.requestHandler = Object.assign(Object.create(network) as Handler, {
    handle: wrap(network.handle.bind(network)),
  });
}

/** Makes each round trip longer by so many milliseconds. */
export const delay =
  (milliseconds: number) =>
  (send: Send): Send =>
  async (request, options) => {
    await wait(milliseconds);
    return send(request, options);
  };

/** A network that can be replaced by what it last answered. */
export interface Tape {
  /** From now on each request is answered at once, by the last answer to the same operation. */
  replay(): void;
}

/** The bytes of an answer are given as a whole: no stream, no socket. All else the client does as ever. */
interface Recorded {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** Records what a client is answered. */
export function record(client: NetworkClient): Tape {
  const answers = new Map<string, Recorded>();
  let replaying = false;
  intercept(client, (send) => async (request, options) => {
    const operation = String(request.headers['x-amz-target']);
    if (replaying) {
      const answer = answers.get(operation);
      if (!answer) throw new Error(`no answer to ${operation} was recorded`);
      return { response: { ...answer, headers: { ...answer.headers } } };
    }
    const { response } = await send(request, options);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const recorded = { statusCode: response.statusCode, headers: response.headers, body };
    answers.set(operation, recorded);
    return { response: recorded };
  });
  return {
    replay: () => {
      replaying = true;
    },
  };
}

/** Notes the input of the last update that a client was asked to send. */
export function lastUpdate(client: DynamoDBDocumentClient): () => UpdateCommandInput | undefined {
  let last: UpdateCommandInput | undefined;
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'UpdateItemCommand') last = args.input as UpdateCommandInput;
      return next(args);
    },
    { step: 'initialize', name: 'lastUpdate', priority: 'high' },
  );
  return () => last;
}
