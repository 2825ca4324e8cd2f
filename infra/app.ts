import { bundleFunctions } from './bundles.ts';
import { senseiKeys } from './sensei-keys.ts';

senseiKeys({ bundles: await bundleFunctions() }).synth();
