import { Problem } from './problem.ts';

/** The answer where the deployment takes no payments. */
export const notConfigured = (): Problem =>
  new Problem('not_configured', 'This deployment sells no credits: no payment provider is configured');
