// Does what Lambda's Node.js runtime does first: imports the bundle, hands it one event, passes on the answer.
import { pathToFileURL } from 'node:url';

console.info = () => {}; // Lambda takes log lines apart from the answer.
const [bundle, event] = process.argv.slice(2);
const { handler } = await import(pathToFileURL(bundle).href);
const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: 'bench',
  getRemainingTimeInMillis: () => 10_000,
};
process.stdout.write(JSON.stringify(await handler(JSON.parse(event), context)));
