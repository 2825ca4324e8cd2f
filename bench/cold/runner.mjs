// Does what Lambda's Node.js runtime does first: imports the bundle, hands it one event, passes on the answer.
import { pathToFileURL } from 'node:url';

// Lambda takes log lines and metrics apart from the answer.
console.info = () => {};
const answer = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
const [bundle, event] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);
const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 10_000,
};
answer(JSON.stringify(await handler(JSON.parse(event), context)));
