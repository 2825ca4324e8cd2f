import { bundleFunctions } from './bundles.ts';
import { senseiKeys } from './sensei-keys.ts';
import { buildSite } from './site-build.ts';

const [bundles, site] = await Promise.all([bundleFunctions(), buildSite()]);
senseiKeys({ bundles, site }).synth();
