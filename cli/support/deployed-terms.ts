import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ENV } from '../../lib/env.ts';
import type { RouteTerms } from '../../lib/metering/call.ts';
import { readRouteTerms } from '../../lib/metering/route-terms.ts';

const AUTHORIZER = 'sensei-keys-authorize';

/** What a route asks of its callers, as the deployed authorizer was told; of one that nothing was declared of, the usual. */
export async function deployedTerms(region: string, route: string): Promise<RouteTerms> {
  const lambda = new LambdaClient({ region });
  try {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: AUTHORIZER }));
    return readRouteTerms(Environment?.Variables?.[ENV.routeTerms] || '{}')(route).terms;
  } finally {
    lambda.destroy();
  }
}
