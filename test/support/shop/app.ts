import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, bundleFunctions } from '../../../infra/bundles.ts';
import { senseiKeys } from '../../../infra/sensei-keys.ts';
import type { SenseiKeysStack } from '../../../infra/stack.ts';

/** The service with routes of a shop's own, protected as an engineer of the shop would. */
const outdir = process.env.CDK_OUTDIR ?? '';
const code = path.join(outdir, 'shop');
await build({
  ...BUNDLE_OPTIONS,
  entryPoints: { index: fileURLToPath(new URL('handler.ts', import.meta.url)) },
  outdir: code,
});

const app = senseiKeys({ bundles: await bundleFunctions(), outdir });
const stack = app.node.findChild('SenseiKeys') as SenseiKeysStack;

const shop = (name: 'plain' | 'explained'): LambdaFunction =>
  new LambdaFunction(stack, `Shop-${name}`, {
    functionName: `shop-${name}`,
    role: new Role(stack, `ShopRole-${name}`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    runtime: Runtime.NODEJS_24_X,
    handler: `index.${name}`,
    code: Code.fromAsset(code),
  });
const [plain, explained] = [shop('plain'), shop('explained')];

stack.gateway.protect('GET /shop/items/{id}', plain);
stack.gateway.protect('POST /shop/orders', explained, { cost: 5, explained: true });
stack.gateway.protect('GET /shop/reports', explained, {
  cost: 2,
  scopes: ['reports:read'],
  environments: ['live'],
  explained: true,
});
app.synth();
